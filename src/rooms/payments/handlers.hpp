#pragma once

#include "platform/http/message.hpp"
#include "rooms/context.hpp"
#include "rooms/payments/attempt_payment.hpp"

namespace billing::payments {

Task<http::Response> list_payments(Context& context, const http::Request& request);    // GET /payments
Task<http::Response> sum_up_payments(Context& context, const http::Request& request);  // GET /payments/totals
Task<http::Response> get_invoice(Context& context,
                                 const http::Request& request);    // GET /invoices/{user_id}/{invoice_id}: lines and payments
/// POST …/pay. `request_key`: the Idempotency-Key, if any, told apart from other clients' keys.
Task<http::Response> pay_invoice(Context& context, const http::Request& request, const Collecting& collecting,
                                 std::optional<std::string> request_key);
Task<http::Response> create_payment(Context& context, const http::Request& request);  // POST …/payments: records one

/// POST /payments/{id}/resolve
Task<http::Response> resolve(Context& context, const http::Request& request, const Collecting& collecting);

}  // namespace billing::payments
