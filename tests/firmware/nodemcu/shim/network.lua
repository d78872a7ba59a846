-- The modules net and http of the board, over real sockets, with the limits of the firmware's.

local board = ...
local LONGEST_SEND = 1460 -- bytes

-- --- net ----------------------------------------------------------------------------------------

local Socket = {}
Socket.__index = Socket

local function emit(self, event, ...)
  if self.events[event] then
    board.call(self.events[event], self, ...)
  end
end

local function forget(self)
  board.connections[self] = nil
  self.socket:close()
  self.socket = nil
end

local function disconnected(self, code)
  forget(self)
  emit(self, "disconnection", code)
end

-- The answer arrives in small pieces, each an event of its own.
local function deliver(self, text)
  local size = tonumber(board.options.piece)
  for place = 1, #text, size do
    if self.socket then
      emit(self, "receive", text:sub(place, place + size - 1))
    end
  end
end

local function receive(self)
  local text, problem, part = self.socket:receive(4096)
  deliver(self, text or part)
  if problem == "closed" and self.socket then
    disconnected(self, 0)
  end
end

local function write_ready(self)
  self.writes = false
  if self.state == "connecting" then
    if not self.socket:getpeername() then
      return disconnected(self, -11)
    end
    self.state = "idle"
    emit(self, "connection")
  elseif self.state == "sending" then
    self.state = "idle"
    emit(self, "sent")
  end
end

local EVENTS = { connection = 1, reconnection = 1, disconnection = 1, receive = 1, sent = 1 }

function Socket:on(event, callback)
  assert(EVENTS[event], "no such event")
  self.events[event] = callback
end

function Socket:connect(port, host)
  assert(not self.state, "a socket connects once")
  self.state = "connecting"
  if host:find("%a") and host ~= "localhost" then
    return -- a name that nobody knows: most firmware tells nothing
  end
  self.socket, self.writes = board.connect(host, port), true
  self.ready = function()
    if self.writes then
      write_ready(self)
    else
      receive(self)
    end
  end
  board.connections[self] = true
end

function Socket:send(text)
  assert(self.socket, "not connected")
  assert(self.state == "idle", "send() again before it was sent")
  assert(#text >= 1 and #text <= LONGEST_SEND, "out of memory")
  self.state, self.writes = "sending", true
  self.socket:send(text)
end

function Socket:close()
  assert(self.socket, "not connected")
  forget(self)
  if board.is("2015") then -- the older one tells of its own close as well
    board.start_timer({ action = function()
      emit(self, "disconnection", 0)
    end }, 1000)
  end
end

net = { TCP = 0, UDP = 1 }

function net.createConnection(kind, secure)
  assert(kind == net.TCP and secure == 0)
  return setmetatable({ events = {} }, Socket)
end

-- --- http ---------------------------------------------------------------------------------------

local LONGEST_ANSWER = board.is("2016") and 1024 or 8192 -- bytes
local PATIENCE = board.is("2016") and 10 or 60 -- seconds
local running

local function headers_of(head)
  local headers = {}
  for name, value in head:gmatch("\n([^:\r\n]+): *([^\r\n]*)") do
    headers[name:lower()] = value
  end
  return headers
end

local function dechunked(text)
  local whole, place = "", 1
  while true do
    local size = tonumber(text:match("^%x+", place) or "0", 16)
    local start = text:find("\r\n", place, true)
    if size == 0 or not start then
      return whole
    end
    whole, place = whole .. text:sub(start + 2, start + 1 + size), start + 2 + size + 2
  end
end

local start

-- What the module makes of the bytes that came, complete or not.
local function conclude(job)
  board.connections[job] = nil
  board.timers[job.guard] = nil
  job.socket:close()
  running = nil
  local status = tonumber(job.text:match("^HTTP/1%.[01] (%d+)"))
  if not status then
    return board.call(job.callback, -1)
  end
  local head, body = job.text:match("^(.-)\r\n\r\n(.*)$")
  head, body = head or job.text, body or ""
  local location = head:match("\n[Ll]ocation: *([^\r\n]+)")
  if status >= 300 and status <= 308 and location then
    return start(location, job.method, nil, job.body, job.callback)
  end
  if head:find("Transfer-Encoding: chunked", 1, true) then
    body = dechunked(body)
  end
  body = body:match("^[^%z]*") -- to the module a NUL is the end
  if board.is("2016") then
    board.call(job.callback, status, body)
  else
    board.call(job.callback, status, body, headers_of(head))
  end
end

local function http_ready(job)
  if job.writes then
    job.writes = false
    if not job.socket:getpeername() then
      return conclude(job)
    end
    job.socket:settimeout(5)
    job.socket:send(job.request)
    job.socket:settimeout(0)
    return
  end
  local text, problem, part = job.socket:receive(4096)
  job.text = job.text .. (text or part)
  if #job.text > LONGEST_ANSWER then
    job.text = ""
    conclude(job)
  elseif problem == "closed" then
    conclude(job)
  end
end

start = function(url, method, headers, body, callback)
  assert(not running, "the http module was given a second request")
  local host, port, path = url:match("^http://([^:/]+):?(%d*)(/.*)$")
  assert(host and #host < 64 and (not headers or headers:sub(-2) == "\r\n"))
  local job = { method = method, body = body, callback = callback, text = "", writes = true }
  running = job
  job.request = table.concat({
    ("%s %s HTTP/1.1\r\n"):format(method, path),
    ("Host: %s:%s\r\nConnection: close\r\n"):format(host, port),
    headers or "",
    "User-Agent: ESP8266\r\n",
    body and ("Content-Length: %d\r\n"):format(#body) or "",
    "\r\n",
    body or "",
  })
  if host:find("%a") and host ~= "localhost" then -- a name that nobody knows
    running = nil
    return board.start_timer({ action = function()
      callback(-1)
    end }, 1000)
  end
  job.guard = { action = function()
    conclude(job)
  end }
  board.start_timer(job.guard, PATIENCE * 1000000)
  job.socket = board.connect(host, tonumber(port) or 80)
  job.ready = function()
    http_ready(job)
  end
  board.connections[job] = true
end

if board.is("new", "integer", "2016") then
  http = {}

  function http.request(url, method, headers, body, callback)
    assert(type(url) == "string" and (method == "GET" or method == "POST"))
    assert(type(callback) == "function")
    assert(body == nil or type(body) == "string" and #body > 0)
    start(url, method, headers, body, callback)
  end

  function http.get(url, headers, callback)
    http.request(url, "GET", headers, nil, callback)
  end
end
