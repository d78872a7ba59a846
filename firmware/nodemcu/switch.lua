-- Switches: outputs that follow the server, by the commands of a TalkBack, by the pins of this
-- board, or both.
--
-- Board: any ESP8266 with NodeMCU firmware. Wiring: relay boards at D1, D2 and so on, as switch
-- in config.lua says. D0 to D8 are the numbers on the board, and here as well.

local POLL = 3 -- the number of a timer

local thing = require("thingclone")
local config = dofile("config.lua")
local settings = config.switch
local heard = tmr.time() -- when the server answered last
local poll

local function set(pin, on)
  local level = on
  if settings.active_low then
    level = not on
  end
  gpio.write(pin, level and gpio.HIGH or gpio.LOW)
end

local function all_off()
  for _, pin in ipairs(settings.outputs) do
    set(pin, false)
  end
end

local function follow_pins(pins)
  for _, pin in ipairs(settings.outputs) do
    local on = pins[tostring(pin)]
    if on ~= nil then
      set(pin, on)
    end
  end
end

local function obey(command)
  local order = settings.commands and settings.commands[command]
  print(("command %s%s"):format(command, order and "" or ": unknown"))
  if order then
    set(order[1], order[2])
  end
end

local function poll_later(seconds)
  if settings.off_after and tmr.time() - heard > settings.off_after then
    all_off()
  end
  thing.after(POLL, seconds, poll)
end

local function poll_pins()
  thing.pins(function(pins, reason)
    if pins then
      heard = tmr.time()
      follow_pins(pins)
    else
      print("no pins: " .. reason)
    end
    poll_later(settings.every)
  end)
end

local function poll_commands(and_then)
  thing.command(function(command, reason)
    if reason then
      print("no command: " .. reason)
    else
      heard = tmr.time()
    end
    if command then
      obey(command)
      poll_later(1) -- there may be more
    else
      and_then()
    end
  end)
end

poll = function()
  if not settings.commands then
    poll_pins()
  elseif settings.follow_pins then
    poll_commands(poll_pins)
  else
    poll_commands(function()
      poll_later(settings.every)
    end)
  end
end

all_off() -- before the pins become outputs, so that no relay clicks
for _, pin in ipairs(settings.outputs) do
  gpio.mode(pin, gpio.OUTPUT)
end
all_off()
thing.setup(config)
poll()
