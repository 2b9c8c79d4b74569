#include "rooms/preview/preview.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "platform/runtime/refusal.hpp"
#include "rooms/facts/store.hpp"
#include "rooms/invoices/run/run.hpp"
#include "rooms/users/store.hpp"

namespace billing::preview {
namespace {

using invoices::Made;

Refusal overflow(const std::string& error) { return {422, "amount_overflow", "The invoice cannot be made: " + error + "."}; }

Task<Made> make_change(Context& within, UserId user, Change change) {
  if (auto* wish = std::get_if<subscriptions::SubscribeWish>(&change)) {
    co_return (co_await subscriptions::subscribe(within, std::move(*wish))).made;
  }
  auto& [id, call] = std::get<CallOf>(change);
  if (co_await facts::owner_of(within.db, id) != user) throw unacceptable("/subscription_id", "is another user's subscription");
  co_return (co_await subscriptions::change_facts(within, id, std::move(call.name), std::move(call.decide))).made;
}

/// The same with pointers into the question.
Task<Made> make_change_at(Context& within, UserId user, Change change, std::size_t position) {
  try {
    co_return co_await make_change(within, user, std::move(change));
  } catch (Refusal& refusal) {
    for (auto& error : refusal.errors) error.pointer = "/changes/" + std::to_string(position) + error.pointer;
    throw;
  }
}

Task<Made> generate(Context& within, UserId user) {
  std::map<UserId, invoices::OnDemand> outcomes;
  co_await invoices::bill_on_demand(within, {user}, outcomes);
  const auto& outcome = outcomes[user];
  if (outcome.overflow) throw overflow(outcome.overflow->what());
  co_return outcome.made;
}

using Subscriptions = std::vector<facts::Subscription>;

/// The earliest day on which a period of one that goes on ends; nullopt when none does.
std::optional<Date> earliest_end(const Subscriptions& all) {
  std::optional<Date> day;
  for (const auto& one : all) {
    const auto end = one.life.current().days.end;
    if (one.status != LifeStatus::canceled && (!day || end < *day)) day = end;
  }
  return day;
}

std::optional<Instant> next_due(const Subscriptions& all, Instant until) {
  std::optional<Instant> next;
  for (const auto& one : all) {
    if (one.due_at && *one.due_at <= until && (!next || *one.due_at < *next)) next = one.due_at;
  }
  return next;
}

/// What the worker would do until then, in the order of time.
Task<Made> run_until(Context& within, SimulatedClock& clock, UserId user, Instant until) {
  Made made;
  while (true) {
    const auto all = co_await facts::find_all_of(within.db, {user});
    const auto failed = std::ranges::find_if(all, [&](const auto& one) { return one.billing_error && one.due_at > clock.now(); });
    if (failed != all.end()) throw overflow(*failed->billing_error);
    const auto due = next_due(all, until);
    if (!due) co_return made;
    clock.set(*due);
    append(made, co_await invoices::bill_due(within, {user}));
  }
}

Task<Preview> read(pg::Session& db, const Made& made) {
  Preview preview;
  for (const auto& id : made.invoices) {
    auto invoice = co_await invoices::find_invoice(db, id);
    preview.invoices.emplace_back(std::move(invoice.value()), co_await invoices::find_lines(db, id));
  }
  for (const auto& id : made.credit_notes) {
    auto note = co_await credit_notes::find_note(db, id);
    preview.notes.emplace_back(std::move(note.value()), co_await credit_notes::find_lines(db, id));
  }
  co_return preview;
}

}  // namespace

Task<Preview> preview(Context& context, Question question) {
  const auto user = question.user_id;
  co_await users::require_user(context.db, user);
  SimulatedClock clock{context.clock.now()};
  auto tx = co_await context.db.begin();
  Context within{tx, clock, context.queue, context.redis, context.metrics, context.installation, context.actor, {}, {}, context.smallest};
  users::lock_users(tx, {user});

  Made made;
  for (std::size_t i = 0; i < question.changes.size(); ++i) {
    append(made, co_await make_change_at(within, user, std::move(question.changes[i]), i));
  }
  if (question.at == std::variant<When, Date>{When::now}) {
    if (question.changes.empty()) made = co_await generate(within, user);
  } else {
    const auto* named = std::get_if<Date>(&question.at);
    const auto day = named ? std::optional{*named} : earliest_end(co_await facts::find_all_of(tx, {user}));
    if (day) append(made, co_await run_until(within, clock, user, std::max(clock.now(), Instant{*day})));
  }
  auto preview = co_await read(tx, made);
  co_await tx.rollback();
  co_return preview;
}

}  // namespace billing::preview
