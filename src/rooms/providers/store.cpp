#include "rooms/providers/store.hpp"

namespace billing::providers {
namespace {
constexpr pg::Statement select_reference{"SELECT reference FROM provider_customers WHERE user_id = $1 AND provider = $2"};
constexpr pg::Statement select_user{"SELECT user_id FROM provider_customers WHERE provider = $1 AND reference = $2"};
}  // namespace

Task<std::optional<std::string>> find_customer(pg::Session& db, UserId user, std::string_view provider) {
  const auto rows = co_await db.query(select_reference, pg::Params{}.add(user.text()).add(provider));
  if (rows.empty()) co_return std::nullopt;
  co_return std::string{rows[0].text(0)};
}

Task<std::optional<UserId>> find_user_of(pg::Session& db, std::string_view provider, const std::string& reference) {
  const auto rows = co_await db.query(select_user, pg::Params{}.add(provider).add(reference));
  if (rows.empty()) co_return std::nullopt;
  co_return rows[0].as<UserId>(0);
}

namespace {
constexpr pg::Statement insert_customer{R"(
  INSERT INTO provider_customers (user_id, provider, reference, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (user_id, provider) DO NOTHING)"};
}

Task<std::string> keep_customer(pg::Session& db, const Context& context, UserId user, std::string_view provider, std::string reference) {
  co_await db.query(insert_customer, pg::Params{}.add(user.text()).add(provider).add(reference).add(context.clock.now()));
  co_return (co_await find_customer(db, user, provider)).value_or(reference);
}

}  // namespace billing::providers
