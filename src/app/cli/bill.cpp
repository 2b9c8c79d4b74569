#include "app/cli/bill.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>

#include "app/app.hpp"
#include "app/cli/progress.hpp"
#include "app/process/life_line.hpp"
#include "app/process/start_up.hpp"
#include "app/work/rings.hpp"
#include "app/work/schedule.hpp"
#include "platform/runtime/log.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/facts/due.hpp"
#include "rooms/payments/store.hpp"

namespace billing::app {
namespace {

constexpr std::int64_t most_at_once = 10'000;

constexpr pg::Statement select_made{R"(
  SELECT count(*), count(*) FILTER (WHERE status = 'paid') FROM invoices WHERE id > $1)",
                                    pg::Planned::once, pg::Lane::scan};

std::string_view noun_of(const ScheduleEntry& entry) {
  return entry.rows == &facts::due_users ? "subscriptions billed" : "payments attempted";
}

class Run {
 public:
  Run(App& app, Instant as_of)
      : app_(app), as_of_(as_of), signals_(app.reactor.io(), SIGINT, SIGTERM), display_(stderr), begun_(uuid_text(new_uuid7())) {
    signals_.async_wait([this](const boost::system::error_code& error, int) { stopped_ = stopped_ || !error; });
  }

  /// The exit status.
  Task<int> run() {
    TaskGroup beside;
    LifeLine life_line{app_};
    beside.spawn(life_line.hold(done_));
    int status = 1;
    std::exception_ptr failure;
    try {
      for (const auto& entry : billing_run()) {
        if (!stopped_) co_await serve(entry);
      }
      status = co_await tell();
    } catch (...) {
      failure = std::current_exception();
    }
    done_ = true;
    signals_.cancel();
    co_await beside.join();
    if (failure) std::rethrow_exception(failure);
    co_return status;
  }

 private:
  /// Until nothing is due that was not tried: what others have locked, or the database refuses, stays for them or for another time.
  Task<void> serve(const ScheduleEntry& entry) {
    TaskGroup beside;
    bool served = false;
    if (entry.rows) beside.spawn(show(entry, served));
    std::exception_ptr failure;
    try {
      std::vector<std::string> before;
      auto due = co_await entry.find_due(app_.background, as_of_, most_at_once);
      while (!stopped_ && !due.empty() && due != before) {
        co_await serve_here(app_, "worker", entry, due, stopped_);
        before = std::exchange(due, co_await entry.find_due(app_.background, as_of_, most_at_once));
      }
    } catch (...) {
      failure = std::current_exception();
    }
    served = true;
    co_await beside.join();
    if (failure) std::rethrow_exception(failure);
  }

  /// By what is left, so that what others do meanwhile counts too.
  Task<void> show(const ScheduleEntry& entry, const bool& served) {
    using Clock = std::chrono::steady_clock;
    const auto total = co_await pg::count_due(app_.background.unhurried(), *entry.rows, as_of_);
    if (total == 0) co_return;
    const auto begun = Clock::now();
    Progress progress{noun_of(entry), 0, total, {}};
    for (auto next = begun + display_.pace(); !served;) {
      co_await app_.reactor.sleep(std::chrono::milliseconds{50});
      if (served || Clock::now() < next) continue;
      next += display_.pace();
      co_await look(progress, entry, begun);
      display_.show(progress);
    }
    co_await look(progress, entry, begun);
    display_.finish(progress);
  }

  Task<void> look(Progress& progress, const ScheduleEntry& entry, std::chrono::steady_clock::time_point begun) {
    const auto left = co_await pg::count_due(app_.background.unhurried(), *entry.rows, as_of_);
    progress.done = std::max<std::int64_t>(0, progress.total - left);
    progress.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  }

  /// The exit status.
  Task<int> tell() {
    const auto made = co_await app_.background.query(select_made, pg::Params{}.add(begun_));
    std::int64_t left = 0;
    for (const auto& entry : billing_run()) {
      if (entry.rows) left += co_await pg::count_due(app_.background.unhurried(), *entry.rows, as_of_);
    }
    fmt::print("{} invoices were made, {} of them are paid.\n", made[0].integer(0), made[0].integer(1));
    if (left == 0) co_return 0;
    fmt::print("{}{} due as of {}: start again to go on{}.\n", stopped_ ? "Stopped. " : "",
               left == 1 ? "1 row is still" : fmt::format("{} rows are still", left), to_text(as_of_),
               stopped_ ? "" : "; what is locked by others they do themselves, and the log says what was refused");
    co_return 1;
  }

  App& app_;
  Instant as_of_;
  boost::asio::signal_set signals_;
  ProgressDisplay display_;
  std::string begun_;  // an id of that moment
  bool stopped_ = false;
  bool done_ = false;
};

Instant instant_of(const std::string& text) {
  if (const auto at = parse_instant(text)) return *at;
  if (const auto day = parse_date(text)) return Instant{*day};
  throw std::runtime_error("--as-of must be an RFC 3339 time or a date, such as 2026-02-28T12:00:00Z or 2026-02-28, not " + text);
}

Task<int> run_and_close(App& app, Instant as_of) {
  Run run{app, as_of};
  int status = 1;
  try {
    status = co_await run.run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "billing: {}\n", error.what());
  }
  app.provider_http.close();
  co_await app.db.close();
  co_await app.background.close();
  app.redis.close();
  co_return status;
}

}  // namespace

int bill(Config config, const std::optional<std::string>& as_of) {
  const auto named = as_of ? std::optional{instant_of(*as_of)} : std::nullopt;
  signal(SIGPIPE, SIG_IGN);
  log::set_level(config.log_level == "info" ? "warn" : config.log_level);  // what goes well is shown otherwise
  Shared shared;
  shared.config = std::move(config);
  shared.clock = make_clock(shared.config);
  shared.process = uuid_text(new_uuid7());
  start_up(shared, false, false);
  const auto now = shared.clock->now();
  if (named && *named > now) {
    throw std::runtime_error("--as-of " + *as_of + " is after now (" + to_text(now) +
                             "): nothing falls due before its time. A simulated clock is moved by POST /clock/advance.");
  }
  App app{shared, "billing bill"};
  const int status = app.reactor.block_on(run_and_close(app, named.value_or(now)));
  shared.press.stop();
  return status;
}

}  // namespace billing::app
