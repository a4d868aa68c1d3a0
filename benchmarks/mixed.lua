-- For wrk: reads a page, and sends a line of a file as a post in every so many requests (0: never).
-- wrk … -s mixed.lua URL -- POST_PATH FILE EVERY
local read, path, every, lines
local turn = 0
local json = { ["Content-Type"] = "application/json" }

function init(args)
  read = wrk.format("GET", nil, { ["Accept-Encoding"] = "br", ["Host"] = "bench" })
  json["Host"] = "bench"
  path, every = args[1], tonumber(args[3])
  lines = io.lines(args[2])
end

function request()
  turn = turn + 1
  if every == 0 or turn % every ~= 0 then
    return read
  end
  return wrk.format("POST", path, json, lines())
end
