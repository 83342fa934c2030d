-- Requests of one kind for bench/users: wrk ... -- KIND
local token = os.getenv("TOKEN")
local files = os.getenv("BENCH_FILES")
local json = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
local threads = 0
local kind, ids, cursor
local next_id = 0
local step = 1

local function lines(name)
  local all = {}
  for line in io.lines(files .. "/" .. name) do
    all[#all + 1] = line
  end
  return all
end

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  kind = args[1]
  math.randomseed(os.time() * 10 + number)
  if kind == "uncached" or kind == "change" then
    -- Each thread goes through its own part, from a random place on.
    ids = lines("cold")
    next_id = 2 * math.random(math.floor(#ids / 2)) + number
    step = 2
  elseif kind == "later" then
    cursor = lines("cursor")[1]
  else
    ids = lines("hot")
  end
end

function request()
  if kind == "cached" then
    return wrk.format("GET", "/api/users/" .. ids[math.random(#ids)], json)
  elseif kind == "uncached" then
    next_id = (next_id + step) % #ids
    return wrk.format("GET", "/api/users/" .. ids[next_id + 1], json)
  elseif kind == "change" then
    -- Of many, so that two changes of one user seldom meet.
    next_id = (next_id + step) % #ids
    local id = ids[next_id + 1]
    local body = '{"email":"' .. id .. '@bench.example","name":"Name ' .. math.random(1000000) .. '"}'
    return wrk.format("PUT", "/api/users/" .. id, json, body)
  elseif kind == "signup" then
    local email = "s" .. number .. "-" .. math.random(1000000000) .. "-" .. math.random(1000000000) .. "@bench.example"
    local body = '{"email":"' .. email .. '","name":"New","password":"correct-horse-battery"}'
    return wrk.format("POST", "/api/users", json, body)
  elseif kind == "first" then
    return wrk.format("GET", "/api/users?limit=20", json)
  else
    return wrk.format("GET", "/api/users?limit=20&cursor=" .. cursor, json)
  end
end
