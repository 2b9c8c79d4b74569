-- POST /invoices/generate/{user_id} for each user once, as long as they last. Argument: a file with a user id a line.
dofile("bench/common.lua")

local mine, asked = {}, 0

function init(args)
  json_posts()
  for at, user in ipairs(read_lines(args[1])) do
    if at % 2 == number then mine[#mine + 1] = user end -- of two threads
  end
end

function request()
  asked = asked % #mine + 1
  return wrk.format(nil, "/invoices/generate/" .. mine[asked], nil, "{}")
end
