#include "demo/demo.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdio>
#include <stdexcept>

#include "app/app.hpp"
#include "app/process/start_up.hpp"
#include "demo/demo_client.hpp"
#include "demo/demo_company.hpp"
#include "demo/demo_office.hpp"
#include "platform/runtime/log.hpp"

namespace billing::app {
namespace {

using boost::json::object;
using demo::Customer;
using demo::text_of;

constexpr std::int64_t days_of_history = 365;
constexpr std::int64_t day_of_new_prices = 210;

/// A customer in the course of the year.
struct Account {
  Customer customer;
  std::string user_id;
  std::string subscription_id;
  std::int64_t since;  // the day of the sign-up
  std::int64_t seats = 1;
  bool leaving = false;
  bool by_invoice = false;
};

class Year {
 public:
  explicit Year(App& app) : app_(app), api_(app) {}

  Task<void> live() {
    co_await office_.open();
    for (auto& plan : demo::plans()) co_await api_.post("/plans", std::move(plan.as_object()));
    for (std::int64_t day = 0; day <= days_of_history; ++day) {
      if (day > 0) co_await api_.post("/clock/advance", {{"days", 1}});
      if (day % 30 == 0) co_await tell();
      co_await live_a_day(day);
    }
    co_await api_.post("/clock/advance", {{"days", 0}});  // what today's doings made due
  }

 private:
  Task<void> live_a_day(std::int64_t day) {
    co_await record_usage_of_yesterday(day);
    if (day == day_of_new_prices) co_await raise_prices();
    const auto chance_of_signup = 450 + 2 * day;
    for (auto left = chance_of_signup; left > 0; left -= 1000) {
      if (dice_.chance(std::min<std::int64_t>(left, 1000))) co_await sign_up(day);
    }
    for (auto& account : accounts_) co_await decide(account, day);
    for (std::size_t number = 0; number < accounts_.size(); ++number) {
      const auto& account = accounts_[number];
      const auto weekday = static_cast<std::int64_t>(number % 7);
      if (account.by_invoice && day % 7 == weekday) co_await office_.look_at_the_account(account.user_id);
      if (!account.subscription_id.empty() && account.since != day) co_await office_.look_after(account.customer, account.user_id);
    }
  }

  Task<void> sign_up(std::int64_t day) {
    auto customer = demo::invent(dice_, accounts_.size());
    auto details = customer.details;
    details["email"] = customer.email;
    const bool by_invoice = office_.invoices(customer);
    details["collection"] = by_invoice ? "manual" : "automatic";
    details["net_days"] = 30;
    const auto user = co_await api_.post("/users", std::move(details));
    auto user_id = text_of(user, "id");
    co_await set_card(user_id, customer.payment_method);
    auto subscription_id = co_await subscribe(user_id, customer.plan, office_.coupon_for(customer));
    co_await office_.welcome(customer, user_id, subscription_id);
    accounts_.push_back({std::move(customer), std::move(user_id), std::move(subscription_id), day});
    accounts_.back().by_invoice = by_invoice;
  }

  Task<std::string> subscribe(const std::string& user_id, const std::string& plan, const std::string& coupon) {
    object wish{{"user_id", user_id}, {"plan_code", plan}};
    if (!coupon.empty()) wish["coupon"] = coupon;
    co_return text_of(co_await api_.post("/subscriptions", std::move(wish)), "id");
  }

  Task<void> set_card(const std::string& user_id, const std::string& payment_method) {
    if (payment_method.empty()) co_return;
    co_await api_.call(http::Method::patch, "/users/" + user_id, {{"payment_method", payment_method}});
  }

  Task<void> record_usage_of_yesterday(std::int64_t day) {
    boost::json::array events;
    const auto yesterday = date_of(app_.shared.clock->now()) - std::chrono::days{1};
    const auto weekday = std::chrono::weekday{yesterday};
    const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
    for (const auto& account : accounts_) {
      if (account.subscription_id.empty() || account.leaving || account.since == day) continue;
      for (const auto& appetite : demo::offer_of(account.customer.plan).appetites) {
        const auto at = Instant{yesterday} + std::chrono::minutes{dice_.below(24 * 60)};
        const auto quantity = demo::quantity_on(dice_, account.customer, appetite, day - account.since, weekend);
        events.push_back(object{{"user_id", account.user_id},
                                {"metric", appetite.metric},
                                {"quantity", quantity},
                                {"at", to_text(at)},
                                {"event_id", fmt::format("{}-{}", appetite.metric, to_text(yesterday))}});
      }
    }
    if (!events.empty()) co_await api_.post("/usage/batch", {{"events", std::move(events)}});
  }

  /// What comes into the mind of a customer, or of who looks after it, on a day.
  Task<void> decide(Account& account, std::int64_t day) {
    if (account.subscription_id.empty() || account.leaving || account.since == day) co_return;
    const bool declining = account.customer.payment_method == "stub_decline";
    if (declining && dice_.chance(8)) {
      account.customer.payment_method = "stub_ok";
      co_await set_card(account.user_id, "stub_ok");
      co_await for_each_uncollected(account, "pay");
    } else if (declining && dice_.chance(5)) {
      co_await for_each_uncollected(account, "void");  // its lines go on the next invoice
    } else if (dice_.chance(1)) {
      co_await cancel(account, "period_end");
      account.leaving = true;
    } else if (dice_.below(4000) == 0) {
      co_await cancel(account, "now");
      account.subscription_id.clear();
    } else if (dice_.below(500) == 0) {
      co_await change_plan(account, demo::offer_of(account.customer.plan).upgrade);
    } else if (dice_.below(400) == 0) {
      co_await change_plan(account, demo::offer_of(account.customer.plan).downgrade);
    } else if (demo::offer_of(account.customer.plan).by_seat && dice_.chance(12)) {
      co_await change_seats(account);
    } else if (dice_.below(1500) == 0) {
      const auto until = date_of(app_.shared.clock->now()) + std::chrono::days{5 + dice_.below(25)};
      co_await api_.post("/subscriptions/" + account.subscription_id + "/pause", {{"until", to_text(until)}}, 409);  // once at a time
    } else if (dice_.below(2500) == 0) {
      co_await change(account, {{"overrides", object{{"amount_cents", 2500}}}, {"reason", "agreed with the sales team"}});
    } else if (dice_.below(1500) == 0) {
      co_await correct_usage_of_yesterday(account);
    } else if (dice_.below(1500) == 0) {
      co_await api_.post("/invoices/generate/" + account.user_id, {}, 409);  // asked for an invoice before its time
    }
  }

  Task<void> cancel(Account& account, std::string_view at) {
    co_await api_.post("/subscriptions/" + account.subscription_id + "/cancel", {{"at", at}});
  }

  /// In mid-month, as it comes.
  Task<void> change(const Account& account, object what) {
    co_await api_.post("/subscriptions/" + account.subscription_id + "/change", std::move(what), 409);  // it may be so already
  }

  Task<void> change_plan(Account& account, std::string_view to) {
    if (to.empty()) co_return;
    co_await change(account, {{"plan_code", to}});
    account.customer.plan = to;
  }

  Task<void> change_seats(Account& account) {
    const auto fewer = account.seats > 3 && dice_.chance(300);
    account.seats += fewer ? -2 : 1 + dice_.below(3);
    co_await change(account, {{"quantity", account.seats}, {"invoice", "now"}});
  }

  /// Somebody's test that ran on the customer's account.
  Task<void> correct_usage_of_yesterday(const Account& account) {
    const auto& appetites = demo::offer_of(account.customer.plan).appetites;
    const auto yesterday = date_of(app_.shared.clock->now()) - std::chrono::days{1};
    co_await api_.post("/usage/corrections", {{"user_id", account.user_id},
                                              {"metric", appetites.front().metric},
                                              {"event_id", fmt::format("{}-{}", appetites.front().metric, to_text(yesterday))},
                                              {"quantity", dice_.below(50)},
                                              {"reason", "a load test of ours"}});
  }

  /// Pro has a new version, and who is on it goes to it with the next period.
  Task<void> raise_prices() {
    auto version = demo::next_version_of_pro();
    const auto made = co_await api_.post("/plans/pro/versions", std::move(version.as_object()));
    co_await api_.post("/plans/pro/migrations", {{"to_version", made.at("version")}, {"at", "period_end"}});
  }

  /// No attempt is planned for these any more, so nothing can come in between.
  Task<void> for_each_uncollected(const Account& account, std::string_view verb) {
    const auto invoices = co_await api_.get("/invoices/" + account.user_id);
    for (const auto& invoice : invoices.as_array()) {
      if (invoice.at("collection").as_string() != "uncollected") continue;
      co_await api_.post(fmt::format("/invoices/{}/{}/{}", account.user_id, text_of(invoice, "id"), verb), {});
    }
  }

  Task<void> tell() {
    const auto stats = co_await api_.get("/stats");
    const auto& invoices = stats.at("invoices");
    fmt::print("demo: {}  {:4} users  {:5} invoices paid\n", to_text(date_of(app_.shared.clock->now())),
               stats.at("users").to_number<std::int64_t>(), invoices.at("paid").to_number<std::int64_t>());
    std::fflush(stdout);
  }

  App& app_;
  demo::Client api_;
  demo::Office office_{api_};
  demo::Dice dice_{20260131};
  std::vector<Account> accounts_;
};

constexpr pg::Statement select_any_user{"SELECT EXISTS (SELECT FROM users)"};

Task<bool> fill(App& app) {
  const bool filled = (co_await app.db.query(select_any_user))[0].boolean(0);
  if (!filled) {
    Year year{app};
    co_await year.live();
  }
  co_await app.db.close();
  app.redis.close();
  co_return !filled;
}

}  // namespace

bool fill_with_demo(Config config) {
  if (!config.simulated_clock) {
    throw std::runtime_error("the demo's year passes on the simulated clock: set BILLING_CLOCK=simulated, or use `billing up --demo`");
  }
  config.user_rate = 0;
  if (!config.clock_start) config.clock_start = SystemClock{}.now() - std::chrono::days{days_of_history};
  log::set_level("warn");
  Shared shared;
  shared.config = std::move(config);
  shared.clock = make_clock(shared.config);
  start_up(shared, true, false);
  App app{shared, "billing demo"};
  return app.reactor.block_on(fill(app));
}

}  // namespace billing::app
