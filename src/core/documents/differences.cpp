#include "core/documents/differences.hpp"

#include <algorithm>

#include "core/owed/runs.hpp"

namespace billing {
namespace {

using BilledByKey = std::map<ItemKey, BilledItem>;

/// What a run looks at of one period.
struct Scope {
  bool base = false;
  bool rest = false;        // usage and, once it is over, the minimum
  bool whole_base = false;  // else only the days in advance are charged
};

Scope scope_of(const Account& account, const BillingPeriod& period, Date today) {
  const bool is_current = period.days.start == account.life.current().days.start;
  const bool over = is_over(account.life, period, today);
  switch (account.run) {
    case RunKind::none: return {};
    case RunKind::start:
    case RunKind::change_now: return {.base = is_current, .rest = false, .whole_base = over};
    case RunKind::roll_over: return {.base = true, .rest = over, .whole_base = over};
    case RunKind::generate:
    case RunKind::cancel_now: return {.base = true, .rest = true, .whole_base = true};
  }
  return {};
}

/// The owed items that a run compares: those of the facts, and those that are billed though the facts no longer know them.
std::vector<OwedItem> items_of(const Life& life, const BillingPeriod& period, const Scope& scope, const ClaimedUsage& claimed,
                               const BilledByKey& billed, Date today) {
  if (!scope.rest) {
    std::vector base{owed_base(life, period)};
    take_discounts(life, period, base);
    return base;
  }
  auto items = owed_of(life, period, claimed, today);
  const auto known = [&items](const Item& item) { return std::ranges::find(items, item, &OwedItem::item) != items.end(); };
  Money counted{0, life.terms.front().version->currency()};
  for (const auto& item : items) counted = counted + (item.item.kind == ItemKind::minimum ? Money{0, counted.currency()} : item.full());
  const ItemKey first{life.id, period.days.start, {}};
  for (auto at = billed.lower_bound(first); at != billed.end() && at->first.subscription == life.id && at->first.period == first.period;
       ++at) {
    const auto& item = at->first.item;
    if (known(item)) continue;
    if (item.kind == ItemKind::usage) items.push_back(owed_usage(life, period, item.metric, claimed));
    if (item.kind == ItemKind::minimum && is_over(life, period, today)) items.push_back(owed_minimum(life, period, counted));
  }
  std::ranges::sort(items, {}, &OwedItem::item);
  return items;
}

/// Owed less billed, as far as the run charges it or may take it back.
Money difference_of(const OwedItem& owed, const BilledItem& billed, const Scope& scope) {
  const auto currency = owed.amount.currency();
  const Money before{billed.amount, currency};
  const Money none{0, currency};
  const auto* base = std::get_if<BaseOwed>(&owed.how);
  const auto charged = base != nullptr && !scope.whole_base ? base->in_advance : owed.amount;
  if (charged > before) return charged - before;
  if (owed.amount >= before) return none;
  return std::max(owed.amount - before, std::min(none, none - Money{billed.left, currency}));
}

class Collector {
 public:
  Collector(const Books& books, const std::vector<TaxRate>& rates, Date today)
      : billed_(billed_by_key(books)), rates_(codes_of(rates)), today_(today) {}

  void add(std::size_t index, const Account& account, const ClaimedUsage& claimed) {
    for (const auto& period : account.life.periods) {
      const auto scope = scope_of(account, period, today_);
      if (!scope.base || period.days.days() == 0) continue;
      for (auto& owed : items_of(account.life, period, scope, claimed, billed_, today_)) {
        add(index, account, period, scope, std::move(owed));
      }
    }
  }

  std::vector<Difference> take() { return std::move(found_); }

 private:
  void add(std::size_t index, const Account& account, const BillingPeriod& period, const Scope& scope, OwedItem owed) {
    const ItemKey key{account.life.id, period.days.start, owed.item};
    const auto before = billed_.find(key);
    const auto billed = before == billed_.end() ? BilledItem{} : before->second;
    const auto amount = difference_of(owed, billed, scope);
    const bool is_usage = owed.item.kind == ItemKind::usage;
    const auto quantity = is_usage ? narrowed(std::max<Int128>(0, owed.quantity - billed.quantity), "the newly covered usage") : 1;
    if (amount.is_zero() && !(is_usage && quantity > 0)) return;
    const auto& last = *terms_within(account.life, period.days).back().term->version;
    const TaxedAs taxed{last.tax_inclusive, rates_};
    found_.push_back({.account = index,
                      .key = key,
                      .period = period,
                      .invoice_period = invoice_period(account.life, account.run, today_),
                      .amount = amount,
                      .quantity = quantity,
                      .owed = std::move(owed),
                      .earlier_billed = Money{billed.amount, amount.currency()},
                      .earlier_discount = billed.discount,
                      .sequence = billed.next_sequence,
                      .taxed = taxed,
                      .may_be_taken_off = billed.taxed == taxed,
                      .plan_code = last.plan_code,
                      .version = last.number});
  }

  BilledByKey billed_;
  std::string rates_;
  Date today_;
  std::vector<Difference> found_;
};

std::vector<Life> lives_of(const std::vector<Account>& accounts) {
  std::vector<Life> lives;
  for (const auto& account : accounts) lives.push_back(account.life);
  return lives;
}

}  // namespace

Period invoice_period(const Life& life, RunKind run, Date today) {
  const auto& current = life.current().days;
  const bool into_arrears = term_on(life, current.start).version->bill_in == BillIn::arrears;
  if (run != RunKind::roll_over || !into_arrears || has_ended(life, today) || life.periods.size() < 2) return current;
  return life.periods[life.periods.size() - 2].days;
}

std::vector<Difference> differences(const std::vector<Account>& accounts, const std::vector<UsageDay>& usage, const Books& books,
                                    const std::vector<TaxRate>& rates, Date today) {
  const auto claimed = claim(lives_of(accounts), usage);
  Collector collector{books, rates, today};
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    if (today < accounts[i].life.started_on) continue;
    try {
      collector.add(i, accounts[i], claimed[i]);
    } catch (const Overflow& error) {
      throw Overflow("subscription " + accounts[i].life.id.text() + ": " + error.what());
    }
  }
  return collector.take();
}

}  // namespace billing
