#include "rooms/disputes/handlers.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/http/list.hpp"
#include "rooms/disputes/store.hpp"

namespace billing::disputes {
namespace {

boost::json::object to_json(const Dispute& dispute) {
  return {{"id", dispute.id.text()},
          {"payment_id", dispute.payment.text()},
          {"invoice_id", dispute.invoice.text()},
          {"user_id", dispute.user_id.text()},
          {"provider", dispute.provider},
          {"provider_reference", dispute.reference},
          {"amount_cents", dispute.amount.minor()},
          {"currency", dispute.amount.currency().code()},
          {"status", to_text(dispute.status)},
          {"reason", dispute.reason},
          {"respond_by", http::nullable(dispute.respond_by)},
          {"opened_at", to_text(dispute.opened_at)},
          {"created_at", to_text(dispute.created_at)},
          {"updated_at", to_text(dispute.updated_at)}};
}

}  // namespace

Task<http::Response> list_disputes(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {"user_id", "payment_id", "status"});
  DisputeFilter filter{
      .user = http::query_id<UserId>(request, "user_id"), .payment = http::query_id<PaymentId>(request, "payment_id"), .status = {}};
  if (const auto text = request.query_param("status")) {
    filter.status = parse_dispute_status(*text);
    if (!filter.status) throw unacceptable("?status", "must be one of needs_response, under_review, won, lost, closed");
  }
  co_return co_await http::list_page(request, page, find_disputes(context.db, filter, page.after, page.fetch()), to_json);
}

}  // namespace billing::disputes
