-- Leases up to ARGV[3] requests of one limit (GCRA) before they are spent.
-- KEYS[1] the limit's theoretical arrival time, in microseconds of this server's clock
-- ARGV[1] interval in microseconds  [2] burst  [3] wanted  [4] leased before and not spent
-- Answers {granted, microseconds by which TAT is ahead of now, microseconds until one more conforms}
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local interval = tonumber(ARGV[1])
local tolerance = interval * tonumber(ARGV[2])
local wanted = tonumber(ARGV[3])

local tat = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0) - interval * tonumber(ARGV[4]))
local granted = math.min(wanted, math.floor((now + tolerance - tat) / interval + 0.000001))
if granted < 0 then
  granted = 0
end
tat = tat + granted * interval
if tat > now then
  redis.call('SET', KEYS[1], string.format('%.3f', tat), 'PX', math.ceil((tat - now) / 1000) + 1)
end
local wait = math.max(0, math.ceil(tat + interval - now - tolerance))
return {granted, math.ceil(tat - now), wait}
