-- POST /usage for one user after the other. Argument: a file with a user id a line.
dofile("bench/common.lua")

function init(args)
  posts_for_users(args[1])
end

function request()
  return wrk.format(nil, nil, nil, string.format('{"user_id":"%s","metric":"api_calls","quantity":1}', next_user()))
end
