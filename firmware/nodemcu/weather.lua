-- A weather station: temperature to field1, humidity to field2, then deep sleep until the next
-- reading.
--
-- Board: any ESP8266 with NodeMCU firmware. Wiring: DHT22 data to D5 with 10 kilohm to 3V3, its
-- power to 3V3 and GND; D0 to RST, or the board does not wake up. Settings: weather in
-- config.lua. Readings taken without a net are sent later, with their own times.

local PAUSE, GUARD = 3, 4 -- timers
local LONGEST_DAY = 120 -- seconds awake, whatever happens
local SENSOR_PAUSE = 2 -- seconds that a DHT22 needs between two readings

local thing = require("thingclone")
local config = dofile("config.lua")
local settings = config.weather
local measure

-- 21.7 as "21.7", on firmware with fractions and without: the module gives thousandths as well.
local function decimal(number, thousandths)
  local negative = number < 0 or thousandths < 0
  number = negative and -number or number
  thousandths = negative and -thousandths or thousandths
  local whole = number - number % 1
  local tenths = whole * 10 + (thousandths + 50 - (thousandths + 50) % 100) / 100
  local sign = negative and tenths > 0 and "-" or ""
  return ("%s%d.%d"):format(sign, (tenths - tenths % 10) / 10, tenths % 10)
end

local function rest()
  if not settings.sleep then
    thing.after(PAUSE, settings.every, measure)
  else
    print("sleeping")
    thing.sleep(settings.every - tmr.time())
  end
end

local function report(id, reason, waiting)
  if id then
    print("written: " .. tostring(id))
  else
    print(("not written: %s; %d waiting"):format(reason, waiting))
  end
  local _, dropped = 0, 0
  if id then
    _, dropped = thing.backlog()
  end
  if dropped > 0 then
    thing.update({ status = dropped .. " readings were lost: the queue was full" }, rest)
  else
    rest()
  end
end

measure = function(again)
  local status, celsius, percent, celsius_rest, percent_rest = dht.read(settings.pin)
  if status == dht.OK then
    thing.update({ decimal(celsius, celsius_rest), decimal(percent, percent_rest) }, report)
  elseif not again then
    thing.after(PAUSE, SENSOR_PAUSE, function()
      measure(true)
    end)
  else
    local problem = status == dht.ERROR_CHECKSUM and "is disturbed" or "does not answer"
    thing.update({ status = ("the DHT22 at D%d %s"):format(settings.pin, problem) }, report)
  end
end

thing.setup(config)
if settings.sleep then
  thing.after(GUARD, LONGEST_DAY, rest)
end
measure()
