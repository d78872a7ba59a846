-- How thingclone.lua speaks to a server on firmware without the http module: over a plain socket.

local GUARD = 5 -- the number of a timer
local PATIENCE = 20 -- seconds; a name that is not found is often not reported at all
local PIECE = 1400 -- bytes that one send() takes
local LONGEST = 2048 -- bytes of an answer: what is longer is the page of something else

local function header(head, name)
  local _, place = head:lower():find("\n" .. name .. ":[ \t]*")
  return place and head:match("^[^\r\n]*", place + 1)
end

local function unchunked(text) -- nil as long as a chunk is missing
  local whole = ""
  while true do
    local size, rest = text:match("^%s*(%x+)[^\n]*\n(.*)$")
    size = size and tonumber(size, 16)
    if not size or #rest < size then
      return nil
    elseif size == 0 then
      return whole
    end
    whole, text = whole .. rest:sub(1, size), rest:sub(size + 1)
  end
end

-- Status, body, reason and date of an answer; nil as long as some of it is missing.
local function read(text, closed)
  local head, body = text:match("^(HTTP/%d%.%d %d%d%d.-)\r?\n\r?\n(.*)$")
  if not head then
    return nil
  end
  local length = tonumber(header(head, "content%-length"))
  if header(head, "transfer%-encoding") then
    body = unchunked(body)
  elseif length then
    body = #body >= length and body:sub(1, length)
  else
    body = closed and body
  end
  if body then
    local reason, date = header(head, "x%-thingclone%-reason"), header(head, "date")
    return tonumber(head:match(" (%d+)")), body, reason, date
  end
end

return function(thing, config, path, body, done)
  local place = ("%s:%d"):format(config.host, config.port)
  local socket = net.createConnection(net.TCP, 0)
  local over, received = false, ""
  local unsent = table.concat({
    ("%s %s HTTP/1.1"):format(body and "POST" or "GET", path),
    "Host: " .. place,
    "Connection: close",
    "Content-Type: application/json",
    ("Content-Length: %d\r\n"):format(body and #body or 0),
    body or "",
  }, "\r\n")

  local function finish(...)
    if over then
      return
    end
    over = true
    thing.cancel(GUARD)
    pcall(socket.close, socket) -- an error, if it is closed already
    socket = nil
    done(...)
  end

  local function send_piece()
    if not over and unsent ~= "" then
      local piece = unsent:sub(1, PIECE)
      unsent = unsent:sub(PIECE + 1)
      local ok, problem = pcall(socket.send, socket, piece)
      if not ok then
        finish(nil, problem)
      end
    end
  end

  local function receive(piece, closed)
    if over then
      return
    end
    received = received .. piece
    local status, answer, reason, date = read(received, closed)
    if status then
      finish(status, answer, reason, date)
    elseif #received > LONGEST then
      finish(nil, ("the answer of %s is too long"):format(place))
    elseif closed then
      local problem = received == "" and "no connection to %s" or "the answer of %s was cut off"
      finish(nil, problem:format(place))
    end
  end

  thing.after(GUARD, PATIENCE, function()
    finish(nil, "no answer from " .. place)
  end)
  socket:on("connection", send_piece)
  socket:on("sent", send_piece)
  socket:on("receive", function(_, piece)
    receive(piece, false)
  end)
  socket:on("disconnection", function()
    receive("", true)
  end)
  local ok, problem = pcall(socket.connect, socket, config.port, config.host)
  if not ok then
    finish(nil, problem)
  end
end
