#include "rooms/migrations/migrate_plans.hpp"

#include <algorithm>
#include <map>

#include "base/overflow.hpp"
#include "core/facts/change.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/facts/store.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/plans/plan_cache.hpp"
#include "rooms/users/store.hpp"

namespace billing::migrations {
namespace {

constexpr std::int64_t together = 50;  // subscriptions a transaction

using facts::Subscription;

TermMigration wish_of(const Migration& migration, PlanVersionPtr to) {
  TermMigration wish{.to = std::move(to),
                     .from_versions = {},
                     .at = ChangeAt::period_end,
                     .keep_overrides = migration.keep_overrides,
                     .reason = "migration to version " + std::to_string(migration.to_version)};
  if (migration.from_versions) wish.from_versions.emplace(migration.from_versions->begin(), migration.from_versions->end());
  if (migration.on_day) wish.at = *migration.on_day;
  return wish;
}

/// The users' subscriptions as they are, each change included as it is made: the next decision sees it.
struct Users {
  std::map<UserId, std::vector<Subscription>> subscriptions;

  std::vector<Life> others_than(const Subscription& one) const {
    std::vector<Life> others;
    for (const auto& other : subscriptions.at(one.user_id)) {
      if (other.life.id != one.life.id) others.push_back(other.life);
    }
    return others;
  }
  Subscription& find(const Waiting& waiting) {
    auto& all = subscriptions[waiting.user_id];
    const auto found = std::ranges::find(all, waiting.subscription_id, [](const Subscription& one) { return one.life.id; });
    if (found == all.end()) throw std::logic_error("subscription " + waiting.subscription_id.text() + " is not of its user");
    return *found;
  }
};

Task<Users> lock_and_load(pg::Transaction& tx, Context& within, const std::vector<Waiting>& taken) {
  std::vector<UserId> ids;
  for (const auto& waiting : taken) ids.push_back(waiting.user_id);
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  users::lock_users(tx, ids);
  co_await invoices::bill_due(within, ids);  // a period that is over is closed before the next is changed
  Users users;
  for (auto& subscription : co_await facts::find_all_of(tx, ids))
    users.subscriptions[subscription.user_id].push_back(std::move(subscription));
  co_return users;
}

OrDenied<Changed> migrate_or_deny(const Subscription& subscription, const TermMigration& wish, const Users& users, Date today) {
  try {
    return migrate(subscription.life, wish, users.others_than(subscription), today);
  } catch (const Overflow& error) {
    return std::unexpected(Denial{DenialCode::day_not_allowed, error.what()});
  }
}

/// One subscription, within the transaction; the outcome is noted by the caller.
Task<Outcome> migrate_one(pg::Transaction& tx, Context& within, Subscription& subscription, const TermMigration& wish, const Users& users) {
  const auto now = within.clock.now();
  auto changed = migrate_or_deny(subscription, wish, users, date_of(now));
  if (!changed) co_return Outcome{subscription.life.id, std::string{to_text(changed.error().code)} + ": " + changed.error().detail};
  const auto before = subscription;
  subscription.life = std::move(changed->life);
  facts::refresh(subscription, now);
  facts::save_facts(tx, before, subscription, now);
  audit::record(tx, within,
                {{"subscription.changed", "subscription", subscription.life.id.text(), subscription.user_id.text(),
                  std::string{to_text(before.status)}, std::string{to_text(subscription.status)}}});
  if (changed->rolled_over)
    co_await invoices::run_for(within, subscription.user_id, subscription.life.id, RunKind::roll_over, date_of(now));
  co_return Outcome{subscription.life.id, std::nullopt};
}

/// Takes up to `limit` of those that wait; how many it took. None of a migration that has ended.
Task<std::size_t> migrate_some(Context& context, MigrationId id, std::int64_t limit) {
  auto tx = co_await context.db.begin();
  auto within = context.with(tx);
  const auto migration = co_await hold_migration(tx, id);
  std::vector<Waiting> taken;
  if (migration && migration->status == MigrationStatus::running) taken = co_await take_waiting(tx, id, limit);
  if (taken.empty()) {
    co_await tx.end_unchanged();
    co_return 0;
  }
  auto users = co_await lock_and_load(tx, within, taken);
  const plans::VersionName to{migration->plan_code, migration->to_version};
  const auto wish = wish_of(*migration, (co_await plans::cached_versions(tx, {to})).at(to));
  std::vector<Outcome> outcomes;
  for (const auto& waiting : taken) outcomes.push_back(co_await migrate_one(tx, within, users.find(waiting), wish, users));
  note_outcomes(tx, id, outcomes, context.clock.now());
  co_await tx.commit();
  co_return taken.size();
}

/// The first one that waits is what the database refused.
Task<void> give_up_one(Context& context, MigrationId id) {
  auto tx = co_await context.db.begin();
  const auto taken = co_await take_waiting(tx, id, 1);
  std::vector<Outcome> outcomes;
  for (const auto& waiting : taken) outcomes.push_back({waiting.subscription_id, "the database refused the change: see the log"});
  if (!outcomes.empty()) note_outcomes(tx, id, outcomes, context.clock.now());
  co_await tx.commit();
}

/// Together; if the database refuses that, one by one, so that nobody waits for another.
Task<std::size_t> migrate_some_or_one(Context& context, MigrationId id, std::int64_t& limit) {
  try {
    co_return co_await migrate_some(context, id, limit);
  } catch (const pg::StatementError& error) {
    log::warn("subscriptions_not_migrated", {{"migration_id", id.text()}, {"sqlstate", error.sqlstate}, {"error", error.what()}});
    if (error.transient() && limit == 1) throw;
  }
  if (limit == 1) co_await give_up_one(context, id);
  limit = 1;
  co_return 1;
}

}  // namespace

Task<void> migrate_plan(Context& context, MigrationId id) {
  auto limit = together;
  while (co_await migrate_some_or_one(context, id, limit) > 0) {
  }
  // What another worker has under way still counts as waiting: the last one to come here ends it.
  const auto migration = co_await find_migration(context.db, id);
  if (!migration || migration->status != MigrationStatus::running || co_await anything_waiting(context.db, id)) co_return;
  auto tx = co_await context.db.begin();
  co_await end_migration(tx, context, *migration, MigrationStatus::done);
  co_await tx.commit();
}

}  // namespace billing::migrations
