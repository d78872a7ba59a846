-- ThingClone, or ThingSpeak, for boards with the NodeMCU firmware (ESP8266, Lua 5.1).
--
--   local thing = require("thingclone")
--   thing.setup(dofile("config.lua"))
--   thing.update({ 21.5, 40 }, print)    -- write field1 and field2; prints the number of the entry
--   thing.last(1, print)                 -- what field1 has now
--   thing.command(print)                 -- the next command of a TalkBack
--
-- Nothing here waits: a callback gets the answer, or nil and the reason in plain words. A reading
-- that no server has acknowledged stays in a queue; when the net is back, the queue goes out as
-- bulk_update.json, each reading with its own time.
--
-- What shaped the code: 40 KB of RAM, hence small files, and one of two transports in memory;
-- firmware without fractions, hence no number that has one or goes beyond 31 bits; flash that
-- wears, hence no file is written as long as the net is there.

local queue = require("thingclone_queue")

local thing = {}
local AGAIN = 6 -- the number of a timer; 5 is that of the transports
local FIRST_PAUSE, LONGEST_PAUSE = 5, 900 -- seconds between two attempts
local LONGEST_SLEEP = 2147 -- seconds; their microseconds must fit into 31 bits
local NO_WIFI = "no WiFi"

local config, send
local waiting = {} -- the callbacks, or false, of the readings not tried yet: the last of the queue
local requests, asking = {}, false -- they take turns, as the http module wants it
local paused, pause, problem = false, FIRST_PAUSE, nil
local under_way = 0 -- so many readings, the oldest, are in the request that is being answered
local alone = 0 -- so many readings go one by one, since the server refused them together
local undated = false -- does nothing tell the time?
local flush

-- --- timers: numbers 0 to 6, as the firmware of 2015 has them; each runs once -------------------

local timers = {}

function thing.cancel(number)
  if not tmr.create then
    tmr.stop(number)
  elseif timers[number] then
    timers[number]:unregister()
    timers[number] = nil
  end
end

function thing.after(number, seconds, action)
  local function fire()
    timers[number] = nil
    action()
  end

  thing.cancel(number)
  if tmr.create then
    timers[number] = tmr.create()
    timers[number]:alarm(seconds * 1000, tmr.ALARM_SINGLE, fire)
  else
    tmr.alarm(number, seconds * 1000, 0, fire)
  end
end

-- --- requests -----------------------------------------------------------------------------------

local function request(path, body, done)
  if asking and #requests > 3 then
    done(nil, nil, "too many requests are waiting already")
    return
  elseif asking then
    requests[#requests + 1] = { path, body or false, done }
    return
  end
  asking = true
  send(thing, config, path, body or nil, function(status, answer, reason, date)
    queue.learn_time(date)
    if not status then
      reason = answer
    elseif not reason then
      reason = ("the answer is %d %s"):format(status, answer:sub(1, 40))
    end
    done(status, answer, reason)
    asking = false
    flush()
    local following = not asking and table.remove(requests, 1)
    if following then
      request(following[1], following[2], following[3])
    end
  end)
end

-- --- sending the queue --------------------------------------------------------------------------

-- Take the oldest reading out of the queue; its callback.
local function remove_oldest()
  queue.remove_oldest()
  return #waiting > #queue.list and table.remove(waiting, 1)
end

-- Keep for later what has not been tried yet.
local function put_off(reason)
  queue.save()
  local callbacks = waiting
  waiting = {}
  for place = 1, #callbacks do
    if callbacks[place] then
      callbacks[place](nil, reason, #queue.list)
    end
  end
end

local function failed(reason)
  under_way, paused, problem = 0, true, reason
  thing.after(AGAIN, pause, function()
    paused = false
    flush()
  end)
  pause = 2 * pause < LONGEST_PAUSE and 2 * pause or LONGEST_PAUSE
  put_off(reason)
end

local function acknowledged(id)
  local callbacks, was_saved = {}, queue.is_saved()
  for _ = 1, under_way do
    callbacks[#callbacks + 1] = remove_oldest() or nil
  end
  if was_saved then
    queue.rewrite()
  end
  under_way, pause = 0, FIRST_PAUSE
  for place = 1, #callbacks do
    callbacks[place](id, nil, #queue.list)
  end
end

local function refused(reason)
  local callback
  if under_way > 1 then
    alone = under_way
  elseif under_way == 1 then
    callback = remove_oldest()
    queue.dropped = queue.dropped + 1
    queue.rewrite()
  end
  failed(reason)
  if callback then
    callback(nil, reason, #queue.list)
  end
end

local function send_one(dated)
  local seconds, members = queue.list[1]:match("^(%d+) (.*)$")
  local mac = config.mac and ('"mac":"%s",'):format(wifi.sta.getmac()) or ""
  local time = dated and ('"created_at":%s,'):format(seconds) or ""
  local body = ('{"api_key":"%s",%s%s%s}'):format(config.write_key, mac, time, members)
  under_way = 1
  request("/update", body, function(status, answer, reason)
    local id = status == 200 and answer:match("^[1-9]%d*$")
    if id then
      acknowledged(tonumber(id))
    else
      failed(reason)
    end
  end)
end

-- As many messages of a bulk write as go into one body, and how many they are.
local function messages()
  local list, parts, size, before = queue.list, {}, 0, nil
  for place = 1, alone > 0 and 1 or #list do
    local seconds, members = list[place]:match("^(%d+) (.*)$")
    local time = '"created_at":' .. seconds
    if undated then
      time = ('"delta_t":%d'):format(seconds - (before or seconds))
    end
    local part = ("{%s,%s}"):format(time, members)
    size, before = size + #part + 1, seconds
    if place > 1 and size > config.bulk then
      break
    end
    parts[place] = part
  end
  return table.concat(parts, ","), #parts
end

local function send_many()
  local updates
  updates, under_way = messages()
  alone = alone > 0 and alone - 1 or 0
  local path = ("/channels/%d/bulk_update.json"):format(config.channel)
  local body = ('{"write_api_key":"%s","updates":[%s]}'):format(config.write_key, updates)
  request(path, body, function(status, answer, reason)
    if (status == 202 or status == 200) and answer:find('"success":true', 1, true) then
      acknowledged(true)
    elseif status == 400 or status == 413 then
      refused(reason)
    else
      failed(reason)
    end
  end)
end

-- Any answer will do: the time stands in its header.
local function ask_time()
  local path = "/channels/%d/feeds/last_data_age.txt?api_key=%s"
  path = path:format(config.channel or 0, config.write_key)
  request(path, nil, function(status, _, reason)
    if not status then
      failed(reason)
    elseif not queue.timed then
      -- The http module kept the headers to itself until 2016: the net module shows them.
      local found, over_net = pcall(require, "thingclone_net")
      undated = not found or send == over_net
      send = found and over_net or send
    end
  end)
end

-- Send what waits; called again at the end of each request.
flush = function()
  if asking or paused or #queue.list == 0 then
    return
  elseif not wifi.sta.getip() then
    failed(NO_WIFI)
    return
  end
  if #queue.list == 1 and #waiting == 1 and queue.is_fresh() then
    send_one(false)
  elseif not queue.timed and not undated then
    ask_time()
  elseif config.channel then
    send_many()
  else
    send_one(queue.timed)
  end
end

-- --- what an app calls --------------------------------------------------------------------------

-- Take the settings of config.lua, and the readings that an earlier run has left behind.
function thing.setup(settings)
  config = settings
  config.bulk = config.bulk or 1200
  send = require("thingclone_" .. (config.transport or (http and "http" or "net")))
  queue.load(config.queue or 60)
  if #queue.list > 0 then
    thing.after(AGAIN, 1, flush)
  end
end

local function escaped(character)
  return ("\\u%04x"):format(character:byte())
end

-- Write values: { 21.5, 40 } or { field1 = 21.5, status = "ok" }. The callback gets the number of
-- the entry (true if many went at once), or nil and the reason; and then how many readings still
-- wait.
function thing.update(values, callback)
  local members = {}
  for name, value in pairs(values) do
    name = type(name) == "number" and "field" .. name or name
    members[#members + 1] = ('"%s":"%s"'):format(name, (tostring(value):gsub('[%c"\\]', escaped)))
  end
  waiting[#waiting + 1] = callback or false
  if queue.push(table.concat(members, ",")) then
    under_way = under_way > 0 and under_way - 1 or 0
    local lost = #waiting > #queue.list and table.remove(waiting, 1)
    if lost then
      lost(nil, "the queue is full", #queue.list)
    end
  end
  if paused and problem == NO_WIFI and wifi.sta.getip() then
    paused = false
  end
  if paused then
    put_off(problem)
  else
    flush()
  end
end

-- How many readings wait, and how many were dropped, oldest first, since this was last asked.
function thing.backlog()
  local dropped = queue.dropped
  queue.dropped = 0
  return #queue.list, dropped
end

-- Deep sleep: after so many seconds the board starts anew. D0 must be wired to RST.
function thing.sleep(seconds)
  seconds = seconds > LONGEST_SLEEP and LONGEST_SLEEP or seconds < 1 and 1 or seconds
  queue.sleep(seconds)
  if rtctime and rtctime.get() > 0 then
    rtctime.dsleep(seconds * 1000000)
  end
  node.dsleep(seconds * 1000000)
end

-- What reads, thing.last and its like, comes into memory with its first use.
return setmetatable(thing, {
  __index = function(_, name)
    if name == "last" or name == "command" or name == "pins" then
      require("thingclone_ask")(thing, request, config)
    end
    return rawget(thing, name)
  end,
})
