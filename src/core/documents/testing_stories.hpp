#pragma once

#include <rapidcheck/gtest.h>

#include "core/documents/testing_checks.hpp"

// Random lives of one user: subscriptions, changes, pauses, usage and corrections, runs and payments in any order.
namespace billing::test {

constexpr std::chrono::days one_day{1};
inline const Date first_day = day("2026-01-01");

inline std::int64_t within(std::int64_t least, std::int64_t most) { return *rc::gen::inRange(least, most + 1); }
inline std::chrono::days days_within(std::int64_t least, std::int64_t most) {
  return std::chrono::days{static_cast<int>(within(least, most))};
}
inline Decimal any_price() { return Decimal::from_raw(within(0, 30) * 37'000'000'000); }

inline PricingModel any_model() {
  switch (within(0, 3)) {
    case 0: return PerUnit{any_price()};
    case 1: return Graduated{{{within(1, 300), any_price(), any_price()}, {std::nullopt, any_price(), any_price()}}};
    case 2: return Volume{{{within(1, 300), any_price(), any_price()}, {std::nullopt, any_price(), any_price()}}};
    default: return Package{within(1, 100), any_price()};
  }
}
inline std::vector<Charge> any_charges() {
  std::vector<Charge> charges;
  for (const auto* metric : {"api_calls", "emails"}) {
    if (within(0, 2) > 0) charges.push_back({metric, within(0, 1) * within(0, 200), any_model()});
  }
  return charges;
}
inline PlanVersionPtr any_version(std::string code, bool inclusive) {
  auto version = pro_version();
  version.plan_code = std::move(code);
  version.amount = usd(within(0, 1) * within(0, 30'000));
  version.minimum = within(0, 1) * within(0, 40'000);
  version.bill_in = within(0, 1) == 0 ? BillIn::arrears : BillIn::advance;
  version.charges = any_charges();
  version.tax_inclusive = inclusive;
  return shared(std::move(version));
}

/// The plans are apart for each subscription, so that they are never refused for one another.
inline std::vector<PlanVersionPtr> any_plans(std::size_t subscription) {
  std::vector<PlanVersionPtr> plans;
  const bool inclusive = within(0, 3) == 0;
  for (int i = 0; i < 3; ++i) plans.push_back(any_version("p" + std::to_string(subscription) + std::to_string(i), inclusive));
  // To and from a plan that charges a base fee alone, what was billed of usage and minimum comes and goes.
  auto bare = *plans.back();
  bare.charges.clear();
  bare.minimum = 0;
  plans.back() = shared(std::move(bare));
  return plans;
}

struct Story {
  User user;
  std::vector<std::vector<PlanVersionPtr>> plans;
  Date today = first_day;
  bool forgives = false;  // goodwill notes happen in it
};

inline std::vector<TaxRate> any_rates() {
  std::vector<TaxRate> rates;
  for (const auto* code : {"a", "b"}) {
    if (within(0, 1) == 0) rates.push_back(rate(code, Decimal::from_raw(within(0, 2'500) * 10'000'000'000).text()));
  }
  return rates;
}

inline Discount any_discount(Date today) {
  Off off = within(1, 5'000);
  if (within(0, 1) == 0) off = percent(std::to_string(within(1, 100)));
  EligibleItems items{.base = within(0, 2) == 0, .minimum = within(0, 3) == 0, .usage = within(0, 2) == 0, .metrics = {}};
  const auto periods = within(0, 1) == 0 ? std::optional{within(1, 3)} : std::nullopt;
  const auto deleted = within(0, 2) == 0 ? std::optional{today + days_within(0, 40)} : std::nullopt;
  return {.id = {}, .coupon = "c", .off = off, .items = items, .periods = periods, .from = today, .after = {}, .deleted_on = deleted};
}

inline Story any_story() {
  Story story;
  story.user.conditions.rates = any_rates();
  for (std::size_t i = 0; i < static_cast<std::size_t>(within(1, 2)); ++i) {
    story.plans.push_back(any_plans(i));
    auto wish = to(story.plans[i][0]);
    wish.quantity = within(1, 3);
    if (within(0, 3) == 0) wish.trial_days = within(1, 20);
    if (within(0, 3) == 0) wish.anchor_day = within(1, 31);
    story.user.lives.push_back(subscribe(subscription_id(static_cast<std::uint8_t>(i + 1)), wish, {}, first_day).value());
  }
  return story;
}

inline ChangeDay any_day(const Story& story) {
  switch (within(0, 3)) {
    case 0: return ChangeAt::now;
    case 1: return ChangeAt::period_start;
    case 2: return ChangeAt::period_end;
    default: return story.today + days_within(-40, 20);
  }
}
inline TermChange any_change(const Story& story, std::size_t of) {
  TermChange wish;
  wish.at = any_day(story);
  if (within(0, 1) == 0) wish.plan = story.plans[of][static_cast<std::size_t>(within(0, 2))];
  if (within(0, 2) == 0) wish.quantity = within(1, 4);
  if (within(0, 2) == 0) wish.overrides = Overrides{within(0, 1) == 0 ? std::optional{within(0, 20'000)} : std::nullopt, any_charges()};
  return wish;
}

/// Whatever may happen to one subscription; what is denied did not happen.
inline void any_fact(Story& story) {
  const auto of = static_cast<std::size_t>(within(0, static_cast<std::int64_t>(story.user.lives.size()) - 1));
  auto& life = story.user.lives[of];
  const auto keep = [&life](const auto& result) {
    if (result) life = *result;
  };
  switch (within(0, 6)) {
    case 0:
    case 1:
    case 2:
      if (auto made = change(life, any_change(story, of), {}, story.today)) life = made->life;
      return;
    case 3: return keep(pause(life, within(0, 1) == 0 ? std::optional{story.today + days_within(2, 30)} : std::nullopt, story.today));
    case 4: return keep(resume(life, story.today));
    case 5: return keep(within(0, 1) == 0 ? cancel_at_period_end(life, story.today) : uncancel(life, {}, story.today));
    default: return keep(drop_pending(life, {}, story.today));
  }
}

inline void any_usage(Story& story) {
  const auto on = std::max(first_day, story.today - days_within(0, 50));
  std::optional<SubscriptionId> named;
  if (within(0, 3) == 0) named = story.user.lives.back().id;
  story.user.usage.push_back({within(0, 1) == 0 ? "api_calls" : "emails", on, named, within(0, 400)});
  if (within(0, 3) == 0)
    story.user.usage[static_cast<std::size_t>(within(0, static_cast<std::int64_t>(story.user.usage.size()) - 1))].quantity = 0;
}

inline std::vector<Account> accounts_of(const User& user, RunKind run) {
  std::vector<Account> accounts;
  for (const auto& life : user.lives) accounts.push_back({life, run});
  return accounts;
}

inline void run(Story& story, RunKind kind) {
  story.user.run(kind, story.today);
  check_documents(story.user);
  // Nothing negative waits: what the run bills has nothing left to be taken back.
  for (const auto& left : differences(accounts_of(story.user, kind), story.user.usage, story.user.books, {}, story.today)) {
    RC_ASSERT(!left.amount.is_negative());
  }
}

/// Bit by bit: used, billed, paid or not, and some of it taken back; what a credit is to come off lies on several invoices.
inline void churn(Story& story) {
  for (auto times = within(1, 4); times > 0; --times) {
    any_usage(story);
    run(story, RunKind::generate);
    if (within(0, 1) == 0) story.user.pay_all();
  }
  auto& used = story.user.usage[static_cast<std::size_t>(within(0, std::ssize(story.user.usage) - 1))];
  used.quantity = within(0, static_cast<std::int64_t>(used.quantity));
  run(story, RunKind::generate);
}

/// Goodwill notes over parts of what is left of some lines.
inline void forgive_some(Story& story) {
  for (auto& invoice : story.user.books) {
    if (!invoice.is_void && within(0, 3) == 0) story.user.forgive(invoice, within(1, 100));
  }
}

/// The days go on; subscriptions roll over, each on its day, billed or (the run came too late) only rolled.
inline void go_on(Story& story, bool billed) {
  for (auto left = within(0, 25); left > 0; --left) {
    story.today += one_day;
    bool rolled = false;
    for (auto& life : story.user.lives) {
      while (auto next = roll_over(life, story.today)) {
        life = *next;
        rolled = true;
      }
    }
    if (rolled && billed) run(story, RunKind::roll_over);
  }
}

inline void pay_or_void_some(Story& story) {
  const auto untouched = [](const IssuedLine& line) { return line.corrected == 0 && line.forgiven == 0; };
  for (auto& invoice : story.user.books) {
    const auto dice = within(0, 5);
    if (dice == 0 && invoice.is_open && std::ranges::all_of(invoice.lines, untouched)) {
      story.user.make_void(invoice);
    } else if (dice < 4) {
      story.user.pay(invoice);
    }
  }
}

inline void live(Story& story) {
  for (auto steps = within(1, 12); steps > 0; --steps) {
    switch (within(0, 9)) {
      case 0: go_on(story, true); break;
      case 9: story.forgives ? forgive_some(story) : pay_or_void_some(story); break;
      case 8: churn(story); break;
      case 6: story.user.conditions.rates = any_rates(); break;
      case 7: story.user.lives.front().discounts.push_back(any_discount(story.today)); break;
      case 1: any_fact(story); break;
      case 2: any_usage(story); break;
      case 3: run(story, within(0, 1) == 0 ? RunKind::generate : RunKind::change_now); break;
      case 4: pay_or_void_some(story); break;
      default: go_on(story, within(0, 3) > 0); break;
    }
  }
}

/// Everything ends and is billed; of open invoices everything waits until they are paid.
inline void finish(Story& story) {
  for (auto& life : story.user.lives) {
    if (!has_ended(life, story.today)) life = cancel_now(life, within(0, 3) > 0, story.today).value();
  }
  story.user.pay_all();
  run(story, RunKind::cancel_now);
}

inline std::map<ItemKey, std::int64_t> owed_by_key(const Story& story) {
  std::map<ItemKey, std::int64_t> owed;
  const auto claimed = claim(story.user.lives, story.user.usage);
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    const auto& life = story.user.lives[i];
    for (const auto& period : life.periods) {
      for (const auto& item : owed_of(life, period, claimed[i], story.today)) {
        if (item.amount.minor() != 0) owed[{life.id, period.days.start, item.item}] = item.amount.minor();
      }
    }
  }
  return owed;
}
inline std::map<ItemKey, std::int64_t> billed(const Books& books) {
  std::map<ItemKey, std::int64_t> amounts;
  for (const auto& [key, item] : billed_by_key(books)) {
    if (item.amount != 0) amounts[key] = item.amount;
  }
  return amounts;
}

}  // namespace billing::test
