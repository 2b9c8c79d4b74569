-- POST /users, each with an address of its own. Argument: a word that no earlier load had.
dofile("bench/common.lua")

local count, load = 0, ""

function init(args)
  json_posts()
  load = args[1]
end

function request()
  count = count + 1
  return wrk.format(nil, nil, nil, string.format('{"email":"%s-%d-%d@example.com"}', load, number, count))
end
