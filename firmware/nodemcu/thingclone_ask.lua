-- What reads, for thingclone.lua: the last value of a field, the next command of a TalkBack, the
-- pins of this board. Every answer is JSON, which the page of a captive portal is not.

-- A text in a JSON object.
local function member(object, name)
  local json = sjson or cjson
  if json then
    local ok, decoded = pcall(json.decode, object)
    local value = ok and type(decoded) == "table" and decoded[name]
    return type(value) == "string" and value or nil
  end
  local text = object:match('"' .. name .. '":%s*(".*)$')
  text = text and text:gsub("\\(.)", function(character)
    return ("\\%03d"):format(character:byte())
  end):match('^"([^"]*)"')
  return text and (text:gsub("\\(%d%d%d)", string.char))
end

return function(thing, request, config)
  -- Ask for something that read(answer) makes sense of: it returns true and what the callback gets.
  local function ask(path, key, read, callback)
    if not wifi.sta.getip() then
      callback(nil, "no WiFi")
      return
    end
    path = ("%s%sapi_key=%s"):format(path, path:find("?", 1, true) and "&" or "?", key or "")
    request(path, nil, function(status, answer, reason)
      local is_answer, value
      if status == 200 then
        is_answer, value = read(answer)
      end
      if is_answer then
        reason = nil
      end
      callback(value, reason)
    end)
  end

  -- The last value of a field, as text.
  function thing.last(field, callback)
    local path = ("/channels/%d/fields/%d/last.json"):format(config.channel or 0, field)
    ask(path, config.read_key, function(answer)
      local value = member(answer, "field" .. field)
      return value ~= nil, value
    end, callback)
  end

  -- Take the next command: its text, or nil without a reason if there is none.
  function thing.command(callback)
    local path = ("/talkbacks/%d/commands/execute.json"):format(config.talkback.id)
    ask(path, config.talkback.key, function(answer)
      local command = member(answer, "command_string")
      return command ~= nil or answer == "{}", command
    end, callback)
  end

  -- How the pins of this board should be, which the server knows by its MAC: { ["1"] = true }.
  function thing.pins(callback)
    ask("/api/list?mac=" .. wifi.sta.getmac(), config.write_key, function(answer)
      local pins = answer:match("^%s*{.*}%s*$") and {}
      if pins then
        for name, value in answer:gmatch('"([^"]+)"%s*:%s*(%a+)') do
          pins[name] = value == "true"
        end
      end
      return pins ~= nil, pins
    end, callback)
  end
end
