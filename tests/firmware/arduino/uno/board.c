// An Arduino Uno that is simulated, cycle by cycle: runs a real program until it has said something,
// or for so many seconds of its own time. What it says on its serial port goes to standard output;
// what it sends over SPI goes through a socket (see Ethernet.h). 3.617 volts are on A0.
//
//   board PROGRAM.elf SECONDS WORD
//
// At the end it tells how deep the stack was at its deepest.

#include <arpa/inet.h>
#include <poll.h>
#include <simavr/avr_adc.h>
#include <simavr/avr_spi.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static avr_irq_t* to_board;
static int net = -1;
static char said[100000];
static size_t said_length;

static void say(avr_irq_t* irq, uint32_t byte, void* param) {
  (void)irq, (void)param;
  putchar(byte);
  if (said_length < sizeof said - 1) {
    said[said_length++] = byte;
  }
}

static int is_there(void) {
  char byte;
  return net >= 0 && recv(net, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

static int is_closed(void) {
  char byte;
  return net < 0 || recv(net, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static int connect_to(const char* host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  net = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(net, (struct sockaddr*)&address, sizeof address) == 0) {
    return 1;
  }
  close(net);
  net = -1;
  return 0;
}

static void hang_up(void) {
  if (net >= 0) {
    close(net);
  }
  net = -1;
}

static int number_there(void) {
  struct pollfd waited = {net, POLLIN, 0};
  if (net < 0 || poll(&waited, 1, 1) <= 0) {
    return 0;
  }
  return is_there();
}

// What the other side answers to a byte; commands are letters, some of them with bytes to follow.
static uint8_t answer_to(uint8_t byte) {
  static char command;
  static char host[100];
  static size_t length, after_host;
  uint8_t answer = 0;
  switch (command) {
    case 'W':
      command = 0;
      return net >= 0 && send(net, &byte, 1, MSG_NOSIGNAL) == 1;
    case 'C':
      host[length++] = byte;
      if (after_host || byte == 0) {
        after_host++;
      }
      if (after_host < 3) {
        return 0;
      }
      command = 0;
      return connect_to(host, (uint8_t)host[length - 2] << 8 | byte);
  }
  switch (byte) {
    case 'W':
    case 'C':
      command = byte;
      length = after_host = 0;
      return 0;
    case 'A':
      return number_there();
    case 'R':
      return recv(net, &answer, 1, MSG_DONTWAIT) == 1 ? answer : 0;
    case 'T':
      return is_there() || !is_closed();
    case 'S':
      hang_up();
      return 0;
    default:
      return 0;
  }
}

static void transfer(avr_irq_t* irq, uint32_t byte, void* param) {
  (void)irq, (void)param;
  avr_raise_irq(to_board, answer_to(byte));
}

static avr_t* uno(const char* program) {
  static elf_firmware_t firmware;
  if (elf_read_firmware(program, &firmware) != 0) {
    exit(1);
  }
  strcpy(firmware.mmcu, "atmega328p");
  firmware.frequency = 16000000;
  avr_t* avr = avr_make_mcu_by_name(firmware.mmcu);
  avr_init(avr);
  avr_load_firmware(avr, &firmware);
  avr->vcc = avr->avcc = avr->aref = 5000;

  uint32_t flags = 0;
  avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), say, 0);
  to_board = avr_io_getirq(avr, AVR_IOCTL_SPI_GETIRQ(0), SPI_IRQ_INPUT);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_SPI_GETIRQ(0), SPI_IRQ_OUTPUT), transfer, 0);
  avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_ADC0), 3617);
  return avr;
}

int main(int count, char** words) {
  if (count != 4) {
    return 2;
  }
  avr_t* avr = uno(words[1]);
  avr_cycle_count_t end = strtoull(words[2], 0, 10) * 16000000;
  uint16_t deepest = avr->ramend;
  while (avr->cycle < end && !strstr(said, words[3])) {
    int state = avr_run(avr);
    if (state == cpu_Done || state == cpu_Crashed) {
      return 1;
    }
    uint16_t stack = avr->data[R_SPL] | avr->data[R_SPH] << 8;
    if (stack && stack < deepest) {
      deepest = stack;
    }
  }
  printf("[stack %d bytes]\n", avr->ramend - deepest);
  return 0;
}
