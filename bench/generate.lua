-- POST /invoices/generate/{user_id} for one user after the other. Argument: a file with a user id a line.
dofile("bench/common.lua")

function init(args)
  posts_for_users(args[1])
end

function request()
  return wrk.format(nil, "/invoices/generate/" .. next_user(), nil, "{}")
end
