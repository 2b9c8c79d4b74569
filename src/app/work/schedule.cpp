#include "app/work/schedule.hpp"

#include "app/presence.hpp"
#include "app/work/jobs.hpp"
#include "platform/runtime/log.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/idempotency/idempotency.hpp"
#include "rooms/invoices/run.hpp"
#include "rooms/migrations/migrate_plans.hpp"
#include "rooms/payments/store.hpp"
#include "rooms/usage/days.hpp"

namespace billing::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t most_a_sweep = 20'000;
constexpr std::int64_t enough_waiting = 2'000;                  // rings: workers have plenty to do
constexpr auto between_ticks = std::chrono::milliseconds{500};
constexpr auto ring_again_after = std::chrono::seconds{15};
constexpr auto between_reports = std::chrono::seconds{60};  // of what must be counted

Task<std::vector<std::string>> find_expired_keys(pg::Session& db, Instant now, std::int64_t) {
  std::vector<std::string> due;
  if (co_await idempotency::anything_expired(db, now)) due.emplace_back("expired");
  co_return due;
}

Task<std::vector<std::string>> find_unfolded(pg::Session& db, Instant, std::int64_t) {
  std::vector<std::string> due;
  if (co_await usage::anything_unfolded(db)) due.emplace_back("usage");
  co_return due;
}

/// Folding and reopening come first: what they find is billed by what follows.
constexpr ScheduleEntry table[] = {
    {fold_usage_job, find_unfolded, nullptr, nullptr, 1},
    {reopen_periods_job, usage::find_users_with_late_days, nullptr, nullptr, 200},
    {bill_users_job, facts::find_due_users, facts::next_due, facts::anything_due, 200},
    {invoices::attempt_payments_job, payments::find_due_invoices, payments::next_due, payments::anything_due, 20},
    {migrations::migrate_plans_job, migrations::find_due, migrations::next_due, migrations::anything_due, 1},
    {prune_job, find_expired_keys, nullptr, nullptr, 1},
};

constexpr pg::Statement try_sweep_lock{"SELECT pg_try_advisory_xact_lock(hashtextextended('billing.schedule', 0))"};

}  // namespace

std::span<const ScheduleEntry> schedule() { return table; }

Task<void> Scheduler::run() {
  while (!stopping_) {
    try {
      co_await tick();
    } catch (const std::exception& error) {
      log::warn("sweep_failed", {{"error", error.what()}});
    }
    co_await app_.reactor.sleep(between_ticks);
  }
}

Task<void> Scheduler::tick() {
  std::erase_if(rung_, [](const auto& rung) { return SteadyClock::now() - rung.second > ring_again_after; });
  auto tx = co_await app_.db.begin();
  const auto locked = co_await tx.query(try_sweep_lock);
  if (!locked[0].boolean(0)) co_return;
  co_await report_oldest_due(tx);  // first: it is what an operator needs while Redis is away
  co_await report_what_hangs(tx);
  if (co_await waiting_rings() < enough_waiting) {
    for (const auto& entry : schedule()) co_await sweep(tx, entry);
  }
  co_await tx.commit();
  announce_tick(app_);
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(SystemClock{}.now().time_since_epoch());
  app_.shared.metrics.set("schedule_last_tick_seconds", "schedule", "sweep", static_cast<double>(now.count()));
}

Task<std::int64_t> Scheduler::waiting_rings() {
  const auto depth = co_await app_.queue.depth();
  auto& metrics = app_.shared.metrics;
  metrics.set("queue_depth", "state", "waiting", static_cast<double>(depth.waiting));
  metrics.set("queue_depth", "state", "in_flight", static_cast<double>(depth.in_flight));
  metrics.set("queue_lag_seconds", "stream", "jobs", static_cast<double>(depth.lag_ms) / 1000);
  co_return depth.waiting;
}

Task<void> Scheduler::sweep(pg::Session& db, const ScheduleEntry& entry) {
  std::vector<std::string> unserved;
  for (auto& id : co_await entry.find_due(db, app_.shared.clock->now(), most_a_sweep)) {
    auto key = std::string{entry.job} + ":" + id;
    if (rung_.try_emplace(std::move(key), SteadyClock::now()).second) unserved.push_back(std::move(id));
  }
  if (!unserved.empty()) app_.queue.ring(entry.job, unserved, entry.ids_per_ring);
}

Task<void> Scheduler::report_oldest_due(pg::Session& db) {
  for (const auto& entry : schedule()) {
    if (!entry.next_due) continue;
    const auto next = co_await entry.next_due(db, std::nullopt);
    const auto overdue = next ? std::chrono::duration<double>(app_.shared.clock->now() - *next).count() : 0.0;
    app_.shared.metrics.set("oldest_due_seconds", "job", entry.job, overdue > 0 ? overdue : 0.0);
  }
}

Task<void> Scheduler::report_what_hangs(pg::Session& db) {
  if (SteadyClock::now() < next_report_) co_return;
  next_report_ = SteadyClock::now() + between_reports;
  auto& metrics = app_.shared.metrics;
  metrics.set("subscriptions_not_billed", "", "", static_cast<double>(co_await facts::count_not_billed(db)));
  metrics.set("payments_stuck", "", "", static_cast<double>(co_await payments::count_stuck(db)));
}

}  // namespace billing::app
