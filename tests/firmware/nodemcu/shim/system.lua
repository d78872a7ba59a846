-- The modules tmr, wifi, node, rtctime, adc, gpio, dht and sjson of the board.

local board = ...
local print = print

-- --- tmr ----------------------------------------------------------------------------------------

local LONGEST = 6870947 -- milliseconds

local function check_interval(milliseconds)
  assert(milliseconds >= 1 and milliseconds <= LONGEST and milliseconds % 1 == 0, "bad interval")
  return milliseconds * 1000
end

local Timer = {}
Timer.__index = Timer

function Timer:alarm(milliseconds, mode, action)
  self.action = action
  board.start_timer(self, check_interval(milliseconds), mode == tmr.ALARM_AUTO)
  return true
end

function Timer:unregister()
  board.timers[self] = nil
end

tmr = { ALARM_SINGLE = 0, ALARM_AUTO = 1 }

function tmr.now()
  return board.clock % 2147483648
end

function tmr.time()
  return (board.clock - board.clock % 1000000) / 1000000
end

if board.is("2015") then
  local static = {}

  function tmr.alarm(number, milliseconds, mode, action)
    assert(number >= 0 and number <= 6 and number % 1 == 0, "timer 0 to 6")
    tmr.stop(number)
    static[number] = setmetatable({}, Timer)
    static[number]:alarm(milliseconds, mode, action)
  end

  function tmr.stop(number)
    if static[number] then
      static[number]:unregister()
    end
  end
else
  function tmr.create()
    return setmetatable({}, Timer)
  end
end

-- --- wifi ---------------------------------------------------------------------------------------

local JOINING = 2000000 -- microseconds until there is an address
local mode, joined_at, in_reach = 2, nil, board.options.wifi ~= "off"

wifi = { NULLMODE = 0, STATION = 1, SOFTAP = 2, sta = {} }

function wifi.getmode()
  return mode
end

function wifi.setmode(new)
  mode = new
  return mode
end

local function join()
  assert(mode == wifi.STATION, "not a station")
  joined_at = board.clock + JOINING
end

function wifi.sta.config(settings, password)
  if board.is("2015") then
    assert(type(settings) == "string" and type(password) == "string", "ssid and password expected")
    board.ssid, board.password, board.keeps_wifi = settings, password, true
  else
    assert(type(settings.ssid) == "string" and type(settings.pwd) == "string")
    board.ssid, board.password, board.keeps_wifi = settings.ssid, settings.pwd, settings.save
    join()
  end
  return true
end

wifi.sta.connect = join

function wifi.sta.getip()
  if joined_at and in_reach and board.clock >= joined_at then
    return "127.0.0.1", "255.0.0.0", "127.0.0.1"
  end
end

function wifi.sta.getmac()
  return "5c:cf:7f:0b:0e:a8"
end

-- For the tests: WiFi as init.lua leaves it, and what happens to it then.
function board.join()
  wifi.setmode(wifi.STATION)
  join()
  joined_at = board.clock
end

function board.wifi(reachable)
  in_reach = reachable
end

-- --- node and rtctime ---------------------------------------------------------------------------

local rtc_base = tonumber(board.options.rtc) -- what rtctime showed at the start; 0: it does not run
local rtc_now

node = {}

function node.heap()
  return 40000
end

function node.chipid()
  return 750248
end

function node.restart()
  board.finish("[restart]")
end

if not board.is("2015") then
  function node.bootreason()
    return 2, tonumber(board.options.reason)
  end
end

local function check_sleep(microseconds)
  local most = board.is("integer") and 2147483647 or 4294967295
  assert(microseconds > 0 and microseconds <= most and microseconds % 1 == 0, "no such sleep")
end

function node.dsleep(microseconds)
  check_sleep(microseconds)
  board.finish("[asleep for %d seconds, rtc 0]", microseconds / 1000000)
end

if not board.is("2015", "2016") then
  rtctime = {}

  rtc_now = function()
    return rtc_base > 0 and rtc_base + tmr.time() or 0
  end

  function rtctime.get()
    return rtc_now(), 0, 0
  end

  function rtctime.set(seconds, microseconds)
    assert(seconds % 1 == 0 and seconds < 2147483648 and microseconds == 0)
    rtc_base = seconds - tmr.time()
  end

  function rtctime.dsleep(microseconds)
    check_sleep(microseconds)
    local seconds = microseconds / 1000000
    local rtc = rtc_base > 0 and rtc_now() + seconds or 0
    board.finish("[asleep for %d seconds, rtc %d]", seconds, rtc)
  end
end

-- --- adc ----------------------------------------------------------------------------------------

adc = {}

function adc.read(channel)
  assert(channel == 0, "the ESP8266 has one")
  return tonumber(board.options.analog)
end

-- --- gpio and dht -------------------------------------------------------------------------------

gpio = { INPUT = 0, OUTPUT = 1, LOW = 0, HIGH = 1 }
local modes, levels = {}, {}

local function check_pin(pin)
  assert(type(pin) == "number" and pin >= 0 and pin <= 12 and pin % 1 == 0, "no such pin")
end

function gpio.mode(pin, new)
  check_pin(pin)
  if modes[pin] ~= new then
    print(("[D%d is an %s, %s]"):format(pin, new == gpio.OUTPUT and "output" or "input",
      levels[pin] == gpio.HIGH and "high" or "low"))
  end
  modes[pin] = new
end

function gpio.write(pin, level)
  check_pin(pin)
  assert(level == gpio.LOW or level == gpio.HIGH, "no such level")
  if modes[pin] == gpio.OUTPUT and levels[pin] ~= level then
    print(("[D%d %s]"):format(pin, level == gpio.HIGH and "high" or "low"))
  end
  levels[pin] = level
end

dht = { OK = 0, ERROR_CHECKSUM = 1, ERROR_TIMEOUT = 2 }
local readings = {}

-- For the tests: what the sensor says next, { celsius, percent } or the number of an error; the
-- last one again and again.
function board.sensor(...)
  readings = { ... }
end

local function cut(number)
  return number < 0 and -(-number - -number % 1) or number - number % 1
end

function dht.read(pin)
  check_pin(pin)
  assert(pin > 0, "D0 cannot read a DHT")
  local reading = #readings > 1 and table.remove(readings, 1) or readings[1]
  if type(reading) == "number" then
    return reading, -999, -999, 0, 0
  end
  local celsius, percent = reading[1], reading[2]
  local celsius_rest = cut((celsius - cut(celsius)) * 1000)
  local percent_rest = cut((percent - cut(percent)) * 1000)
  if board.is("integer") then
    celsius, percent = cut(celsius), cut(percent)
  end
  return dht.OK, celsius, percent, celsius_rest, percent_rest
end

-- --- sjson: enough of it to decode objects of text ----------------------------------------------

local ESCAPES = { n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }
local value_at

local function string_at(text, place)
  local parts = {}
  while true do
    local plain, stop, at = text:match('^([^"\\%c]*)(["\\])()', place)
    assert(plain, "a string does not end")
    parts[#parts + 1] = plain
    if stop == '"' then
      return table.concat(parts), at
    end
    local letter = text:sub(at, at)
    place = at + 1
    if letter == "u" then
      parts[#parts + 1] = string.char(tonumber(text:match("^00(%x%x)", place), 16))
      place = place + 4
    else
      parts[#parts + 1] = assert(ESCAPES[letter], "no such escape")
    end
  end
end

local function object_at(text, place)
  local object, at = {}, text:match("^%s*()", place)
  local name, separator
  if text:sub(at, at) == "}" then
    return object, at + 1
  end
  repeat
    name, place = string_at(text, assert(text:match('^%s*"()', at), "a name was expected"))
    place = assert(text:match("^%s*:()", place), "a colon was expected")
    object[name], place = value_at(text, place)
    separator, at = text:match("^%s*([,}])()", place)
  until separator ~= ","
  assert(separator == "}", "an object does not end")
  return object, at
end

value_at = function(text, place)
  place = text:match("^%s*()", place)
  local first = text:sub(place, place)
  if first == "{" then
    return object_at(text, place + 1)
  elseif first == '"' then
    return string_at(text, place + 1)
  end
  local word, at = text:match("^([%w.+-]+)()", place)
  local value = tonumber(word)
  if not value then
    value = assert(({ ["true"] = true, ["false"] = false, null = sjson.NULL })[word], "no JSON")
  end
  return value, at
end

if board.is("new", "integer") then
  sjson = { NULL = newproxy() }

  function sjson.decode(text)
    local value, at = value_at(text, 1)
    assert(type(value) == "table" and text:match("^%s*$", at), "incomplete JSON")
    return value
  end
end

-- --- what firmware without fractions lacks ------------------------------------------------------

if board.is("integer") then
  local format = string.format

  function string.format(text, ...)
    assert(not text:find("%%[%d.]*[aAeEfgG]"), "no such format in integer firmware")
    for place = 1, select("#", ...) do
      local argument = select(place, ...)
      local is_whole = type(argument) ~= "number" or argument % 1 == 0 and argument < 2147483648
      assert(is_whole, "not an integer")
    end
    return format(text, ...)
  end

  for name in pairs(math) do
    if not ({ abs = 1, huge = 1, max = 1, min = 1, random = 1, randomseed = 1 })[name] then
      math[name] = nil
    end
  end
end
