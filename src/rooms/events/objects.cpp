#include "rooms/events/objects.hpp"

#include <set>

#include "platform/http/answer.hpp"
#include "rooms/credit_notes/credit_note_json.hpp"
#include "rooms/grants/store.hpp"
#include "rooms/invoices/invoice_json.hpp"
#include "rooms/payments/payment_json.hpp"
#include "rooms/subscriptions/subscription_json.hpp"
#include "rooms/users/details.hpp"

namespace billing::events {
namespace {

/// The ids of one kind, each once.
template <class Id>
std::vector<Id> ids_of(const std::vector<Event>& events, std::string_view kind) {
  std::set<Id> ids;
  for (const auto& event : events) {
    if (event.object != kind) continue;
    if (const auto id = Id::parse(event.object_id)) ids.insert(*id);
  }
  return {ids.begin(), ids.end()};
}

struct Loader {
  Context& context;
  const std::vector<Event>& events;
  Objects objects{};

  void add(const char* kind, std::string id, boost::json::value value) { objects[{kind, std::move(id)}] = std::move(value); }

  Task<void> users() {
    const auto ids = ids_of<UserId>(events, "user");
    if (ids.empty()) co_return;
    for (const auto& user : co_await users::find_users(context.db, ids, {}, static_cast<std::int64_t>(ids.size()))) {
      add("user", user.id.text(), users::to_json(user));
    }
  }

  Task<void> subscriptions() {
    const auto ids = ids_of<SubscriptionId>(events, "subscription");
    if (ids.empty()) co_return;
    const auto today = context.clock.today();
    for (const auto& one : co_await facts::find_subscriptions(context.db, ids)) {
      add("subscription", one.life.id.text(), subscriptions::to_json(one, today));
    }
  }

  Task<void> invoices() {
    const auto ids = ids_of<InvoiceId>(events, "invoice");
    if (ids.empty()) co_return;
    const auto now = context.clock.now();
    const auto lines = co_await invoices::find_lines(context.db, ids);
    std::map<InvoiceId, boost::json::array> payments;
    for (const auto& payment : co_await payments::payments_of(context.db, ids)) {
      payments[payment.invoice_id].push_back(payments::to_json(payment));
    }
    for (const auto& invoice : co_await invoices::find_invoices(context.db, ids)) {
      auto json = invoices::to_json(invoice, now);
      const auto found = lines.find(invoice.id);
      json["lines"] = found == lines.end() ? boost::json::array{} : invoices::to_json(found->second);
      json["payments"] = std::move(payments[invoice.id]);
      add("invoice", invoice.id.text(), std::move(json));
    }
  }

  Task<void> payments() {
    const auto ids = ids_of<PaymentId>(events, "payment");
    if (ids.empty()) co_return;
    for (const auto& payment : co_await payments::find_payments(context.db, ids)) {
      add("payment", payment.id.text(), payments::to_json(payment));
    }
  }

  Task<void> credit_notes() {
    const auto ids = ids_of<CreditNoteId>(events, "credit_note");
    if (ids.empty()) co_return;
    for (const auto& note : co_await credit_notes::find_notes(context.db, ids)) {
      add("credit_note", note.id.text(), credit_notes::to_json(note, co_await credit_notes::find_lines(context.db, note.id)));
    }
  }

  Task<void> balances() {
    const auto ids = ids_of<UserId>(events, "balance");
    if (ids.empty()) co_return;
    const auto balances = co_await grants::balances_of(context.db, ids, context.clock.today());
    for (const auto& id : ids) {
      boost::json::array of_user;
      if (const auto found = balances.find(id); found != balances.end()) {
        for (const auto& money : found->second) {
          of_user.push_back(boost::json::object{{"currency", money.currency().code()}, {"balance_cents", money.minor()}});
        }
      }
      add("balance", id.text(), std::move(of_user));
    }
  }
};

}  // namespace

Task<Objects> load_objects(Context& context, const std::vector<Event>& events) {
  Loader loader{context, events};
  co_await loader.users();
  co_await loader.subscriptions();
  co_await loader.invoices();
  co_await loader.payments();
  co_await loader.credit_notes();
  co_await loader.balances();
  co_return std::move(loader.objects);
}

boost::json::object to_json(const Event& event, const Objects& objects) {
  const auto found = objects.find({event.object, event.object_id});
  return {{"id", event.id},
          {"sequence", event.sequence},
          {"type", event.type},
          {"at", to_text(event.at)},
          {"user_id", http::nullable(event.user_id)},
          {"data", boost::json::object{{"object_kind", event.object},
                                       {"object_id", event.object_id},
                                       {"object", found == objects.end() ? boost::json::value() : found->second}}}};
}

}  // namespace billing::events
