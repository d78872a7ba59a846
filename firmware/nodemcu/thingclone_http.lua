-- How thingclone.lua speaks to a server on firmware with the http module. One request at a time.

local GUARD = 5 -- the number of a timer
local PATIENCE = 70 -- seconds; the module itself gives up after 60, or 10 on old firmware

return function(thing, config, path, body, done)
  local place = ("%s:%d"):format(config.host, config.port)
  local over = false

  local function finish(...)
    if not over then
      over = true
      thing.cancel(GUARD)
      done(...)
    end
  end

  -- The module forgets its callback when somebody else starts a request.
  thing.after(GUARD, PATIENCE, function()
    finish(nil, "no answer from " .. place)
  end)
  local url, method = ("http://%s%s"):format(place, path), body and "POST" or "GET"
  local ok, problem = pcall(http.request, url, method, "Content-Type: application/json\r\n", body,
    function(status, answer, headers)
      if status < 0 then
        return finish(nil, "no connection to " .. place)
      end
      headers, answer = headers or {}, answer or ""
      local length = tonumber(headers["content-length"])
      if length and length ~= #answer then
        return finish(nil, ("the answer of %s was cut off"):format(place))
      end
      finish(status, answer, headers["x-thingclone-reason"], headers["date"])
    end)
  if not ok then
    finish(nil, problem)
  end
end
