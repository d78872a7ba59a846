-- A NodeMCU board on a desk: runs the real scripts with lua5.1, real sockets and a time of its own.
--
--   lua5.1 board.lua FLASH [name=value ...]
--
-- FLASH is the folder of the board's files. What comes in on stdin is typed at the board's
-- terminal, line by line; after each line, and after the start, a line with \4 says that the
-- board is done with it. Time stands still but for the line `:run SECONDS`, which lets so much of
-- it pass: timers fire one after the other without waiting, unless a connection is open: that
-- gets `patience` real seconds to bring something.
--
-- A board that restarts or sleeps ends its process; its last line says why, in square brackets.

local socket = require("socket")
local io, os, loadfile, loadstring = io, os, loadfile, loadstring

local board = {
  flash = arg[1],
  folder = arg[0]:match("^(.*)/") or ".",
  options = { build = "new", patience = "20", reason = "0", rtc = "0", piece = "7", analog = "512" },
  clock = 0, -- microseconds since the start
  timers = {}, -- those that run
  connections = {}, -- those that are open: { socket =, writes = bool, ready = function }
  real_time = socket.gettime,
}
for place = 2, #arg do
  local name, value = arg[place]:match("^(%w+)=(.*)$")
  board.options[name] = value
end

-- Is this firmware one of these builds?
function board.is(...)
  for _, build in ipairs({ ... }) do
    if board.options.build == build then
      return true
    end
  end
  return false
end

function board.finish(format, ...)
  print(format:format(...))
  io.stdout:flush()
  os.exit(0)
end

-- Call a callback as the firmware does: an error in it restarts the board.
function board.call(callback, ...)
  local ok, problem = pcall(callback, ...)
  if not ok then
    print("PANIC: unprotected error in call to Lua API (" .. tostring(problem) .. ")")
    board.finish("[panic]")
  end
end

-- --- time ---------------------------------------------------------------------------------------

local function poll(timeout)
  local readers, writers, owners, busy = {}, {}, {}, false
  for connection in pairs(board.connections) do
    owners[connection.socket] = connection
    table.insert(connection.writes and writers or readers, connection.socket)
  end
  local readable, writable = socket.select(readers, writers, timeout)
  for _, list in ipairs({ readable, writable }) do
    for _, ready in ipairs(list) do
      if board.connections[owners[ready]] then
        owners[ready].ready()
        busy = true
      end
    end
  end
  return busy
end

local function is_before(one, other)
  return one.at < other.at or one.at == other.at and one.order < other.order
end

local function next_timer(deadline)
  local first
  for timer in pairs(board.timers) do
    if timer.at <= deadline and (not first or is_before(timer, first)) then
      first = timer
    end
  end
  return first
end

local function fire(timer)
  board.clock = math.max(board.clock, timer.at)
  if timer.again then
    timer.at = timer.at + timer.again
  else
    board.timers[timer] = nil
  end
  board.call(timer.action, timer)
end

local function run(seconds)
  local deadline = board.clock + seconds * 1000000
  local patience = tonumber(board.options.patience)
  board.active_at = board.real_time()
  while true do
    local patient = next(board.connections) and board.real_time() - board.active_at < patience
    if poll(patient and 0.02 or 0) then
      board.active_at = board.real_time()
    elseif not patient then
      local timer = next_timer(deadline)
      if not timer then
        break
      end
      fire(timer)
    end
  end
  board.clock = deadline
end

local order = 0
function board.start_timer(timer, microseconds, again)
  order = order + 1
  timer.at, timer.order = board.clock + microseconds, order
  timer.again = again and microseconds or nil
  board.timers[timer] = true
end

function board.connect(host, port)
  board.active_at = board.real_time()
  local tcp = socket.tcp()
  tcp:settimeout(0)
  tcp:connect(host, port)
  return tcp
end

-- --- the terminal -------------------------------------------------------------------------------

local function execute(line)
  local chunk, problem = loadstring(line, "stdin")
  local ok = chunk and true
  if chunk then
    ok, problem = pcall(chunk)
  end
  if not ok then
    print(problem)
  end
end

local function done()
  io.stdout:write("\4\n")
  io.stdout:flush()
end

for _, name in ipairs({ "system", "storage", "network" }) do
  assert(loadfile(("%s/%s.lua"):format(board.folder, name)))(board)
end
-- What the firmware does not have; its files are those in the flash.
local stdin = io.stdin
_G.io, _G.os, _G.debug, _G.arg, _G.socket = nil, nil, nil, nil, nil
package.path, package.cpath = board.flash .. "/?.lua", ""
_G.board = board
function dofile(name)
  return assert(loadfile(board.flash .. "/" .. name))()
end

if file.exists("init.lua") then
  board.call(dofile, "init.lua")
end
done()
for line in stdin:lines() do
  local seconds = line:match("^:run ([%d.]+)$")
  if seconds then
    run(tonumber(seconds))
  else
    execute(line)
  end
  done()
end
