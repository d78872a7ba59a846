-- Reads the last value of field {{field}} of channel {{channel}} every 20 seconds.
-- Board: ESP8266 with NodeMCU firmware and the modules http tmr wifi.
-- Upload this file as init.lua.

local URL = "{{base_url}}/channels/{{channel}}/fields/{{field}}/last.txt?api_key={{key}}"

wifi.setmode(wifi.STATION)
wifi.sta.config({ ssid = "WiFi name", pwd = "WiFi password" })

local function read()
  http.get(URL, nil, function(status, body, headers)
    if status == 200 then
      print(body) -- as a number: tonumber(body)
    else
      print("not read: " .. (headers and headers["x-thingclone-reason"] or status))
    end
  end)
end

tmr.create():alarm(20000, tmr.ALARM_AUTO, function()
  if wifi.sta.getip() then
    read()
  end
end)
