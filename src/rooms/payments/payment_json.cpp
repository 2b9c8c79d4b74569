#include "rooms/payments/payment_json.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"

namespace billing::payments {

namespace {

template <class Id>
boost::json::value text_of(const std::optional<Id>& id) {
  return id ? boost::json::value(id->text()) : boost::json::value();
}

}  // namespace

boost::json::object to_json(const Payment& payment) {
  return {{"id", payment.id.text()},
          {"invoice_id", payment.invoice_id.text()},
          {"user_id", payment.user_id.text()},
          {"attempt_key", payment.attempt_key},
          {"kind", to_text(payment.kind)},
          {"provider", payment.provider},
          {"provider_reference", http::nullable(payment.provider_reference)},
          {"payment_method", http::nullable(payment.payment_method)},
          {"amount_cents", payment.amount.minor()},
          {"overpaid_cents", payment.overpaid},
          {"refunded_cents", payment.refunded_cents},
          {"currency", payment.amount.currency().code()},
          {"status", to_text(payment.status)},
          {"failure_code", http::nullable(payment.failure_code)},
          {"decline", http::nullable(payment.decline.transform([](Decline decline) { return std::string{to_text(decline)}; }))},
          {"next_action_url", http::nullable(payment.next_action_url)},
          {"resolution", http::nullable(payment.resolution)},
          {"received_on", http::nullable(payment.received_on)},
          {"credit_note_id", text_of(payment.credit_note)},
          {"refund_of", text_of(payment.refund_of)},
          {"attempted_at", to_text(payment.attempted_at)},
          {"created_at", to_text(payment.created_at)},
          {"updated_at", to_text(payment.updated_at)}};
}

http::csv::Columns<Payment> csv_columns() {
  using namespace http::csv;
  static constexpr Column<Payment> columns[] = {
      {"id", [](const Payment& payment) { return exact(payment.id.text()); }},
      {"invoice_id", [](const Payment& payment) { return exact(payment.invoice_id.text()); }},
      {"user_id", [](const Payment& payment) { return exact(payment.user_id.text()); }},
      {"kind", [](const Payment& payment) { return exact(to_text(payment.kind)); }},
      {"status", [](const Payment& payment) { return exact(to_text(payment.status)); }},
      {"currency", [](const Payment& payment) { return exact(payment.amount.currency().code()); }},
      {"amount", [](const Payment& payment) { return exact(major_text(payment.amount)); }},
      {"overpaid", [](const Payment& payment) { return exact(major_text({payment.overpaid, payment.amount.currency()})); }},
      {"received_on", [](const Payment& payment) { return day(payment.received_on); }},
      {"failure_code", [](const Payment& payment) { return words(payment.failure_code); }},
      {"decline",
       [](const Payment& payment) {
         return words(payment.decline.transform([](Decline decline) { return std::string{to_text(decline)}; }));
       }},
      {"provider", [](const Payment& payment) { return words(payment.provider); }},
      {"provider_reference", [](const Payment& payment) { return words(payment.provider_reference); }},
      {"payment_method", [](const Payment& payment) { return words(payment.payment_method); }},
      {"attempt_key", [](const Payment& payment) { return words(payment.attempt_key); }},
      {"attempted_at", [](const Payment& payment) { return time(payment.attempted_at); }},
      {"created_at", [](const Payment& payment) { return time(payment.created_at); }},
      {"updated_at", [](const Payment& payment) { return time(payment.updated_at); }},
  };
  return columns;
}

}  // namespace billing::payments
