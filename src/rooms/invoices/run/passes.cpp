#include "rooms/invoices/run/passes.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

#include "core/facts/due.hpp"
#include "core/facts/periods.hpp"
#include "platform/runtime/log.hpp"

namespace billing::invoices {
namespace {

using facts::Subscription;

/// What of a user is billed, and as of which day.
struct Pass {
  std::vector<Account> accounts;  // one for each of the user's subscriptions, in their order
  Date day;
  bool rolls_over = false;  // periods end on its day: nothing else is looked at
};

/// A run of these kinds finds everything that a period which is over owes.
bool is_whole(RunKind kind) { return kind == RunKind::roll_over || kind == RunKind::generate || kind == RunKind::cancel_now; }

bool waits(const std::vector<Waiting>& waiting, SubscriptionId id, std::optional<Date> period = {}) {
  return std::ranges::any_of(waiting,
                             [&](const Waiting& one) { return one.key.subscription == id && (!period || one.key.period == *period); });
}

std::int64_t waiting_cents(const std::vector<Waiting>& waiting, SubscriptionId id) {
  Int128 sum = 0;
  for (const auto& one : waiting) {
    if (one.key.subscription == id) sum += one.amount.minor();
  }
  return narrowed(sum, "what waits to be billed");
}

void note_settled(Changes& changes, const UserFacts& user, const Pass& pass, const std::vector<Waiting>& waiting) {
  for (const auto& account : pass.accounts) {
    if (!is_whole(account.run)) continue;
    for (const auto& period : account.life.periods) {
      const bool over = period.days.end <= pass.day && !user.kept_void.contains({account.life.id, period.days.start});
      if (over && !waits(waiting, account.life.id, period.days.start)) changes.settled.push_back({account.life.id, period.days.start});
    }
  }
}

/// The open invoices beside which something waits.
void note_held_back(Changes& changes, const UserFacts& user, const std::vector<Waiting>& waiting) {
  for (const auto& invoice : user.books) {
    const bool holds = std::ranges::any_of(waiting, [&](const Waiting& one) {
      return one.beside_open && one.invoice_period == invoice.period && one.amount.currency() == invoice.currency;
    });
    if (invoice.is_open && invoice.of_subscriptions && holds) changes.held_back.push_back(invoice.id);
  }
}

/// Bills a pass. Throws Overflow, naming the subscription, having noted nothing. What waits is for the caller to note at its subscriptions.
std::vector<Waiting> bill_pass(const UserFacts& user, const Pass& pass, Instant now, Changes& changes) {
  auto documents = settled_documents(user, bill(pass.accounts, user.usage, user.books, user.conditions, pass.day), date_of(now), now);
  note_settled(changes, user, pass, documents.waiting);
  note_held_back(changes, user, documents.waiting);
  auto waiting = std::move(documents.waiting);
  documents.waiting.clear();
  changes.documents.append(std::move(documents));
  return waiting;
}

void note_status(Changes& changes, const Subscription& before, const Subscription& after) {
  if (before.status == after.status) return;
  const auto* action = after.status == LifeStatus::canceled  ? "subscription.canceled"
                       : after.status == LifeStatus::paused  ? "subscription.paused"
                       : before.status == LifeStatus::paused ? "subscription.resumed"
                                                             : "subscription.activated";
  changes.audit.push_back({action, "subscription", after.life.id.text(), after.user_id.text(), std::string{to_text(before.status)},
                           std::string{to_text(after.status)}});
}

/// Of a look that was due: what has begun since the one before, up to `day`.
void note_begun(Changes& changes, const Subscription& before, const Subscription& after, Date day) {
  if (!before.due_at) return;
  const auto seen = before.billing_error ? *before.due_at - retry_billing_after : *before.due_at - std::chrono::microseconds{1};
  for (const auto notice : notices(before.life, seen, day)) {
    changes.audit.push_back({notice == Notice::term_begun ? "subscription.term_begun" : "subscription.trial_ending", "subscription",
                             after.life.id.text(), after.user_id.text(), std::string{to_text(before.status)},
                             std::string{to_text(after.status)}});
  }
}

bool is_over(const Subscription& subscription, Date today) {
  const auto& life = subscription.life;
  return subscription.status != LifeStatus::canceled && life.current().days.end <= today;
}

/// The next thing that is due: a day on which periods of it end, or, once none does, today.
std::optional<Pass> next_pass(const UserFacts& user, Instant now) {
  const auto today = date_of(now);
  const auto due = [now](const Subscription& one) { return one.due_at && *one.due_at <= now; };
  std::optional<Date> day;
  for (const auto& one : user.subscriptions) {
    if (due(one) && is_over(one, today) && (!day || one.life.current().days.end < *day)) day = one.life.current().days.end;
  }
  if (!day && user.held_back.empty() && std::ranges::none_of(user.subscriptions, due)) return std::nullopt;
  Pass pass{{}, day.value_or(today), day.has_value()};
  for (const auto& one : user.subscriptions) {
    if (day && due(one) && is_over(one, today) && one.life.current().days.end == *day) {
      pass.accounts.push_back({roll_over(one.life, *day).value_or(one.life), RunKind::roll_over});
    } else if (day) {
      pass.accounts.push_back({one.life, RunKind::none});
    } else if (!user.held_back.empty() || (due(one) && one.status == LifeStatus::canceled)) {
      pass.accounts.push_back({one.life, RunKind::roll_over});
    } else {
      pass.accounts.push_back({one.life, due(one) && one.status == LifeStatus::scheduled ? RunKind::start : RunKind::none});
    }
  }
  return pass;
}

/// What a subscription is after a pass that has looked at it.
Subscription looked_at(const Subscription& before, const Account& account, const std::vector<Waiting>& waiting, Date day, Instant now) {
  auto after = before;
  after.life = account.life;
  after.billing_error.reset();
  after.status = status_on(after.life, day, after.past_due);
  if (after.status == LifeStatus::canceled && !after.canceled_at) after.canceled_at = now;
  if (is_whole(account.run)) after.waiting_cents = waiting_cents(waiting, after.life.id);
  const bool ended_before = before.status == LifeStatus::canceled;
  after.due_at = ended_before ? std::nullopt : std::optional{facts::due_after(after.life, day)};
  return after;
}

Subscription with_error(Subscription subscription, const std::string& error, Instant now) {
  log::warn("subscription_not_billed", {{"subscription_id", subscription.life.id.text()}, {"error", error}});
  subscription.due_at = now + retry_billing_after;
  subscription.billing_error = error;
  return subscription;
}

/// What was voided after its subscription was canceled counts as billed, with nothing left of it to take off. Such a period is not settled, so that a
/// generate finds it.
void keep_withheld(UserFacts& user) {
  if (user.withheld.empty()) return;
  const auto withheld = [&user](const IssuedLine& line) { return user.withheld.contains(line.id); };
  Books kept;
  for (auto& invoice : user.books) {
    if (std::ranges::none_of(invoice.lines, withheld)) continue;
    auto copy = invoice;
    std::erase_if(copy.lines, std::not_fn(withheld));
    std::erase_if(invoice.lines, withheld);
    copy.is_void = false;
    for (auto& line : copy.lines) {
      line.forgiven = std::max<std::int64_t>(0, line.amount.minor());
      user.kept_void.emplace(line.key.subscription, line.key.period);
    }
    kept.push_back(std::move(copy));
  }
  user.books.insert(user.books.end(), kept.begin(), kept.end());
}

/// Those whose sums do not fit, alone or together with the ones before them, are left out of the pass and keep the error.
void leave_overflowing_out(const UserFacts& user, Pass& pass, Instant now, Changes& changes) {
  auto tried = pass;
  for (auto& account : tried.accounts) account.run = RunKind::none;
  for (std::size_t i = 0; i < pass.accounts.size(); ++i) {
    if (pass.accounts[i].run == RunKind::none) continue;
    tried.accounts[i].run = pass.accounts[i].run;
    try {
      bill(tried.accounts, user.usage, user.books, user.conditions, pass.day);
    } catch (const Overflow& error) {
      tried.accounts[i].run = RunKind::none;
      changes.looked_at.push_back(with_error(user.subscriptions[i], error.what(), now));
    }
  }
  pass = std::move(tried);
}

}  // namespace

void bill_due_user(UserFacts user, Instant now, Changes& changes) {
  auto pass = next_pass(user, now);
  if (!pass) return;
  keep_withheld(user);
  const auto wanted = pass->accounts;
  std::vector<Waiting> waiting;
  try {
    waiting = bill_pass(user, *pass, now, changes);
  } catch (const Overflow&) {
    leave_overflowing_out(user, *pass, now, changes);
    waiting = bill_pass(user, *pass, now, changes);
  }
  if (!pass->rolls_over) std::ranges::copy(user.held_back, std::back_inserter(changes.released));
  bool more = pass->rolls_over && !user.held_back.empty();
  for (std::size_t i = 0; i < user.subscriptions.size(); ++i) {
    const auto& before = user.subscriptions[i];
    const bool failed = wanted[i].run != pass->accounts[i].run;
    const bool looked = pass->accounts[i].run != RunKind::none || (!pass->rolls_over && before.due_at && *before.due_at <= now);
    if (!failed && !looked) more = more || (before.due_at && *before.due_at <= now);
    if (failed) note_begun(changes, before, before, date_of(now));
    if (failed || !looked) continue;
    auto after = looked_at(before, pass->accounts[i], waiting, pass->day, now);
    more = more || (after.due_at && *after.due_at <= now);
    note_status(changes, before, after);
    note_begun(changes, before, after, pass->day);
    if (after.life.periods != before.life.periods) {
      changes.entered.emplace_back(before, std::move(after));
    } else {
      changes.looked_at.push_back(std::move(after));
    }
  }
  if (more) changes.again.push_back(user.id);
}

void generate(UserFacts user, Instant now, Changes& changes) {
  user.conditions.items_alone = true;
  Pass pass{{}, date_of(now), false};
  for (const auto& one : user.subscriptions) pass.accounts.push_back({one.life, RunKind::generate});
  std::ranges::copy(user.withheld, std::back_inserter(changes.billed_again));
  const auto waiting = bill_pass(user, pass, now, changes);
  for (const auto& one : user.subscriptions) {
    const auto cents = waiting_cents(waiting, one.life.id);
    if (cents == one.waiting_cents) continue;
    changes.looked_at.push_back(one);
    changes.looked_at.back().waiting_cents = cents;
  }
}

void bill_one(const UserFacts& user, SubscriptionId subscription, RunKind kind, Date day, Instant now, Changes& changes) {
  Pass pass{{}, day, false};
  for (const auto& one : user.subscriptions) pass.accounts.push_back({one.life, one.life.id == subscription ? kind : RunKind::none});
  const auto waiting = bill_pass(user, pass, now, changes);
  const auto found = std::ranges::find(user.subscriptions, subscription, [](const Subscription& one) { return one.life.id; });
  if (found == user.subscriptions.end() || !is_whole(kind)) return;
  changes.looked_at.push_back(*found);
  changes.looked_at.back().waiting_cents = waiting_cents(waiting, subscription);
}

void bill_item(const UserFacts& user, ItemId item, Instant now, Changes& changes) {
  const auto& unbilled = user.conditions.items;
  const auto found = std::ranges::find(unbilled, item, &OneOffItem::id);
  if (found == unbilled.end()) return;
  const auto today = date_of(now);
  changes.documents.append(settled_documents(user, {.invoices = {invoice_of(*found, user.conditions.rates, today)}}, today, now));
}

}  // namespace billing::invoices
