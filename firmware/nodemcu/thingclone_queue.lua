-- The readings that no server has acknowledged yet, and the clock that dates them; for
-- thingclone.lua.
--
-- A reading is text, 'SECONDS "field1":"21.5","field2":"40"': a string costs a fifth of a table.
-- Once a reading could not be sent, it is in a file as well, so that it survives resets and deep
-- sleep.

local FILE, NEW_FILE = "thingclone.que", "thingclone.new"
local EPOCH = 1000000000 -- seconds; a clock that shows less was never set

local queue = {
  list = {}, -- the readings, oldest first
  dropped = 0, -- how many went, oldest first, for want of room
  timed = false, -- does the clock tell the real time?
}
local list = queue.list
local room -- how many there can be
local made = 0 -- so many readings came since the start: the last ones; others are from the file
local saved, lines = 0, 0 -- readings of the list that are in the file; all readings in the file
local base = 0 -- what the clock showed at the start

-- --- the clock ----------------------------------------------------------------------------------
--
-- That of rtctime if it runs, else seconds since some start. The server sets it: its answers tell
-- the time.

local function rtc_runs()
  return rtctime and rtctime.get() > 0
end

local function now()
  return rtc_runs() and rtctime.get() or base + tmr.time()
end

-- Seconds since 1970 of "Sun, 10 Nov 2024 12:49:42 GMT".
local function epoch(date)
  local day, month, year, hour, minute, second = date:match("(%d+) (%a+) (%d+) (%d+):(%d+):(%d+)")
  local place = month and ("JanFebMarAprMayJunJulAugSepOctNovDec"):find(month, 1, true)
  if not place then
    return nil
  end
  local leap_years = (year - 1969 - (year - 1969) % 4) / 4
  local days_before = ("000031059090120151181212243273304334"):sub(place, place + 2)
  local days = (year - 1970) * 365 + leap_years + days_before
  if place > 4 and year % 4 == 0 then
    days = days + 1
  end
  return (((days + day - 1) * 24 + hour) * 60 + minute) * 60 + second
end

-- Readings of this run, and those from before any clock was set, have the clock's error.
local function redate(gap)
  for place = 1, #list do
    local seconds, members = list[place]:match("^(%d+) (.*)$")
    if place > #list - made or tonumber(seconds) < EPOCH then
      list[place] = ("%d %s"):format(seconds + gap, members)
    end
  end
  if saved > 0 then
    queue.rewrite()
  end
end

-- Set the clock by the date of an answer.
function queue.learn_time(date)
  local time = date and epoch(date)
  if not time then
    return
  end
  local gap, was_timed = time - now(), queue.timed
  queue.timed = true
  if gap >= -2 and gap <= 2 then
    return
  elseif rtctime then
    rtctime.set(time, 0)
  else
    base = time - tmr.time()
  end
  if not was_timed then
    redate(gap)
  end
end

-- Is the newest reading from just now?
function queue.is_fresh()
  return now() - list[#list]:match("^%d+") < 3
end

-- --- the file -----------------------------------------------------------------------------------
--
-- One line for each reading, with lines in front that have gone from the list already. A line
-- begins with its line end, so that one which was cut short by a reset does not spoil the next.

local function write_from(first)
  for place = first, #list do
    file.write(("\n%s;"):format(list[place]))
    lines = lines + 1
  end
  file.close()
  saved = #list
end

-- Make the file anew, without what has gone from the list.
function queue.rewrite()
  if not file then
    return
  elseif #list == 0 then
    file.remove(FILE)
    saved, lines = 0, 0
  elseif file.open(NEW_FILE, "w+") then
    lines = 0
    file.write(("\n!%d;"):format(queue.dropped))
    write_from(1)
    file.remove(FILE)
    file.rename(NEW_FILE, FILE)
  end
end

-- Add to the file what is not there yet.
function queue.save()
  if not file or saved == #list then
    return
  elseif lines > 2 * room then
    queue.rewrite()
  elseif file.open(FILE, "a+") then
    write_from(saved + 1)
  end
end

local function take(line)
  local kind, number = line:match("^([+!])(%d+);")
  if kind == "+" then
    base = tonumber(number)
  elseif kind then
    queue.dropped = tonumber(number)
  elseif line:match('^%d+ ".*";%s*$') then
    base = tonumber(line:match("^%d+"))
    lines, saved = lines + 1, saved + 1
    queue.add(line:match("^(.*);"))
  end
end

local function open_file()
  if not file.open(FILE, "r") then
    file.rename(NEW_FILE, FILE) -- a reset came between the last two steps of rewrite()
    return file.open(FILE, "r")
  end
  return true
end

-- Take what an earlier run has left; keep at most so many readings.
function queue.load(most)
  room = most
  queue.timed = rtc_runs()
  if not file or not open_file() then
    return
  end
  local line, piece = ""
  repeat
    piece = file.readline()
    line = line .. (piece or "")
    if not piece or piece:sub(-1) == "\n" then
      take(line)
      line = ""
    end
  until not piece
  file.close()
end

-- Let the clock go on where it will be after so many seconds of deep sleep.
function queue.sleep(seconds)
  queue.save()
  if not rtc_runs() and #list > 0 and file and file.open(FILE, "a+") then
    file.write(("\n+%d;"):format(now() + seconds))
    file.close()
  end
end

-- Is a reading of the list in the file?
function queue.is_saved()
  return saved > 0
end

-- --- the list -----------------------------------------------------------------------------------

function queue.remove_oldest()
  table.remove(list, 1)
  saved = saved > 0 and saved - 1 or 0
end

-- Add a reading; true if the oldest had to go.
function queue.add(reading)
  list[#list + 1] = reading
  if #list > room then
    queue.remove_oldest()
    queue.dropped = queue.dropped + 1
    return true
  end
end

-- Add the values of this moment, members of a JSON object; true if the oldest reading had to go.
function queue.push(members)
  local seconds = now()
  local newest = list[1] and tonumber(list[#list]:match("^%d+"))
  if newest and seconds <= newest and newest - seconds < 60 then
    seconds = newest + 1 -- of two readings with the same time, a bulk write would lose one
  end
  made = made + 1
  return queue.add(("%d %s"):format(seconds, members))
end

return queue
