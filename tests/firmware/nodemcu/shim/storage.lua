-- The module file of the board: the one file that is open at a time, as every firmware has it.

local board = ...
local io, os = io, os
local opened
local torn -- bytes until the power fails
local full = false

local function path_of(name)
  assert(type(name) == "string" and name:match("^[^/]+$") and #name <= 31, "bad file name")
  return board.flash .. "/" .. name
end

local function is_there(name)
  local found = io.open(path_of(name), "rb")
  return found and found:close() or false
end

local function step()
  if torn == 0 then
    board.finish("[power failed]")
  end
  torn = torn and torn - 1
end

-- For the tests: cut the power after so many bytes more, a file that is removed or renamed
-- counting as one; let the flash be full.
function board.tear(bytes)
  torn = bytes
end

function board.fill_flash(is_full)
  full = is_full
end

file = {}

function file.open(name, mode)
  file.close()
  opened = io.open(path_of(name), (mode or "r"):sub(1, 1) .. "b")
  return opened and true or nil
end

function file.close()
  if opened then
    opened:close()
  end
  opened = nil
end

function file.read(bytes)
  return opened:read(bytes or 1024)
end

function file.readline()
  local line = {}
  repeat
    local character = opened:read(1)
    line[#line + 1] = character
  until not character or character == "\n" or #line == 1024
  return line[1] and table.concat(line)
end

function file.write(text)
  if full then
    opened:write(text:sub(1, #text / 2))
    return nil
  end
  if torn and torn < #text then
    opened:write(text:sub(1, torn))
    opened:close()
    board.finish("[power failed]")
  end
  torn = torn and torn - #text
  opened:write(text)
  return true
end

function file.exists(name)
  return is_there(name)
end

function file.remove(name)
  step()
  os.remove(path_of(name))
end

function file.rename(old, new)
  step()
  if not is_there(old) or is_there(new) then
    return false
  end
  return os.rename(path_of(old), path_of(new)) and true
end
