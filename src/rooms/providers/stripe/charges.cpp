#include "rooms/providers/stripe/charges.hpp"

#include <algorithm>
#include <ctime>

#include "platform/runtime/log.hpp"
#include "rooms/providers/stripe/amounts.hpp"
#include "rooms/providers/stripe/declines.hpp"

namespace billing::providers::stripe {

using namespace std::chrono_literals;

namespace {

constexpr auto one_question = 25'000ms;
constexpr std::size_t most_looked_through = 1'000;
/// An intent that nobody has confirmed by then never will be: whoever made it died between.
constexpr std::int64_t unconfirmed_seconds = 3'600;

constexpr std::string_view needs_authentication = "authentication_required";
/// Why an intent was canceled: its attempt goes on in a session. What cancels for good says another reason.
constexpr std::string_view continued = "abandoned";
constexpr std::string_view called_off = "requested_by_customer";

bool is_session(const std::string& reference) { return reference.starts_with("cs_"); }

/// What names the attempt on everything that is made for it.
void add_metadata(Form& form, const ChargeRequest& request, const std::string& to) {
  form.emplace_back(to + "[attempt_key]", request.attempt_key);
  form.emplace_back(to + "[payment_id]", request.payment.text());
  form.emplace_back(to + "[invoice_id]", request.invoice.text());
  form.emplace_back(to + "[user_id]", request.user.text());
}

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

Form intent_form(const ChargeRequest& request, std::int64_t amount) {
  Form form{{"amount", std::to_string(amount)},
            {"currency", lower(request.amount.currency().code())},
            {"customer", *request.customer},
            {"payment_method", *request.payment_method},
            {"confirm", "true"},
            {"off_session", "true"},
            // Whatever the method is, as long as it sends the customer nowhere, for nobody is there.
            {"automatic_payment_methods[enabled]", "true"},
            {"automatic_payment_methods[allow_redirects]", "never"}};
  add_metadata(form, request, "metadata");
  return form;
}

Form session_form(const ChargeRequest& request, const Settings& settings, std::int64_t amount) {
  Form form{{"mode", "payment"},
            {"customer", *request.customer},
            {"client_reference_id", request.payment.text()},
            {"success_url", settings.return_url},
            {"cancel_url", settings.return_url},
            {"payment_method_types[0]", "card"},  // what is authenticated; and its outcome is known at once
            {"line_items[0][quantity]", "1"},
            {"line_items[0][price_data][currency]", lower(request.amount.currency().code())},
            {"line_items[0][price_data][unit_amount]", std::to_string(amount)},
            {"line_items[0][price_data][product_data][name]", "Open invoice"}};
  add_metadata(form, request, "metadata");
  add_metadata(form, request, "payment_intent_data[metadata]");
  return form;
}

Declined declined(std::string code, std::optional<std::string> reference) {
  const auto decline = hardness(code);
  return {std::move(code), decline, std::move(reference)};
}

/// What an intent's last try ended with: the issuer's own code where there is one.
std::string decline_code(const boost::json::value& error) {
  return text(error, "decline_code").value_or(text(error, "code").value_or("card_declined"));
}

bool wants_authentication(const boost::json::value& error) {
  return text(error, "code") == needs_authentication || text(error, "decline_code") == needs_authentication;
}

Outcome as_outcome(Found found) {
  return std::visit(
      [](auto& outcome) -> Outcome {
        if constexpr (std::is_same_v<std::decay_t<decltype(outcome)>, NeverAsked>) {
          return Unreachable{};  // it was asked a moment ago: its books lag
        } else {
          return std::move(outcome);
        }
      },
      found);
}

}  // namespace

Task<Outcome> Charges::charge(ChargeRequest request) {
  if (!request.payment_method) co_return declined("no_payment_method", {});
  if (!request.customer) co_return Unreachable{};
  const auto amount = stripe_amount(request.amount);
  if (!amount) co_return Declined{"amount_not_chargeable", Decline::hard};
  const Deadline deadline{one_question};
  const auto reply = co_await api_.post("/v1/payment_intents", intent_form(request, *amount), deadline, request.attempt_key);
  if (reply.done()) co_return as_outcome(co_await outcome_of_intent(request, reply.body, deadline));
  if (!reply.refused()) co_return Unreachable{};
  if (const auto* intent = find(reply.body, "payment_intent")) co_return as_outcome(co_await outcome_of_intent(request, *intent, deadline));
  // The key was used with other parameters, of another version of ours: what came of those counts.
  if (reply.error_type() == "idempotency_error") co_return as_outcome(co_await look_up_by_key(request, deadline));
  if (reply.error_type() == "card_error" || is_refusal_of_charge(reply.error_code())) co_return declined(decline_code(reply.body), {});
  log::error("stripe_charge_refused", {{"payment_id", request.payment.text()}, {"type", reply.error_type()}, {"code", reply.error_code()}});
  co_return Unreachable{};
}

Task<Found> Charges::lookup(ChargeRequest request) {
  // Nothing was sent for such a one (`charge`), and it would not be found.
  if (!request.payment_method || !request.customer) co_return NeverAsked{};
  const Deadline deadline{one_question};
  if (request.reference) co_return co_await look_up_reference(request, deadline);
  co_return co_await look_up_by_key(request, deadline);
}

Task<Found> Charges::look_up_reference(const ChargeRequest& request, Deadline deadline) {
  const auto path = is_session(*request.reference) ? "/v1/checkout/sessions/" : "/v1/payment_intents/";
  const Form query = is_session(*request.reference) ? Form{{"expand[0]", "payment_intent"}} : Form{};
  const auto reply = co_await api_.get(path + *request.reference, query, deadline);
  if (!reply.done()) co_return Unreachable{};
  if (is_session(*request.reference)) co_return co_await outcome_of_session(request, reply.body, deadline);
  co_return co_await outcome_of_intent(request, reply.body, deadline);
}

Task<Found> Charges::look_up_by_key(const ChargeRequest& request, Deadline deadline) {
  std::vector<boost::json::value> intents;
  bool complete = false;
  const auto reply =
      co_await api_.list("/v1/payment_intents", {{"customer", *request.customer}}, deadline, most_looked_through, intents, complete);
  if (reply.refused() && reply.error_code() == "resource_missing") co_return NeverAsked{};  // a customer of another account
  if (!reply.done()) co_return Unreachable{};
  std::erase_if(intents, [&](const auto& intent) { return text(intent, "metadata.attempt_key") != request.attempt_key; });
  // Of an attempt that went on in sessions, the one that was paid or is on its way.
  const auto ahead = [](const boost::json::value& intent) {
    return text(intent, "status") == "succeeded" || text(intent, "status") == "processing";
  };
  const auto best = std::ranges::find_if(intents, ahead);
  if (best != intents.end()) co_return co_await outcome_of_intent(request, *best, deadline);
  // Its first one: those of sessions are the sessions' to tell.
  if (!intents.empty()) co_return co_await outcome_of_intent(request, intents.back(), deadline);
  if (complete) co_return NeverAsked{};
  log::error("stripe_too_many_intents", {{"payment_id", request.payment.text()}, {"looked_through", intents.size()}});
  co_return Unreachable{};
}

Task<Found> Charges::outcome_of_intent(const ChargeRequest& request, const boost::json::value& intent, Deadline deadline) {
  const auto id = text(intent, "id");
  const auto status = text(intent, "status").value_or("");
  if (!id) co_return Unreachable{};
  if (status == "succeeded") co_return Paid{id};
  if (status == "processing") co_return Processing{id};
  if (status == "requires_action") co_return co_await hand_to_customer(request, *id, deadline);
  if (status == "canceled") {
    if (text(intent, "cancellation_reason") == continued) co_return co_await continue_in_session(request, deadline);
    co_return Declined{"canceled", Decline::soft, id};
  }
  const auto* error = find(intent, "last_payment_error");
  if (status == "requires_payment_method" && error) {
    if (wants_authentication(*error)) co_return co_await hand_to_customer(request, *id, deadline);
    co_return declined(decline_code(*error), id);
  }
  const auto created = integer(intent, "created").value_or(0);
  if (created > 0 && created + unconfirmed_seconds < std::time(nullptr)) co_return co_await end_intent(request, *id, deadline);
  co_return Unreachable{};  // between being made and being confirmed
}

/// The intent is ended first: while there is something for the customer to pay, there is no other that could be paid as well.
Task<Found> Charges::hand_to_customer(const ChargeRequest& request, std::string intent, Deadline deadline) {
  const auto reply =
      co_await api_.post("/v1/payment_intents/" + intent + "/cancel", {{"cancellation_reason", std::string{continued}}}, deadline);
  if (reply.done()) co_return co_await continue_in_session(request, deadline);
  const auto* now = reply.refused() ? find(reply.body, "payment_intent") : nullptr;
  if (!now || text(*now, "status") == "requires_action") co_return Unreachable{};
  co_return co_await outcome_of_intent(request, *now, deadline);  // it was faster, or another process was
}

/// The attempt's open session; a new one where the ones before it have run out, one after the other.
Task<Found> Charges::continue_in_session(const ChargeRequest& request, Deadline deadline) {
  std::vector<boost::json::value> sessions;
  bool complete = false;
  const Form query{{"customer", *request.customer}, {"expand[0]", "data.payment_intent"}};
  const auto reply = co_await api_.list("/v1/checkout/sessions", query, deadline, most_looked_through, sessions, complete);
  if (!reply.done()) co_return Unreachable{};
  std::erase_if(sessions, [&](const auto& session) { return text(session, "metadata.attempt_key") != request.attempt_key; });
  const auto alive = std::ranges::find_if(sessions, [](const auto& session) { return text(session, "status") != "expired"; });
  if (alive != sessions.end()) co_return co_await outcome_of_session(request, *alive, deadline);
  if (!complete) co_return Unreachable{};
  const auto amount = stripe_amount(request.amount);
  if (!amount) co_return Unreachable{};
  const auto after = sessions.empty() ? std::string{"first"} : text(sessions.front(), "id").value_or("");
  const auto made = co_await api_.post("/v1/checkout/sessions", session_form(request, api_.settings(), *amount), deadline,
                                       request.attempt_key + "-after-" + after);
  const auto id = made.done() ? text(made.body, "id") : std::nullopt;
  if (made.refused()) log::error("stripe_session_refused", {{"payment_id", request.payment.text()}, {"code", made.error_code()}});
  if (!id) co_return Unreachable{};
  co_return NeedsCustomer{text(made.body, "url"), id};
}

Task<Found> Charges::outcome_of_session(const ChargeRequest& request, const boost::json::value& session, Deadline deadline) {
  const auto id = text(session, "id");
  const auto status = text(session, "status").value_or("");
  if (status == "open") co_return NeedsCustomer{text(session, "url"), id};
  const auto* intent = find(session, "payment_intent");
  const auto of_intent = intent ? text(*intent, "status").value_or("") : "";
  if (of_intent == "succeeded") co_return Paid{text(*intent, "id")};
  if (of_intent == "processing") co_return Processing{id};
  if (status == "expired") co_return co_await continue_in_session(request, deadline);
  co_return Unreachable{};
}

Task<Found> Charges::cancel(ChargeRequest request) {
  if (!request.payment_method || !request.customer) co_return Declined{"canceled"};
  const Deadline deadline{one_question};
  auto reference = request.reference;
  if (!reference) {
    auto found = co_await look_up_by_key(request, deadline);
    const auto* waits = std::get_if<NeedsCustomer>(&found);
    if (!waits || !waits->reference) co_return found;
    reference = waits->reference;
  }
  if (is_session(*reference)) co_return co_await end_session(request, *reference, deadline);
  co_return co_await end_intent(request, *reference, deadline);
}

Task<Found> Charges::end_session(const ChargeRequest& request, const std::string& session, Deadline deadline) {
  const auto reply = co_await api_.post("/v1/checkout/sessions/" + session + "/expire", {}, deadline);
  if (!reply.done() && !reply.refused()) co_return Unreachable{};  // refused: it is open no longer
  const auto now = co_await api_.get("/v1/checkout/sessions/" + session, {{"expand[0]", "payment_intent"}}, deadline);
  if (!now.done()) co_return Unreachable{};
  const auto* intent = find(now.body, "payment_intent");
  const bool over = !intent || (text(*intent, "status") != "succeeded" && text(*intent, "status") != "processing");
  if (text(now.body, "status") == "expired" && over) co_return Declined{"canceled", Decline::soft, session};
  co_return co_await outcome_of_session(request, now.body, deadline);
}

Task<Found> Charges::end_intent(const ChargeRequest& request, const std::string& intent, Deadline deadline) {
  const auto reply =
      co_await api_.post("/v1/payment_intents/" + intent + "/cancel", {{"cancellation_reason", std::string{called_off}}}, deadline);
  if (reply.done()) co_return Declined{"canceled", Decline::soft, intent};
  const auto* now = reply.refused() ? find(reply.body, "payment_intent") : nullptr;
  if (!now) co_return Unreachable{};
  const auto status = text(*now, "status").value_or("");
  if (status == "canceled" && text(*now, "cancellation_reason") == called_off) co_return Declined{"canceled", Decline::soft, intent};
  if (status == "succeeded" || status == "processing" || status == "canceled")
    co_return co_await outcome_of_intent(request, *now, deadline);
  co_return Unreachable{};
}

}  // namespace billing::providers::stripe
