#include "rooms/invoices/run/run.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/observe/metrics.hpp"
#include "platform/queue/queue.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/invoices/follow_payment.hpp"
#include "rooms/invoices/run/passes.hpp"
#include "rooms/usage/days.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

constexpr pg::Statement mark_held_back{R"(
  UPDATE invoices SET held_back = NOT held_back
  WHERE (id = ANY ((SELECT $1::uuid[])::uuid[]) AND NOT held_back) OR (id = ANY ((SELECT $2::uuid[])::uuid[]) AND held_back))"};

constexpr pg::Statement bill_again{"UPDATE invoice_lines SET withheld = false WHERE id = ANY ((SELECT $1::uuid[])::uuid[])"};

/// Of what the run made, what is charged by itself. Whatever of its user is billed after it may still pay some of it: then its payment is not begun yet.
struct Collectable {
  std::vector<ToCollect> now;
  std::vector<std::string> later;
};
Collectable collectable(const Changes& changes, bool at_once) {
  Collectable found;
  for (const auto& invoice : changes.documents.invoices) {
    if (invoice.due.is_zero() || invoice.due_on) continue;
    if (at_once && std::ranges::find(changes.again, invoice.user_id) == changes.again.end()) {
      found.now.push_back({invoice.id, invoice.user_id, invoice.due});
    } else {
      found.later.push_back(invoice.id.text());
    }
  }
  return found;
}

Task<Made> save_and_commit(pg::Transaction& tx, const Context& context, const Changes& changes, const Collect& collect = {}) {
  Made made;
  if (changes.empty()) {
    co_await tx.end_unchanged();
    co_return made;
  }
  const auto now = context.clock.now();
  facts::save_entered(tx, changes.entered, now);
  facts::save_rows(tx, changes.looked_at, now);
  facts::settle(tx, changes.settled);
  if (!changes.held_back.empty() || !changes.released.empty()) {
    tx.send(mark_held_back, pg::Params{}.add_array(changes.held_back).add_array(changes.released));
  }
  if (!changes.billed_again.empty()) tx.send(bill_again, pg::Params{}.add_array(changes.billed_again));
  audit::record(tx, context, changes.audit);
  co_await follow_payment(tx, context, changes.documents.reductions);
  send_documents(tx, context, changes.documents);

  for (const auto& invoice : changes.documents.invoices) made.invoices.push_back(invoice.id);
  for (const auto& note : changes.documents.notes) made.credit_notes.push_back(note.id);
  auto unpaid = collectable(changes, static_cast<bool>(collect));
  if (!unpaid.now.empty()) co_await collect(tx, std::move(unpaid.now));
  tx.after_commit([&queue = context.queue, &metrics = context.metrics, made_count = made.invoices.size(), later = std::move(unpaid.later)] {
    if (made_count > 0) metrics.count("invoices", {{"outcome", "created"}}, static_cast<double>(made_count));
    if (!later.empty()) queue.ring(attempt_payments_job, later, payments_per_ring);
  });
  co_await tx.commit();
  co_return made;
}

}  // namespace

void append(Made& all, const Made& more) {
  all.invoices.insert(all.invoices.end(), more.invoices.begin(), more.invoices.end());
  all.credit_notes.insert(all.credit_notes.end(), more.credit_notes.begin(), more.credit_notes.end());
}

Task<Made> bill_due(Context& context, std::vector<UserId> user_ids, const Collect& collect) {
  Made made;
  bool rung_for = true;  // and not found by the pass before
  while (!user_ids.empty()) {
    auto tx = co_await context.db.begin();
    if (std::exchange(rung_for, false)) {
      user_ids = co_await facts::lock_due_users(tx, user_ids, context.clock.now());
    } else {
      users::lock_users(tx, user_ids);
    }
    if (user_ids.empty()) {  // a ring too many costs no more than this look
      co_await tx.end_unchanged();
      break;
    }
    const auto users = co_await load_locked(tx, context, user_ids);
    const auto now = context.clock.now();
    Changes changes;
    for (const auto& user : users) bill_due_user(user, now, changes);
    append(made, co_await save_and_commit(tx, context, changes, collect));
    user_ids = changes.again;
  }
  co_return made;
}

namespace {

/// Only those who are free are left in `user_ids`.
Task<void> skip_busy(pg::Transaction& tx, std::vector<UserId>& user_ids, std::set<UserId>& busy) {
  auto free = co_await users::lock_free_users(tx, user_ids);
  const std::set<UserId> locked(free.begin(), free.end());
  std::ranges::copy_if(user_ids, std::inserter(busy, busy.end()), [&](const auto& id) { return !locked.contains(id); });
  user_ids = std::move(free);
}

}  // namespace

Task<void> bill_on_demand(Context& context, std::vector<UserId> user_ids, std::map<UserId, OnDemand>& outcomes, std::set<UserId>* busy) {
  while (!user_ids.empty()) {
    auto tx = co_await context.db.begin();
    if (busy) {
      co_await skip_busy(tx, user_ids, *busy);
    } else {
      users::lock_users(tx, user_ids);
    }
    auto users = co_await load_locked(tx, context, std::exchange(user_ids, {}));
    const auto now = context.clock.now();
    Changes changes;
    for (auto& user : users) {
      if (is_due(user, now)) {  // period by period, before the current one
        bill_due_user(user, now, changes);
        user_ids.push_back(user.id);
      } else {
        auto& outcome = outcomes[user.id];
        outcome.found_subscription = !user.subscriptions.empty();
        try {
          generate(std::move(user), now, changes);
        } catch (const Overflow& error) {
          outcome.overflow = error;
        }
      }
    }
    co_await save_and_commit(tx, context, changes);
    for (const auto& invoice : changes.documents.invoices) outcomes[invoice.user_id].made.invoices.push_back(invoice.id);
    for (const auto& note : changes.documents.notes) outcomes[note.user_id].made.credit_notes.push_back(note.id);
  }
}

Task<Made> run_for(Context& context, UserId user_id, SubscriptionId subscription_id, RunKind kind, Date day) {
  auto tx = co_await context.db.begin();
  const auto users = co_await lock_and_load(tx, context, {user_id});
  Changes changes;
  try {
    for (const auto& user : users) bill_one(user, subscription_id, kind, day, context.clock.now(), changes);
  } catch (const Overflow& error) {
    throw Refusal(422, "amount_overflow", std::string{"The invoice cannot be made: "} + error.what() + ".");
  }
  co_return co_await save_and_commit(tx, context, changes);
}

Task<void> bill_item(Context& context, UserId user_id, ItemId item) {
  auto tx = co_await context.db.begin();
  Changes changes;
  try {
    for (const auto& user : co_await lock_and_load(tx, context, {user_id})) bill_item(user, item, context.clock.now(), changes);
  } catch (const Overflow& error) {
    throw Refusal(422, "amount_overflow", std::string{"The invoice cannot be made: "} + error.what() + ".");
  }
  co_await save_and_commit(tx, context, changes);
}

Task<void> reopen_late(Context& context, std::vector<UserId> user_ids) {
  auto tx = co_await context.db.begin();
  users::lock_users(tx, user_ids);
  co_await reopen_late(tx, context, user_ids);
  co_await tx.commit();
}

}  // namespace billing::invoices
