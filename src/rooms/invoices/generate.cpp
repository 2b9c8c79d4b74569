#include <boost/json.hpp>
#include <memory>

#include "platform/http/answer.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/gathering.hpp"
#include "rooms/idempotency/idempotency.hpp"
#include "rooms/idempotency/slots.hpp"
#include "rooms/invoices/handlers.hpp"
#include "rooms/invoices/invoice_json.hpp"
#include "rooms/invoices/run/bill_together.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/numbers/store.hpp"
#include "rooms/users/store.hpp"

namespace billing::invoices {
namespace {

http::Response generated_answer(const Invoice& shown, const Made& made, Instant now) {
  auto body = to_json(shown, now);
  boost::json::array generated, notes;
  for (const auto& id : made.invoices) generated.emplace_back(id.text());
  for (const auto& id : made.credit_notes) notes.emplace_back(id.text());
  body["generated"] = std::move(generated);
  body["credit_notes"] = std::move(notes);
  auto response = http::answer(made.invoices.empty() ? 200 : 201, body);
  if (!made.invoices.empty()) response.set("Location", "/invoices/" + shown.user_id.text() + "/" + shown.id.text());
  return response;
}

Task<OnDemand> bill_or_refuse(Context& context, UserId user_id) {
  try {
    co_return co_await bill_together(context, user_id);
  } catch (const Overflow& error) {
    throw Refusal(422, "amount_overflow", std::string{"The invoice cannot be made: "} + error.what() + ".");
  }
}

Task<http::Response> generate(Context& context, UserId user_id) {
  const auto billed = co_await bill_or_refuse(context, user_id);
  const auto shown = co_await find_shown(context.db, {{user_id, billed.made.newest()}});
  if (shown.front()) co_return generated_answer(*shown.front(), billed.made, context.clock.now());
  co_await users::require_user(context.db, user_id);
  if (!billed.found_subscription) throw conflict("nothing_to_bill", "The user has no subscription: there is nothing to bill.");
  throw conflict("nothing_to_bill",
                 "Nothing is owed so far, and no invoice has been made: in a trial, and before a subscription begins, nothing is billed.");
}

/// A request under an Idempotency-Key, which is answered in one transaction with others that come at the same time.
struct Asker : Gathered {
  static constexpr std::size_t most_together = 50;

  Asker(UserId id, idempotency::Slot kept_in) : user_id(id), slot(std::move(kept_in)) {}

  UserId user_id;
  idempotency::Slot slot;
  std::optional<http::Response> response;
  bool goes_alone = false;
};
using Askers = Gathering<Asker>::Askers;

/// Those who ask on behalf of one actor, whom the audit names.
thread_local std::map<std::pair<const pg::Session*, std::string>, Gathering<Asker>> gatherings;

/// The first ones. Of two with the same user or key the second waits for the next time: it is to find what the first one made.
Askers take_some(Gathering<Asker>::Waiting& waiting) {
  std::set<UserId> users;
  std::set<std::string> keys;
  return Gathering<Asker>::take_first(waiting, [&](const Asker& asker) {
    if (users.contains(asker.user_id) || keys.contains(asker.slot.key)) return false;
    users.insert(asker.user_id);
    keys.insert(asker.slot.key);
    return true;
  });
}

/// Those of them whose request is the first under its key; the others have their answer.
Task<Askers> take_slots(pg::Transaction& tx, const Context& context, const Askers& askers) {
  std::vector<idempotency::Slot> slots;
  for (const auto& asker : askers) slots.push_back(asker->slot);
  auto found = co_await idempotency::take(tx, context, slots);
  Askers first;
  for (std::size_t n = 0; n < askers.size(); ++n) {
    askers[n]->error = found[n].refused;
    askers[n]->response = std::move(found[n].answer);
    if (found[n].is_free()) first.push_back(askers[n]);
  }
  co_return first;
}

/// Bills and answers those for whom that works out; the others are left without an answer, having changed nothing.
Task<void> answer_first(pg::Transaction& tx, const Context& context, const Askers& first) {
  auto within = context.with(tx);
  std::map<UserId, OnDemand> outcomes;
  std::set<UserId> busy;
  std::vector<UserId> users;
  for (const auto& asker : first) users.push_back(asker->user_id);
  co_await bill_on_demand(within, users, outcomes, &busy);
  std::vector<Shown> asked;
  for (const auto& user : users) asked.push_back({user, outcomes[user].made.newest()});
  const auto shown = co_await find_shown(tx, asked);
  std::vector<idempotency::Kept> kept;
  for (std::size_t n = 0; n < first.size(); ++n) {
    auto& asker = *first[n];
    const auto& outcome = outcomes[asker.user_id];
    if (!shown[n] || outcome.overflow || busy.contains(asker.user_id)) continue;
    asker.response = generated_answer(*shown[n], outcome.made, context.clock.now());
    idempotency::refuse_too_large(*asker.response);
    kept.push_back({&asker.slot, &*asker.response});
  }
  if (kept.empty()) co_return;
  auto keeping = idempotency::keep(context, kept);
  tx.send(keeping.statement, std::move(keeping.params));
}

/// Whoever spoils it for the others, or has to wait, goes by itself.
Task<void> answer_together(const Context& context, const Askers& askers) {
  try {
    auto tx = co_await context.db.begin();
    const auto first = co_await take_slots(tx, context, askers);
    if (!first.empty()) co_await answer_first(tx, context, first);
    for (const auto& asker : first) asker->goes_alone = !asker->response;
    co_await tx.commit();
  } catch (const pg::Unavailable&) {
    throw;
  } catch (const std::exception&) {
    for (const auto& asker : askers) asker->goes_alone = true;
  }
}

Task<http::Response> generate_once(Context& context, UserId user_id, std::string key, const http::Request& request) {
  auto for_all = context.with(context.db.root());  // whoever leads does so for others too, and stays when its own client leaves
  const auto mine = std::make_shared<Asker>(user_id, idempotency::Slot{context.key_id, std::move(key), request});
  co_await gatherings[{&for_all.db, std::string{context.actor}}].join(mine, take_some,
                                                                      [&](Askers& askers) { return answer_together(for_all, askers); });
  if (mine->goes_alone) {
    co_return co_await idempotency::run_once(context, mine->slot.scope, mine->slot.key, request, idempotency::Mode::one_transaction,
                                             [&](Context& within) { return generate(within, user_id); });
  }
  if (mine->error) std::rethrow_exception(mine->error);
  mine->response->body = co_await numbers::fill_in(context.db, std::move(mine->response->body));  // the commit has numbered what it made
  co_return *std::move(mine->response);
}

}  // namespace

Task<http::Response> generate_invoice(Context& context, const http::Request& request) {
  auto key = idempotency::key_of(request);
  const auto user_id = http::path_id<UserId>(request, 0, "user");
  http::require_no_members(request);
  if (!key) co_return co_await generate(context, user_id);
  co_return co_await generate_once(context, user_id, *std::move(key), request);
}

}  // namespace billing::invoices
