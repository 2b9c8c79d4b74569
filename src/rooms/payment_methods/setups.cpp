#include "rooms/payment_methods/setups.hpp"

#include "core/collecting/payment.hpp"
#include "platform/runtime/log.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/payment_methods/choose.hpp"

namespace billing::payment_methods {

constinit const pg::DueRows due_setups DUE_ROWS("payment_setups", "next_look_at", R"(
  SELECT id FROM payment_setups WHERE next_look_at <= $1 ORDER BY next_look_at, id LIMIT $2)");

namespace {
constexpr pg::Statement insert_setup{R"(
  INSERT INTO payment_setups (id, user_id, provider, reference, next_look_at, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (provider, reference) DO NOTHING RETURNING id)"};
constexpr pg::Statement select_by_reference{"SELECT id FROM payment_setups WHERE provider = $1 AND reference = $2"};
}  // namespace

Task<void> keep_setup(Context& context, UserId user, std::string_view provider, const std::string& reference) {
  auto tx = co_await context.db.begin();
  const auto now = context.clock.now();
  pg::Params params;
  params.add(SetupId{new_uuid7()}.text()).add(user.text()).add(provider).add(reference).add(now + unreachable_backoff(1)).add(now);
  const auto made = co_await tx.query(insert_setup, std::move(params));
  if (!made.empty()) audit::record(tx, context, {{"user.payment_setup_started", "user", user.text(), user.text(), {}, {}}});
  co_await tx.commit();
}

Task<std::optional<SetupId>> find_setup(pg::Session& db, std::string_view provider, const std::string& reference) {
  const auto rows = co_await db.query(select_by_reference, pg::Params{}.add(provider).add(reference));
  if (rows.empty()) co_return std::nullopt;
  co_return rows[0].as<SetupId>(0);
}

namespace {
constexpr pg::Statement select_open{"SELECT user_id, provider, reference, looks FROM payment_setups WHERE id = $1 AND status = 'open'"};
constexpr pg::Statement end_setup{R"(
  UPDATE payment_setups SET status = $2, payment_method = $3, next_look_at = NULL, updated_at = $4 WHERE id = $1 AND status = 'open' RETURNING id)"};
constexpr pg::Statement put_off{R"(
  UPDATE payment_setups SET looks = $2 + 1, next_look_at = $3, updated_at = $4 WHERE id = $1 AND status = 'open' AND looks = $2)"};

struct Setup {
  SetupId id;
  UserId user;
  std::string provider;
  std::string reference;
  std::int64_t looks;
};

Task<std::optional<Setup>> find_open(pg::Session& db, SetupId id) {
  const auto rows = co_await db.query(select_open, pg::Params{}.add(id.text()));
  if (rows.empty()) co_return std::nullopt;
  co_return Setup{id, rows[0].as<UserId>(0), std::string{rows[0].text(1)}, std::string{rows[0].text(2)}, rows[0].integer(3)};
}

Task<providers::FoundSetup> ask(Context& context, const providers::Providers& providers, const Setup& setup) {
  auto* provider = providers.find(setup.provider);
  if (!provider) {
    log::warn("setup_of_unknown_provider", {{"setup_id", setup.id.text()}, {"provider", setup.provider}});
    co_return providers::Unreachable{};
  }
  const auto user = co_await users::require_user(context.db, setup.user);
  co_return co_await provider->lookup_setup(co_await known_customer(context.db, *provider, user), setup.reference);
}

/// Of two who heard of it the first one takes it. A method of a provider that charges no more is no use.
Task<void> take(Context& context, const providers::Providers& providers, const Setup& setup, const std::string& method) {
  auto tx = co_await context.db.begin();
  users::lock_users(tx, {setup.user});
  const auto ended = co_await tx.query(end_setup, pg::Params{}.add(setup.id.text()).add("done").add(method).add(context.clock.now()));
  if (!ended.empty() && setup.provider == providers.current().name()) co_await choose(tx, context, setup.user, method);
  co_await tx.commit();
}

Task<void> look_up(Context& context, const providers::Providers& providers, SetupId id) {
  const auto setup = co_await find_open(context.db, id);
  if (!setup) co_return;
  const auto found = co_await ask(context, providers, *setup);
  const auto now = context.clock.now();
  if (const auto* done = std::get_if<providers::SetUp>(&found)) co_return co_await take(context, providers, *setup, done->payment_method);
  if (std::holds_alternative<providers::Expired>(found)) {
    co_await context.db.query(end_setup, pg::Params{}.add(id.text()).add("expired").add(std::optional<std::string>{}).add(now));
    co_return;
  }
  co_await context.db.query(put_off,
                            pg::Params{}.add(id.text()).add(setup->looks).add(now + unreachable_backoff(setup->looks + 2)).add(now));
}

}  // namespace

Task<void> look_up_setups(Context& context, const providers::Providers& providers, std::vector<SetupId> ids) {
  TaskGroup looks;
  for (const auto id : ids) looks.spawn(look_up(context, providers, id));
  co_await looks.join();
}

}  // namespace billing::payment_methods
