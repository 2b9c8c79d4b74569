-- For the loads that write: thread numbers, JSON headers, the users to write for.
dofile("bench/report.lua")

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function json_posts()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

local users, count = {}, 0

-- For `init`: JSON posts for the users of a file, a user id a line; each thread begins elsewhere in it.
function posts_for_users(file)
  json_posts()
  users = read_lines(file)
  count = number * 501
end

function next_user()
  count = count + 1
  return users[count % #users + 1]
end

function read_lines(file)
  local lines = {}
  for line in io.lines(file) do
    lines[#lines + 1] = line
  end
  return lines
end
