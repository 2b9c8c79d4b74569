#include "rooms/providers/stripe/customers.hpp"

#include <algorithm>

#include "platform/runtime/digest.hpp"

namespace billing::providers::stripe {

using namespace std::chrono_literals;

namespace {

constexpr auto one_question = 20'000ms;

Refused not_known() { return {"unknown_customer", "The payment provider does not know this customer yet."}; }

/// What Stripe says no to, in words of ours: its own may quote what was sent.
Refused refused(const Reply& reply) {
  const auto code = text(reply.body, "decline_code").value_or(reply.error_code());
  if (code == "resource_missing") return {"no_such_payment_method", "The payment provider knows no payment method of that id."};
  if (reply.error_type() == "card_error") return {code, "The card was refused (" + code + ")."};
  return {code.empty() ? reply.error_type() : code,
          "The payment provider refused this (" + (code.empty() ? reply.error_type() : code) + ")."};
}

Method method_of(const boost::json::value& object) {
  const auto type = text(object, "type").value_or("");
  return {.id = text(object, "id").value_or(""),
          .type = type,
          .brand = text(object, type + ".brand"),
          .last4 = text(object, type + ".last4"),
          .expiry_month = integer(object, type + ".exp_month"),
          .expiry_year = integer(object, type + ".exp_year")};
}

/// What stands in a path is a name of Stripe's, and nothing that leads elsewhere.
bool is_name(const std::string& text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, plain);
}

}  // namespace

/// One that was made and not kept, because a process died between, is found by its e-mail address and our id in its metadata.
Task<Answer<std::string>> Customers::make(Customer customer) {
  const Deadline deadline{one_question};
  std::vector<boost::json::value> known;
  bool complete = false;
  const auto reply = co_await api_.list("/v1/customers", {{"email", customer.email}}, deadline, 1'000, known, complete);
  if (!reply.done()) co_return Unreachable{};
  const auto ours = std::ranges::find_if(known, [&](const auto& one) { return text(one, "metadata.user_id") == customer.user.text(); });
  if (ours != known.end()) co_return text(*ours, "id").value_or("");
  Form form{{"email", customer.email}};
  if (customer.name) form.emplace_back("name", *customer.name);
  form.emplace_back("metadata[user_id]", customer.user.text());
  const auto key = "customer-" + customer.user.text() + "-" + sha256_hex(encode(form)).substr(0, 16);
  const auto made = co_await api_.post("/v1/customers", form, deadline, key);
  if (made.refused()) co_return refused(made);
  const auto id = made.done() ? text(made.body, "id") : std::nullopt;
  if (!id) co_return Unreachable{};
  co_return *id;
}

Task<Answer<SetupLink>> Customers::set_up(Customer customer, std::string return_url, std::string key) {
  if (!customer.reference) co_return not_known();
  Form form{{"mode", "setup"},           {"customer", *customer.reference}, {"client_reference_id", customer.user.text()},
            {"success_url", return_url}, {"cancel_url", return_url},        {"metadata[user_id]", customer.user.text()}};
  const auto& types = api_.settings().method_types;
  for (std::size_t i = 0; i < types.size(); ++i) form.emplace_back("payment_method_types[" + std::to_string(i) + "]", types[i]);
  const auto reply = co_await api_.post("/v1/checkout/sessions", form, Deadline{one_question}, std::move(key));
  if (reply.refused()) co_return refused(reply);
  const auto id = reply.done() ? text(reply.body, "id") : std::nullopt;
  const auto url = reply.done() ? text(reply.body, "url") : std::nullopt;
  if (!id || !url) co_return Unreachable{};
  co_return SetupLink{*url, *id};
}

Task<FoundSetup> Customers::lookup_setup(Customer customer, std::string reference) {
  const auto reply = co_await api_.get("/v1/checkout/sessions/" + reference, {{"expand[0]", "setup_intent"}}, Deadline{one_question});
  if (!reply.done() || text(reply.body, "customer") != customer.reference) co_return Unreachable{};
  const auto status = text(reply.body, "status").value_or("");
  const auto method = text(reply.body, "setup_intent.payment_method");
  if (status == "complete" && text(reply.body, "setup_intent.status") == "succeeded" && method) co_return SetUp{*method};
  if (status == "expired") co_return Expired{};
  co_return StillOpen{};
}

Task<Answer<std::vector<Method>>> Customers::methods(Customer customer) {
  if (!customer.reference) co_return std::vector<Method>{};
  std::vector<boost::json::value> objects;
  bool complete = false;
  const auto reply =
      co_await api_.list("/v1/customers/" + *customer.reference + "/payment_methods", {}, Deadline{one_question}, 100, objects, complete);
  if (reply.refused()) co_return refused(reply);
  if (!reply.done()) co_return Unreachable{};
  std::vector<Method> all;
  std::ranges::transform(objects, std::back_inserter(all), method_of);
  co_return all;
}

Task<Answer<Method>> Customers::attach(Customer customer, std::string method) {
  if (!customer.reference) co_return not_known();
  if (!is_name(method)) co_return Refused{"no_such_payment_method", "The payment provider knows no payment method of that id."};
  const auto reply =
      co_await api_.post("/v1/payment_methods/" + method + "/attach", {{"customer", *customer.reference}}, Deadline{one_question});
  if (reply.refused()) co_return refused(reply);
  if (!reply.done()) co_return Unreachable{};
  co_return method_of(reply.body);
}

/// Of this customer alone: who asks may not detach another's.
Task<Answer<Done>> Customers::detach(Customer customer, std::string method) {
  if (!customer.reference || !is_name(method)) co_return Done{};
  const Deadline deadline{one_question};
  const auto found = co_await api_.get("/v1/payment_methods/" + method, {}, deadline);
  if (found.refused() || (found.done() && text(found.body, "customer") != customer.reference)) co_return Done{};
  if (!found.done()) co_return Unreachable{};
  const auto reply = co_await api_.post("/v1/payment_methods/" + method + "/detach", {}, deadline);
  if (reply.refused()) co_return refused(reply);
  if (!reply.done()) co_return Unreachable{};
  co_return Done{};
}

}  // namespace billing::providers::stripe
