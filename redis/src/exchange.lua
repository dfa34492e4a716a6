-- The decisions about one lane: those of `Ledger::exchange` in toolsmith-runtime, line by line.
-- KEYS[1]: the lane. ARGV: the request. Times are milliseconds of the server's clock. The lane is one
-- hash: `l` is its state, `q` the calls under the client-side limit, other fields are processes. New
-- fields are added at the end, because processes with another version may share the lane.

local NO_LIMIT = 1000000000000000
local PROCESS_TTL, MAX_LEASE, FIRST_WINDOW, UNKNOWN_WINDOW = 10000, 5000, 1000, 10000
local STANDBY, QUIET, GATHER_TIME, PROBE_TIMEOUT, NEXT_ROUND = 4000, 500, 150, 500, 50
local MIN_SETTLE_PAUSE, MAX_SETTLE_PAUSE, MAX_SETTLE_TIME = 50, 1000, 500
local MAX_PAUSE, WAITER_TTL, ROUNDING_ERROR = 5000, 1000, 1100
local ROUNDING_TIME, MIN_LEASE = 1000, 100
local HEARD, BUCKETS, QUARTERS = 1000, 128, 4
local UNNAMED_WAIT, MAX_DOUBLINGS, MIN_SLACK, MAX_SLACK = 100, 9, 50, 1100
local DONE, NEEDED, UNDER_WAY = 0, 1, 2

local LANE = {
  'epoch', 'serial', 'began', 'ends', 'is_guess', 'length', 'base', 'base_at', 'lost', 'used',
  'limit', 'window', 'observed', 'observed_window', 'step', 'has_response', 'has_remaining',
  'slow_start', 'paused_until', 'refused_probes', 'slack', 'probe', 'probe_by', 'probe_since',
  'probe_until', 'probe_time', 'standby_until', 'gathers_until', 'born', 'asked_at',
}
local LANE_TIMES = {
  'began', 'ends', 'paused_until', 'probe_since', 'probe_until', 'standby_until', 'gathers_until',
}
local PROCESS = {
  'turn', 'epoch', 'out', 'spent', 'got', 'waiting', 'waits_until', 'expires', 'sent', 'reserved',
  'reserved_at',
}
local PROCESS_TIMES = { 'waits_until', 'expires', 'reserved_at' }
local REQUEST = {
  'process', 'turn', 'epoch', 'held', 'spent', 'waiting', 'ahead', 'has_response', 'remaining',
  'remaining_serial', 'reset', 'limit', 'window', 'refused', 'refusal_wait', 'quota', 'quota_window',
  'slow_start', 'is_resumed', 'leaves', 'forgets', 'known_limit', 'known_window', 'knows_lane', 'sent',
  'known_sent', 'unsent', 'recent_1', 'recent_2', 'recent_3', 'recent_4', 'sent_within',
}

local min, max, floor = math.min, math.max, math.floor

local function clamp(value, least, most) return max(least, min(most, value)) end
local function minus(a, b) return max(0, a - b) end
local function div_ceil(a, b) return floor((a + b - 1) / b) end

local function unpack_fields(names, text)
  local record, index = {}, 1
  for number in string.gmatch(text or '', '%S+') do
    if names[index] then record[names[index]] = tonumber(number) end
    index = index + 1
  end
  for _, name in ipairs(names) do record[name] = record[name] or 0 end
  return record
end

local function pack_fields(names, record)
  local parts = {}
  for index, name in ipairs(names) do parts[index] = string.format('%.0f', record[name]) end
  return table.concat(parts, ' ')
end

local r = {}
for index, name in ipairs(REQUEST) do r[name] = tonumber(ARGV[index]) end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + floor(tonumber(time[2]) / 1000)

local lane, processes, quota = nil, {}, {}
local stored = redis.call('HGETALL', KEYS[1])
for index = 1, #stored, 2 do
  local field, value = stored[index], stored[index + 1]
  if field == 'l' then
    lane = unpack_fields(LANE, value)
  elseif field == 'q' then
    for at, calls in string.gmatch(value, '(%d+):(%d+)') do
      quota[#quota + 1] = { tonumber(at), tonumber(calls) }
    end
  else
    processes[tonumber(field)] = unpack_fields(PROCESS, value)
  end
end
local gone, is_rewound = {}, false
-- The calls that the processes hold. One that has not asked in this epoch may still send those of the
-- last one.
local out = 0

local function rebase()
  lane.serial = lane.serial + 1
  lane.base_at = lane.serial
end

local function left_calls() return minus(lane.base, out + lane.lost) end

local function window_length()
  if lane.has_response == 0 then return FIRST_WINDOW end
  for _, name in ipairs({ 'window', 'observed_window', 'length' }) do
    if lane[name] > 0 then return lane[name] end
  end
  return UNKNOWN_WINDOW
end

local function allowance()
  local least = NO_LIMIT
  if lane.limit > 0 then least = min(least, lane.limit) end
  if lane.observed > 0 then least = min(least, lane.observed) end
  return least
end

local function enter(process)
  if process.epoch ~= lane.epoch then
    out = minus(out, process.out)
    process.epoch, process.out, process.spent, process.got = lane.epoch, 0, 0, 0
  end
end

local function begin()
  lane = unpack_fields(LANE, '')
  lane.epoch, lane.serial, lane.base_at = max(now, r.epoch + 1), 1, 1
  lane.born, lane.began, lane.asked_at, lane.is_guess = lane.epoch, now, now, 1
  lane.slow_start = max(1, r.slow_start)
  lane.base, lane.ends, lane.probe_time = lane.slow_start, now + FIRST_WINDOW, 50
  lane.gathers_until = now + GATHER_TIME
  processes, quota = {}, {}
end

-- If the clock of the store was set back, as much time is left as at the last request.
local function rewind()
  local step = minus(max(lane.asked_at, lane.began), now)
  lane.asked_at = now
  if step == 0 then return end
  is_rewound = true
  for _, name in ipairs(LANE_TIMES) do lane[name] = minus(lane[name], step) end
  for _, process in pairs(processes) do
    for _, name in ipairs(PROCESS_TIMES) do process[name] = minus(process[name], step) end
  end
  for _, entry in ipairs(quota) do entry[1] = minus(entry[1], step) end
end

-- The calls of crashed processes count until the server reports the calls left.
local function expire()
  local lost = 0
  for id, process in pairs(processes) do
    if now >= process.expires then
      if process.epoch == lane.epoch then lost = lost + process.out end
      gone[#gone + 1] = id
    end
  end
  for _, id in ipairs(gone) do processes[id] = nil end
  for _, process in pairs(processes) do out = out + process.out end
  if lost > 0 then
    lane.lost = lane.lost + lost
    rebase()
  end
end

-- The calls in flight end first, because the next window may count them, and the response to its
-- first call may not.
local function is_over()
  local ends = max(lane.ends, lane.standby_until)
  local settled = ends + min(4 * lane.probe_time, MAX_SETTLE_TIME)
  return now >= ends and (now >= settled or out == 0 or left_calls() > 0)
end

-- A window that was closed by a refusal, or in which the first call is still to come, shows nothing.
local function is_observed_limit_spent()
  local is_open = lane.paused_until <= lane.began and lane.probe == DONE
  return is_open and lane.observed > 0 and lane.used + out >= lane.observed
end

local function begin_epoch()
  lane.epoch, lane.began = max(now, lane.epoch + 1, r.epoch + 1), now
  lane.lost, lane.used, lane.is_guess = 0, 0, 1
  rebase()
end

local function turn_over()
  local left = left_calls()
  if left == 0 and is_observed_limit_spent() then
    -- The limit may be higher than observed.
    lane.observed = min(lane.observed + lane.step, NO_LIMIT)
    lane.step = min(2 * lane.step, NO_LIMIT)
  end
  begin_epoch()
  lane.ends = now + window_length()
  if lane.has_response == 0 then
    lane.base = lane.slow_start
  elseif left == 0 then
    lane.base, lane.probe = 0, NEEDED
  elseif lane.has_remaining == 1 then
    lane.base = left
  else
    lane.base = allowance()
  end
end

-- Processes have sent calls that are unknown here. All of them report before calls are leased again.
local function stand_by()
  begin_epoch()
  lane.base, lane.probe, lane.has_response = 0, DONE, 1
  if r.remaining >= 0 then lane.has_remaining = 1 end
  if lane.limit == 0 then lane.limit = max(0, r.known_limit) end
  if lane.length == 0 then lane.length = max(0, r.known_window) end
  lane.ends = max(now + max(STANDBY, r.reset), lane.paused_until)
  lane.standby_until, lane.gathers_until = lane.ends, 0
end

-- One process has sent calls that are unknown here. One call of all processes goes first.
local function look_again()
  if lane.probe ~= DONE or lane.base >= NO_LIMIT or left_calls() == 0 then return end
  lane.base = 0
  rebase()
  if r.remaining == 0 and r.reset > 0 then
    lane.has_remaining = 1
    lane.ends = max(lane.ends, now + r.reset + lane.slack)
  else
    lane.probe = NEEDED
  end
end

-- While other processes ask, the store was there.
local function is_silent()
  for _, process in pairs(processes) do
    if process.expires + HEARD > now + PROCESS_TTL then return false end
  end
  return true
end

-- Notices calls that are unknown here, because the state was lost or is an old one, or because the
-- process was without the store. `last` is the epoch before this request.
local function resume(last)
  if now < lane.standby_until then return end
  local is_newer = r.epoch > 0 and r.epoch < lane.born and lane.standby_until == 0
  if (r.epoch > last or is_newer) and (r.knows_lane == 1 or r.is_resumed == 1) then return stand_by() end
  if r.is_resumed == 0 or r.epoch == lane.epoch then return end
  if lane.has_response == 0 or is_silent() then return stand_by() end
  look_again()
end

local function end_probe()
  if lane.probe == UNDER_WAY then
    lane.probe_time = floor((3 * lane.probe_time + minus(now, lane.probe_since)) / 4)
  end
  lane.probe = DONE
end

local function count(me)
  out = minus(out + r.held, me.out)
  me.out = r.held
  local spent = minus(r.spent, me.spent)
  me.spent = max(me.spent, r.spent)
  lane.used = lane.used + spent
  if r.has_response == 1 and lane.has_response == 0 then
    lane.has_response = 1
    if r.remaining < 0 then
      lane.base = allowance()
      lane.ends = lane.began + window_length()
      rebase()
    end
  end
  if spent > 0 and lane.base < NO_LIMIT then
    lane.base = minus(lane.base, spent)
    rebase()
  end
end

-- The lowest report counts, unless a higher one is the response to a call that was leased after the
-- lowest was received.
local function learn_remaining()
  lane.has_remaining = 1
  if r.remaining_serial >= lane.base_at then
    lane.base, lane.lost = r.remaining, 0
    rebase()
    end_probe()
  elseif r.remaining < lane.base then
    lane.base = r.remaining
    rebase()
  end
end

local function learn_response()
  if lane.probe ~= UNDER_WAY or lane.probe_by ~= r.process then return end
  if r.has_response == 1 then
    local allowed = allowance()
    lane.base = allowed < NO_LIMIT and minus(allowed, lane.used) or NO_LIMIT
    rebase()
    end_probe()
  elseif r.held == 0 then
    lane.probe = NEEDED
  end
end

-- A window in which other calls came before the probe may have begun earlier than the epoch.
local function begins_window()
  local is_probe = lane.probe == UNDER_WAY and lane.probe_by == r.process
  return is_probe and (r.remaining < 0 or r.remaining + 1 >= lane.limit)
end

-- The length is known if the window began with the epoch.
local function learn_end(is_whole)
  local ends = now + r.reset + lane.slack
  local tolerance = min(ROUNDING_ERROR, floor(window_length() / 2))
  if lane.is_guess == 1 or ends > lane.ends + tolerance then
    lane.ends = ends
    local length = minus(ends, lane.began)
    if lane.is_guess == 1 and (is_whole or length > window_length()) then lane.length = length end
    lane.is_guess = 0
  else
    -- Resets are mostly rounded up, so the earliest one is the best.
    lane.ends = min(lane.ends, ends)
  end
end

local function learn_window(is_whole)
  if r.remaining >= 0 then learn_remaining() else learn_response() end
  if r.reset >= 0 then
    learn_end(is_whole)
  elseif r.remaining >= 0 and lane.is_guess == 1 then
    lane.ends, lane.is_guess = now + window_length(), 0
  end
end

-- In the epoch in which all processes report, calls that they sent before are still unknown, so a
-- report shows no number of calls that may be leased.
local function learn_exhausted()
  if r.remaining < 0 then return end
  lane.has_remaining = 1
  if r.remaining == 0 and r.reset >= 0 then lane.ends = max(lane.ends, now + r.reset + lane.slack) end
end

local function refuse(is_current)
  local is_named = r.refusal_wait > 0
  if not is_named and not is_current then return end
  local wait = r.refusal_wait
  if not is_named then wait = UNNAMED_WAIT * 2 ^ min(lane.refused_probes, MAX_DOUBLINGS) end
  if lane.probe == UNDER_WAY and lane.probe_by == r.process then
    lane.refused_probes = lane.refused_probes + 1
    lane.slack = clamp(2 * lane.slack, MIN_SLACK, MAX_SLACK)
  end
  local until_time = now + wait
  if is_named and lane.has_remaining == 0 and is_current and lane.used > 0 then
    lane.observed, lane.observed_window, lane.step = lane.used, minus(until_time, lane.began), 1
  end
  lane.base = 0
  rebase()
  lane.probe = DONE
  lane.paused_until = max(lane.paused_until, until_time)
  lane.ends, lane.is_guess = lane.paused_until, 1
end

local function report(me)
  local is_current = r.epoch == lane.epoch
  enter(me)
  if r.limit >= 0 then lane.limit = max(1, r.limit) end
  if r.window >= 0 then lane.window = r.window end
  if r.forgets == 1 then
    lane.paused_until, lane.refused_probes, lane.slack = 0, 0, 0
    lane.observed, lane.observed_window, lane.base, lane.ends = 0, 0, 0, now
  end
  if is_current then
    local is_whole = begins_window()
    count(me)
    if lane.began < lane.standby_until then learn_exhausted() else learn_window(is_whole) end
  end
  if r.refused == 1 then
    refuse(is_current)
  elseif is_current and r.has_response == 1 then
    lane.refused_probes = 0
  end
end

local function got_in(process, epoch) return process.epoch == epoch and process.got or 0 end

local function other_processes(me)
  local others = { waiting = 0, got = 0, all_got = 0, stale = 0, count = 0 }
  for id, process in pairs(processes) do
    if id ~= r.process then
      others.count = others.count + 1
      local got = got_in(process, me.epoch)
      others.all_got = others.all_got + got
      if now < process.waits_until and process.waiting > 0 then
        others.waiting = others.waiting + process.waiting
        others.got = others.got + got
      end
      if process.epoch ~= me.epoch then others.stale = others.stale + process.out end
    end
  end
  return others
end

-- The time by which a call counts longer under the client-side limit than it must, because it may be sent
-- a little after it was leased.
local function slack() return floor(r.quota_window / 32) end

-- The time for which a call counts under the client-side limit.
local function counted_for() return r.quota_window + slack() end

-- The time after which a call that is leased now counts as sent. It is sent earlier.
local function delay() return minus(r.sent_within, slack()) end

local function quota_left()
  if r.quota < 0 then return NO_LIMIT end
  local sent = 0
  for _, entry in ipairs(quota) do sent = sent + entry[2] end
  return minus(r.quota, sent)
end

-- Counts calls at a time, in the bucket that ends next. Returns the end of the bucket, or 0.
local function charge(time, calls)
  if calls == 0 then return 0 end
  local width = max(1, div_ceil(counted_for(), BUCKETS))
  local place = #quota
  while place > 0 and quota[place][1] >= time + width do place = place - 1 end
  local entry = quota[place]
  if entry and entry[1] >= time then
    entry[2] = min(entry[2] + calls, NO_LIMIT)
    return entry[1]
  end
  table.insert(quota, place + 1, { time + width - 1, calls })
  return time + width - 1
end

-- Takes calls back from the bucket with this end.
local function discharge(ends, calls)
  for index, entry in ipairs(quota) do
    if entry[1] == ends then
      entry[2] = minus(entry[2], calls)
      if entry[2] == 0 then table.remove(quota, index) end
      return
    end
  end
end

-- Counts calls that are leased and not sent, from the latest time at which they may be sent.
local function reserve(me, calls)
  if r.quota < 0 or calls == 0 then return end
  me.reserved = me.reserved + calls
  me.reserved_at = charge(now + delay(), calls)
end

-- Counts the calls that a process has sent, and takes back those that it was leased and has not sent.
local function settle_quota(me, is_known, last)
  local sent = NO_LIMIT
  if is_known then
    sent = minus(r.sent, me.sent)
  elseif r.epoch >= lane.born and r.epoch <= last then
    -- It was silent for so long that it was forgotten.
    sent = minus(r.sent, r.known_sent)
  end
  me.sent = max(me.sent, r.sent)
  if r.quota < 0 then return end
  local kept = {}
  for _, entry in ipairs(quota) do
    if entry[1] + counted_for() > now then kept[#kept + 1] = entry end
  end
  quota = kept
  local leased = min(sent, me.reserved)
  discharge(me.reserved_at, me.reserved - leased)
  me.reserved = 0
  -- The others were sent without a lease, as far as they still count.
  local rest = sent - leased
  for quarter = 1, QUARTERS do
    local calls = min(rest, r['recent_' .. quarter])
    rest = rest - calls
    charge(minus(now, (quarter - 1) * floor(r.quota_window / QUARTERS)), calls)
  end
  reserve(me, r.epoch == lane.epoch and r.unsent or 0)
end

-- The share of a process is, with the calls that it was given in this epoch, in proportion to its
-- calls.
local function share(left, me, others)
  if others.waiting == 0 then
    local spare = floor(minus(left, r.waiting) / (2 * (others.count + 1)))
    local ahead = r.quota >= 0 and 0 or min(r.ahead, spare)
    return min(left, r.waiting + ahead)
  end
  if left >= r.waiting + others.waiting then return r.waiting end
  local all = max(1, me.got + r.waiting + others.got + others.waiting)
  local total = left + others.stale + me.got + others.got
  -- The whole part of a share, and the rest of the division.
  local function part(calls) return floor(total * calls / all), total * calls % all end
  local mine, rest = part(me.got + r.waiting)
  -- The calls beyond the whole parts go to the largest rests.
  local beyond, before = minus(total, mine), 0
  for id, process in pairs(processes) do
    if id ~= r.process and now < process.waits_until and process.waiting > 0 then
      local whole, others_rest = part(got_in(process, me.epoch) + process.waiting)
      beyond = minus(beyond, whole)
      if others_rest > rest or (others_rest == rest and id < r.process) then before = before + 1 end
    end
  end
  if before < beyond then mine = mine + 1 end
  return min(minus(mine, me.got), r.waiting, left)
end

-- One process asks at the end of the window, the others after the response to its call.
local function pause_until_end()
  local is_first = true
  for id, process in pairs(processes) do
    if id < r.process and process.waiting > 0 and now < process.waits_until then is_first = false end
  end
  local after = is_first and 0 or min(250, lane.probe_time)
  return max(1, minus(lane.ends, now) + after)
end

local function grant_open(me)
  local allowed = quota_left()
  if lane.probe == UNDER_WAY and now >= lane.probe_until then lane.probe = NEEDED end
  if lane.probe == UNDER_WAY then
    local passed = minus(now, lane.probe_since)
    return 0, clamp(max(minus(lane.probe_time, passed), floor(passed / 2)), 10, 250)
  end
  if lane.probe == NEEDED then
    if r.waiting == 0 or allowed == 0 then return 0, NEXT_ROUND end
    lane.probe, lane.probe_by, lane.probe_since = UNDER_WAY, r.process, now
    lane.probe_until = now + max(PROBE_TIMEOUT, 4 * lane.probe_time)
    return 1, r.waiting > 1 and min(250, lane.probe_time) or 0
  end
  local left, others = left_calls(), other_processes(me)
  if now < lane.gathers_until and left < NO_LIMIT then
    local first = min(minus(lane.slow_start, me.got + others.all_got), left, allowed)
    local calls = share(first, me, others)
    return calls, calls < r.waiting and lane.gathers_until - now or 0
  end
  local calls = share(min(left, allowed), me, others)
  local pause
  if calls >= r.waiting then
    pause = 0
  elseif min(left, allowed) > calls then
    pause = NEXT_ROUND
  elseif allowed < left then
    pause = minus((quota[1] and quota[1][1] or now) + counted_for(), now)
  elseif lane.has_response == 0 then
    pause = clamp(lane.probe_time, 10, 250)
  elseif out > me.out then
    -- The responses to the calls of others may show that more are left, or they may give them back.
    pause = clamp(floor(minus(now, lane.began) / 2), MIN_SETTLE_PAUSE, MAX_SETTLE_PAUSE)
    pause = min(pause, pause_until_end())
  else
    pause = pause_until_end()
  end
  return calls, pause
end

local function grant(me)
  me.waiting = 0
  local calls, pause = 0, 0
  if now < lane.paused_until then
    pause = lane.paused_until - now
  elseif now + QUIET < lane.standby_until then
    pause = min(lane.standby_until - QUIET - now, FIRST_WINDOW)
  elseif now < lane.standby_until then
    pause = lane.standby_until - now
  elseif now >= lane.ends then
    -- The calls that were sent without a lease end first.
    pause = NEXT_ROUND
  else
    calls, pause = grant_open(me)
  end
  pause = min(pause, MAX_PAUSE)
  me.waiting = minus(r.waiting, calls)
  me.waits_until = now + pause + WAITER_TTL
  me.out, me.got, out = me.out + calls, me.got + calls, out + calls
  reserve(me, calls)
  return calls, pause
end

local function write(me)
  redis.call('HSET', KEYS[1], 'l', pack_fields(LANE, lane))
  if me then processes[r.process] = me end
  for id, process in pairs(processes) do
    if is_rewound or (me and id == r.process) then
      redis.call('HSET', KEYS[1], string.format('%.0f', id), pack_fields(PROCESS, process))
    end
  end
  for _, id in ipairs(gone) do
    if id ~= r.process or not me then redis.call('HDEL', KEYS[1], string.format('%.0f', id)) end
  end
  if r.quota >= 0 or is_rewound then
    local parts = {}
    for index, entry in ipairs(quota) do parts[index] = string.format('%.0f:%.0f', entry[1], entry[2]) end
    redis.call('HSET', KEYS[1], 'q', table.concat(parts, ','))
  end
  local last = max(lane.ends, lane.paused_until, now + PROCESS_TTL)
  if r.quota >= 0 then last = max(last, now + delay() + counted_for()) end
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', last - now + 60000))
end

local function reply(me, calls, pause)
  local others = other_processes(me)
  local is_open = lane.base >= NO_LIMIT
  local is_awaited = lane.probe == UNDER_WAY or lane.has_response == 0
    or (lane.is_guess == 1 and not is_open)
  local limit = allowance()
  local rest = minus(lane.ends, now)
  local is_standby = now >= lane.paused_until and now + QUIET < lane.standby_until
  return {
    lane.epoch, lane.serial, calls, min(max(minus(rest, ROUNDING_TIME), MIN_LEASE), MAX_LEASE), pause,
    is_awaited and 1 or 0, is_standby and 1 or 0, limit < NO_LIMIT and limit or -1,
    lane.has_response == 1 and window_length() or -1, is_open and -1 or left_calls(),
    rest, others.count + 1, others.waiting,
  }
end

if not lane then begin() end
rewind()
expire()
local last = lane.epoch
if is_over() then turn_over() end
local me = processes[r.process] or unpack_fields(PROCESS, '')
if r.turn <= me.turn then
  -- The reply was lost with its connection. The next request gives its calls back and asks again.
  write(nil)
  return reply(me, 0, NEXT_ROUND)
end
processes[r.process] = nil
local is_known = me.turn > 0
me.turn = r.turn
settle_quota(me, is_known, last)
resume(last)
report(me)
if is_over() then
  turn_over()
  enter(me)
end
if r.leaves == 1 then
  gone[#gone + 1] = r.process
  write(nil)
  return reply(me, 0, MAX_PAUSE)
end
me.expires = now + PROCESS_TTL
local calls, pause = grant(me)
write(me)
return reply(me, calls, pause)
