#include "rooms/balance/expire.hpp"

#include "rooms/grants/store.hpp"
#include "rooms/users/store.hpp"

namespace billing::balance {

constinit const pg::DueRows expiring_grants DUE_ROWS("grants", "expires_at", R"(
  SELECT id FROM grants WHERE expires_at <= $1 ORDER BY expires_at, id LIMIT $2)");

namespace {
constexpr pg::Statement select_due{R"(
  SELECT id, user_id FROM grants WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) AND expires_at <= $2 ORDER BY user_id, id)"};
}  // namespace

Task<void> expire_grants(Context& context, const std::vector<GrantId>& ids) {
  std::vector<GrantId> due;
  std::vector<UserId> users;
  for (const auto row : co_await context.db.query(select_due, pg::Params{}.add_array(ids).add(context.clock.now()))) {
    due.push_back(row.as<GrantId>(0));
    const auto user = row.as<UserId>(1);
    if (users.empty() || users.back() != user) users.push_back(user);
  }
  if (due.empty()) co_return;
  auto tx = co_await context.db.begin();
  users::lock_users(tx, users);
  co_await grants::note_expired(tx, context, due);
  co_await tx.commit();
}

}  // namespace billing::balance
