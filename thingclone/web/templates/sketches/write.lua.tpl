-- Writes a value to field {{field}} of channel {{channel}} every 20 seconds.
-- Board: ESP8266 with NodeMCU firmware and the modules adc http tmr wifi.
-- Upload this file as init.lua.

local URL = "{{base_url}}/update?api_key={{key}}&field{{field}}="

wifi.setmode(wifi.STATION)
wifi.sta.config({ ssid = "WiFi name", pwd = "WiFi password" })

local function write()
  local value = adc.read(0) -- your measurement
  http.get(URL .. value, nil, function(status, body, headers)
    if status == 200 then
      print("entry " .. body)
    else
      print("not written: " .. (headers and headers["x-thingclone-reason"] or status))
    end
  end)
end

tmr.create():alarm(20000, tmr.ALARM_AUTO, function()
  if wifi.sta.getip() then
    write()
  end
end)
