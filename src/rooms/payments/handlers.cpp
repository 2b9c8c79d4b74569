#include "rooms/payments/handlers.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/invoices/invoice_json.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/list.hpp"
#include "rooms/payments/attempt/resolve.hpp"
#include "rooms/payments/payment_json.hpp"
#include "rooms/payments/record_payment.hpp"
#include "rooms/totals.hpp"

namespace billing::payments {
namespace {

PaymentFilter parse_filter(const http::Request& request) {
  PaymentFilter filter{
      .invoice = http::query_id<InvoiceId>(request, "invoice_id"), .user = http::query_id<UserId>(request, "user_id"), .status = {}};
  if (const auto text = request.query_param("status")) {
    filter.status = parse_payment_status(*text);
    if (!filter.status) throw unacceptable("?status", "must be one of pending, succeeded, failed");
  }
  return filter;
}

Task<invoices::Invoice> require_invoice(pg::Session& db, const http::Request& request) {
  const auto user_id = http::path_id<UserId>(request, 0, "user");
  const auto invoice_id = http::path_id<InvoiceId>(request, 1, "invoice");
  auto invoice = co_await invoices::find_invoice(db, invoice_id);
  if (!invoice || invoice->user_id != user_id) throw not_found("The user has no invoice " + invoice_id.text() + ".");
  co_return *std::move(invoice);
}

}  // namespace

Task<http::Response> list_payments(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {"invoice_id", "user_id", "status", "format"});
  const auto filter = parse_filter(request);
  auto find = [filter](pg::Session& db, auto after, auto limit) { return find_payments(db, filter, std::move(after), limit); };
  co_return co_await list_or_file(context, request, page, std::move(find), to_json, csv_columns(), "payments");
}

Task<http::Response> sum_up_payments(Context& context, const http::Request& request) {
  request.allow_query_params({"invoice_id", "user_id", "status"});
  boost::json::array amounts;
  for (const auto& total : co_await find_totals(context.db, parse_filter(request), most_summed_up + 1)) {
    amounts.push_back(boost::json::object{{"currency", total.currency},
                                          {"count", total.count},
                                          {"paid_cents", fitting(total.paid_cents)},
                                          {"refunded_cents", fitting(total.refunded_cents)}});
  }
  co_return totals_answer(std::move(amounts));
}

Task<http::Response> get_invoice(Context& context, const http::Request& request) {
  const auto invoice = co_await require_invoice(context.db, request);
  auto body = invoices::to_json(invoice, context.clock.now());
  body["lines"] = invoices::to_json(co_await invoices::find_lines(context.db, invoice.id));
  boost::json::array payments;
  for (const auto& payment : co_await payments_of(context.db, invoice.id)) payments.push_back(to_json(payment));
  body["payments"] = std::move(payments);
  co_return http::answer(200, body);
}

namespace {

/// What a payment by hand came to, said to a person; returns only when it was paid, or will be as far as anybody knows.
void require_under_way(const AttemptResult& result, const invoices::Invoice& invoice) {
  if (std::holds_alternative<NotDue>(result)) {
    throw conflict("not_open", "Invoice " + invoice.number + " is not open: there is nothing to pay.");
  }
  if (std::holds_alternative<AttemptRunning>(result)) {
    throw conflict("attempt_running", "A payment of invoice " + invoice.number + " is being attempted right now: look again in a moment.");
  }
  const auto& outcome = std::get<Outcome>(result);
  if (const auto* declined = std::get_if<providers::Declined>(&outcome)) {
    const auto* then = declined->decline == Decline::hard ? "It never will with this payment method: the user needs another one."
                                                          : "No scheduled retry was used up.";
    throw Refusal(402, "declined", "The provider declined the payment (" + declined->code + "). " + then);
  }
  if (const auto* needs = std::get_if<providers::NeedsCustomer>(&outcome)) {
    throw Refusal(402, "action_required",
                  "The customer has to authenticate the payment" + (needs->url ? " at " + *needs->url + ". It" : ". It") +
                      " is asked about until that is done, for seven days at most.");
  }
  if (!std::holds_alternative<providers::Paid>(outcome) && !std::holds_alternative<providers::Processing>(outcome)) {
    Refusal refusal(503, "provider_unreachable", "The payment provider cannot be reached. The same payment is tried again by itself.");
    refusal.headers.emplace_back("Retry-After", "60");
    throw refusal;
  }
}

/// The repetition of a request that died after its payment was made finds the invoice paid, by its own key.
Task<bool> paid_by_this_request(pg::Session& db, InvoiceId id, const std::optional<std::string>& request_key) {
  if (!request_key) co_return false;
  const auto prefix = manual_attempt_prefix(id, *request_key);
  co_return std::ranges::any_of(co_await payments_of(db, id), [&prefix](const Payment& payment) {
    return payment.attempt_key.starts_with(prefix) && payment.status == PaymentStatus::succeeded;
  });
}

}  // namespace

Task<http::Response> pay_invoice(Context& context, const http::Request& request, const Collecting& collecting,
                                 std::optional<std::string> request_key) {
  const auto invoice = co_await require_invoice(context.db, request);
  http::require_no_members(request);

  const auto result = co_await pay_by_hand(context, collecting, invoice.id, request_key);
  const auto paid = co_await invoices::find_invoice(context.db, invoice.id);
  const bool settled = std::holds_alternative<PaidByBalance>(result) ||
                       (std::holds_alternative<NotDue>(result) && co_await paid_by_this_request(context.db, invoice.id, request_key));
  if (!settled) require_under_way(result, invoice);
  const auto status = paid->status == InvoiceStatus::open ? 202 : 200;
  co_return http::answer(status, invoices::to_json(paid.value(), context.clock.now()));
}

Task<http::Response> resolve(Context& context, const http::Request& request, const Collecting& collecting) {
  const auto id = http::path_id<PaymentId>(request, 0, "payment");
  auto body = http::json_body(request);
  const auto errors = body.error_count();
  const auto status = parse_payment_status(body.text("status", 64));
  if (body.error_count() == errors && (!status || *status == PaymentStatus::pending))
    body.fail("status", R"(must be "succeeded" or "failed")");
  auto reason = body.text("reason", 1000);
  body.finish();
  co_return http::answer(200, to_json(co_await resolve_payment(context, collecting, id, {*status, std::move(reason)})));
}

namespace {

Receipt parse_receipt(const http::Request& request, Date today) {
  auto body = http::json_body(request);
  Receipt receipt{.amount = body.integer("amount_cents", 1)};
  if (const auto text = body.optional_text("received_on", 10)) {
    receipt.received_on = parse_date(*text);
    if (!receipt.received_on) {
      body.fail("received_on", "must be a date, such as 2026-02-28");
    } else if (*receipt.received_on > today) {
      body.fail("received_on", "is after today (" + to_text(today) + "): what has not come yet is not recorded");
    }
  }
  receipt.reference = body.optional_text("reference", 255);
  body.finish();
  return receipt;
}

}  // namespace

Task<http::Response> create_payment(Context& context, const http::Request& request) {
  auto receipt = parse_receipt(request, context.clock.today());
  const auto invoice = co_await require_invoice(context.db, request);
  co_return http::answer(201, to_json(co_await record_payment(context, invoice.id, std::move(receipt))));
}

}  // namespace billing::payments
