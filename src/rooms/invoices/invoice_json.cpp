#include "rooms/invoices/invoice_json.hpp"

#include <boost/json.hpp>

#include "core/collecting/due.hpp"
#include "platform/http/answer.hpp"

namespace billing::invoices {

boost::json::object to_json(const Invoice& invoice, Instant now) {
  return {{"id", invoice.id.text()},
          {"number", invoice.number},
          {"user_id", invoice.user_id.text()},
          {"period_start", to_text(invoice.period.start)},
          {"period_end", to_text(invoice.period.end)},
          {"kind", to_text(invoice.kind)},
          {"subtotal_cents", invoice.amount.minor() - invoice.tax_cents},
          {"discount_cents", invoice.discount_cents},
          {"tax_cents", invoice.tax_cents},
          {"amount_cents", invoice.amount.minor()},
          {"credited_cents", invoice.credited_cents},
          {"from_balance_cents", invoice.from_balance_cents},
          {"paid_cents", invoice.paid_cents},
          {"due_cents", invoice.due_cents},
          {"due_on", http::nullable(invoice.due_on)},
          {"overdue", is_overdue(invoice.status, invoice.due_on, now)},
          {"currency", invoice.amount.currency().code()},
          {"status", to_text(invoice.status)},
          {"collection", to_text(invoice.collection)},
          {"next_attempt_at", http::nullable(invoice.next_attempt_at)},
          {"taxes", boost::json::parse(invoice.taxes_json)},
          {"buyer", boost::json::parse(invoice.buyer_json)},
          {"seller", boost::json::parse(invoice.seller_json)},
          {"created_at", to_text(invoice.created_at)},
          {"updated_at", to_text(invoice.updated_at)},
          {"paid_at", http::nullable(invoice.paid_at)},
          {"voided_at", http::nullable(invoice.voided_at)},
          {"usage", boost::json::parse(invoice.usage_json)}};
}

boost::json::array to_json(const std::vector<InvoiceLine>& lines) {
  boost::json::array out;
  for (const auto& line : lines) {
    out.push_back(boost::json::object{{"id", line.id},
                                      {"kind", line.kind},
                                      {"item", line.item},
                                      {"sequence", line.sequence},
                                      {"subscription_id", http::nullable(line.subscription_id)},
                                      {"plan_code", http::nullable(line.plan_code)},
                                      {"version", http::nullable(line.version)},
                                      {"metric", http::nullable(line.metric)},
                                      {"period_start", http::nullable(line.period_start)},
                                      {"period_end", http::nullable(line.period_end)},
                                      {"quantity", line.quantity},
                                      {"amount_cents", line.amount_cents},
                                      {"discount_cents", line.discount_cents},
                                      {"tax_inclusive", line.tax_inclusive},
                                      {"tax_cents", line.tax_cents},
                                      {"credited_cents", line.credited_cents},
                                      {"description", line.description},
                                      {"explanation", boost::json::parse(line.explanation_json)}});
  }
  return out;
}

}  // namespace billing::invoices
