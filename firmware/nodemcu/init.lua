-- What the board runs at every start: three seconds to interrupt, WiFi meanwhile, then the app of
-- config.lua.
--
-- To interrupt, type stop() into the terminal. An app that crashes restarts the board; after
-- three crashes in a row it is left alone for ten minutes, so that the terminal can be used.

local CRASHES = "crashes" -- the file that counts them
local WINDOW, LONG_WINDOW = 3, 600 -- seconds to interrupt
local WIFI_PATIENCE = 20 -- seconds; then the app starts without
local HEALTHY = 60 -- seconds that an app must run to be trusted again

local config, timer

local function after(seconds, action)
  if tmr.create then
    timer = tmr.create()
    timer:alarm(seconds * 1000, tmr.ALARM_SINGLE, action)
  else
    tmr.alarm(0, seconds * 1000, 0, action)
  end
end

function stop()
  if timer then
    timer:unregister()
  else
    tmr.stop(0)
  end
  stop = nil
  print("stopped: the app does not start")
end

local function count_crashes(number)
  if file.open(CRASHES, "w+") then
    file.write(tostring(number))
    file.close()
  end
end

local function forgive()
  file.remove(CRASHES)
end

local function crashes_so_far()
  local number = 0
  if file.open(CRASHES, "r") then
    number = tonumber(file.read() or "") or 0
    file.close()
  end
  return number
end

-- Did the last run end by an error (2), a watchdog (1, 3) or a restart (4)?
local function has_crashed()
  if not node.bootreason then
    return false
  end
  local _, reason = node.bootreason()
  return reason and reason >= 1 and reason <= 4
end

local function start_wifi()
  if wifi.getmode() ~= wifi.STATION then
    wifi.setmode(wifi.STATION)
  end
  -- Firmware before 2017 takes two texts, and connects when told to.
  if not pcall(wifi.sta.config, { ssid = config.ssid, pwd = config.password, save = false }) then
    wifi.sta.config(config.ssid, config.password)
    wifi.sta.connect()
  end
end

local function start_app()
  print(("starting %s, %d bytes are free"):format(config.app, node.heap()))
  local ok, problem = pcall(dofile, config.app)
  if ok then
    stop = nil
    after(HEALTHY, forgive)
  else
    print(("%s does not start: %s"):format(config.app, problem))
    print("the board tries again in ten minutes")
    after(LONG_WINDOW, node.restart)
  end
end

local function wait_for_wifi(patience)
  local address = wifi.sta.getip()
  if address or patience == 0 then
    if address then
      print(("WiFi: %s, MAC %s"):format(address, wifi.sta.getmac()))
    else
      print("no WiFi yet")
    end
    start_app()
  else
    after(1, function()
      wait_for_wifi(patience - 1)
    end)
  end
end

local function main()
  local ok
  ok, config = pcall(dofile, "config.lua")
  if not ok or type(config) ~= "table" then
    print("config.lua cannot be used: " .. tostring(config))
    return
  end
  local crashes, window = crashes_so_far(), WINDOW
  if has_crashed() then
    crashes = crashes + 1
    count_crashes(crashes)
  else
    crashes = 0
    forgive()
  end
  if crashes >= 3 then
    window = LONG_WINDOW
    print(("%s crashed %d times in a row"):format(config.app, crashes))
  end
  print(("%s starts in %d seconds; stop() keeps it from that"):format(config.app, window))
  start_wifi()
  after(window, function()
    wait_for_wifi(WIFI_PATIENCE)
  end)
end

main()
