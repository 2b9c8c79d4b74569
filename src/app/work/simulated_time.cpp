#include "app/work/simulated_time.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "app/work/rings.hpp"
#include "app/work/schedule.hpp"
#include "core/facts/due.hpp"
#include "core/ids.hpp"
#include "platform/http/answer.hpp"
#include "platform/runtime/log.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/idempotency/idempotency.hpp"

namespace billing::app {
namespace {

constexpr pg::Statement insert_time{"INSERT INTO simulated_clock (now) VALUES ($1) ON CONFLICT DO NOTHING"};
constexpr pg::Statement select_time{"SELECT now FROM simulated_clock"};

}  // namespace

Task<Instant> load_simulated_time(pg::Session& db, Instant start) {
  co_await db.query(insert_time, pg::Params{}.add(start));
  const auto rows = co_await db.query(select_time);
  co_return rows[0].instant(0);
}

Task<void> catch_up_simulated_time(App& app) {
  auto* clock = app.shared.simulated_clock();
  if (clock) clock->set((co_await app.db.query(select_time))[0].instant(0));
}

Task<void> follow_simulated_time(App& app, const bool& stopping) {
  while (app.shared.simulated_clock() && !stopping) {
    try {
      co_await catch_up_simulated_time(app);
    } catch (const std::exception& error) {
      log::debug("clock_not_read", {{"error", error.what()}});
    }
    co_await app.reactor.sleep(std::chrono::milliseconds{100});
  }
}

Task<http::Response> get_clock(App& app, Context&, const http::Request& request) {
  request.allow_query_params({});
  const auto& clock = *app.shared.clock;
  co_return http::answer(200, boost::json::object{{"now", to_text(clock.now())}, {"simulated", clock.simulated()}});
}

namespace {

constexpr auto longest_walk = std::chrono::seconds{55};
constexpr std::int64_t most_at_once = 10'000;  // rows that are looked for together, so that rings are served side by side

Refusal not_finished(const std::string& detail) {
  Refusal refusal(503, "clock_busy", detail);
  refusal.headers.emplace_back("Retry-After", "1");
  return refusal;
}

/// Walks the clock from due instant to due instant, doing at each all that has fallen due.
class Walk {
 public:
  Walk(App& app, SimulatedClock& clock) : app_(app), clock_(clock), deadline_(std::chrono::steady_clock::now() + longest_walk) {
    app.shared.moves_clock = true;
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;
  ~Walk() { app_.shared.moves_clock = false; }

  Task<void> to(Instant target) {
    while (true) {
      co_await do_what_is_due();
      if (clock_.now() >= target) co_return;
      const auto next = co_await next_due();
      co_await move(next && *next < target ? *next : target);
    }
  }

 private:
  void check_time() const {
    if (std::chrono::steady_clock::now() < deadline_) return;
    throw not_finished("The clock stands at " + to_text(clock_.now()) + " with more still due there. Call again to go on.");
  }

  Task<std::optional<Instant>> next_due() {
    std::optional<Instant> earliest;
    for (const auto& entry : schedule()) {
      if (!entry.rows) continue;
      const auto next = co_await pg::next_due(app_.db, *entry.rows, clock_.now());
      if (next && (!earliest || *next < *earliest)) earliest = next;
    }
    co_return earliest;
  }

  Task<void> move(Instant to) {
    static constexpr pg::Statement update_time{"UPDATE simulated_clock SET now = greatest(now, $1)"};
    co_await app_.db.query(update_time, pg::Params{}.add(to));
    clock_.set(to);
  }

  /// Jobs in their order, since one makes work for the next: roll-overs make the invoices that are then to be paid. And again when a
  /// payment has made way for what waited beside its invoice: that is due at this very instant.
  Task<void> do_what_is_due() {
    const auto made_before = uuid_text(new_uuid7());
    do {
      for (const auto& entry : schedule()) co_await serve_all(entry, uuid_text(new_uuid7()));
    } while (co_await anything_due(made_before));
  }

  Task<bool> anything_due(std::string made_before) {
    for (const auto& entry : schedule()) {
      if (co_await entry.anything_due(app_.db, clock_.now(), made_before)) co_return true;
    }
    co_return false;
  }

  /// Until no row made before the id `made_before` is due: a row that another worker holds is waited for. What clients make due
  /// meanwhile at the instant where the clock stands is served too, but not waited for: they might never stop.
  Task<void> serve_all(const ScheduleEntry& entry, std::string made_before) {
    while (true) {
      check_time();
      const auto due = co_await entry.find_due(app_.db, clock_.now(), most_at_once);
      co_await serve_here(app_, "schedule", entry, due, never_);
      check_time();
      if (!co_await entry.anything_due(app_.db, clock_.now(), made_before)) co_return;
      if (due.empty()) co_await app_.reactor.sleep(std::chrono::milliseconds{5});
    }
  }

  App& app_;
  SimulatedClock& clock_;
  std::chrono::steady_clock::time_point deadline_;
  bool never_ = false;
};

constexpr pg::Statement select_counts{R"(
  SELECT (SELECT count(*) FROM invoices), (SELECT coalesce(sum(calls), 0)::bigint FROM payments))"};

struct Counts {
  std::int64_t invoices;
  std::int64_t payment_calls;
};

Task<Counts> count_work(pg::Session& db) {
  const auto rows = co_await db.query(select_counts);
  co_return Counts{rows[0].integer(0), rows[0].integer(1)};
}

/// Where the clock is to go; of a request that is repeated after a crash, where the first one was to bring it.
Task<Instant> keep_target(Context& context, const http::Request& request, Instant target) {
  const auto key = idempotency::key_of(request);
  if (!key) co_return target;
  const auto first = co_await idempotency::first_intent(context.db, std::string{context.key_id}, *key, to_text(target));
  co_return parse_instant(first).value_or(target);
}

Instant parse_target(const http::Request& request, Instant now) {
  auto body = http::json_body(request);
  const auto days = body.optional_integer("days", 0, 36'500);
  const auto to = body.optional_text("to", 64);
  std::optional<Instant> target;
  if (days) target = now + std::chrono::days{*days};
  if (to) {
    target = parse_instant(*to);
    if (!target) {
      if (const auto day = parse_date(*to)) target = Instant{*day};
    }
    if (!target) body.fail("to", "must be an RFC 3339 time or a date, such as 2026-02-28T12:00:00Z or 2026-02-28");
  }
  if (days.has_value() == to.has_value() && body.error_count() == 0) body.fail("", R"(send one of {"days": 30} and {"to": "2026-02-28"})");
  if (target && *target < now) body.fail(days ? "days" : "to", "is before now (" + to_text(now) + "): the clock never goes backwards");
  if (target && *target > last_instant) body.fail(days ? "days" : "to", "is after " + to_text(last_instant) + ": the calendar ends there");
  body.finish();
  return *target;
}

constexpr pg::Statement try_walk_lock{"SELECT pg_try_advisory_xact_lock(hashtextextended('billing.clock', 0))"};

}  // namespace

Task<http::Response> advance_clock(App& app, Context& context, const http::Request& request) {
  auto* clock = app.shared.simulated_clock();
  if (!clock)
    throw conflict("clock_is_real", "The clock is the real one. Start with --simulated-clock (BILLING_CLOCK=simulated) to move it.");
  const auto target = co_await keep_target(context, request, parse_target(request, clock->now()));

  auto lock = co_await app.db.begin();
  const auto locked = co_await lock.query(try_walk_lock);
  if (!locked[0].boolean(0)) throw not_finished("The clock is being moved right now: try again when that is done.");
  const auto before = co_await count_work(app.db);
  Walk walk{app, *clock};
  co_await walk.to(target);
  const auto after = co_await count_work(app.db);
  co_await lock.commit();
  co_return http::answer(200, boost::json::object{{"now", to_text(clock->now())},
                                                  {"invoices_created", after.invoices - before.invoices},
                                                  {"payments_attempted", after.payment_calls - before.payment_calls}});
}

}  // namespace billing::app
