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

namespace {

/// Without its explanation.
boost::json::object line_json(const InvoiceLine& line) {
  return {{"id", line.id},
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
          {"description", line.description}};
}

}  // namespace

boost::json::array to_json(const std::vector<InvoiceLine>& lines) {
  boost::json::array out;
  for (const auto& line : lines) {
    auto one = line_json(line);
    one["explanation"] = boost::json::parse(line.explanation_json);
    out.push_back(std::move(one));
  }
  return out;
}

boost::json::object to_json(const ListedLine& listed) {
  auto out = line_json(listed.line);
  out["invoice_id"] = listed.invoice_id.text();
  out["invoice_number"] = listed.number;
  out["invoice_status"] = to_text(listed.status);
  out["user_id"] = listed.user_id.text();
  out["currency"] = listed.currency.code();
  out["created_at"] = to_text(listed.created_at);
  return out;
}

namespace {

http::csv::Cell cents(const Invoice& invoice, std::int64_t minor) {
  return http::csv::exact(major_text({minor, invoice.amount.currency()}));
}

http::csv::Cell cents(const ListedLine& row, std::int64_t minor) { return http::csv::exact(major_text({minor, row.currency})); }

}  // namespace

http::csv::Columns<Invoice> csv_columns() {
  using namespace http::csv;
  static constexpr Column<Invoice> columns[] = {
      {"id", [](const Invoice& invoice) { return exact(invoice.id.text()); }},
      {"number", [](const Invoice& invoice) { return exact(invoice.number); }},
      {"kind", [](const Invoice& invoice) { return exact(to_text(invoice.kind)); }},
      {"status", [](const Invoice& invoice) { return exact(to_text(invoice.status)); }},
      {"collection", [](const Invoice& invoice) { return exact(to_text(invoice.collection)); }},
      {"user_id", [](const Invoice& invoice) { return exact(invoice.user_id.text()); }},
      {"buyer_name", [](const Invoice& invoice) { return words_at(invoice.buyer_json, "/name"); }},
      {"buyer_email", [](const Invoice& invoice) { return words_at(invoice.buyer_json, "/email"); }},
      {"buyer_country", [](const Invoice& invoice) { return words_at(invoice.buyer_json, "/address/country"); }},
      {"buyer_tax_id", [](const Invoice& invoice) { return words_at(invoice.buyer_json, "/tax_id"); }},
      {"period_start", [](const Invoice& invoice) { return day(invoice.period.start); }},
      {"period_end", [](const Invoice& invoice) { return day(invoice.period.end); }},
      {"currency", [](const Invoice& invoice) { return exact(invoice.amount.currency().code()); }},
      {"subtotal", [](const Invoice& invoice) { return cents(invoice, invoice.amount.minor() - invoice.tax_cents); }},
      {"discount", [](const Invoice& invoice) { return cents(invoice, invoice.discount_cents); }},
      {"tax", [](const Invoice& invoice) { return cents(invoice, invoice.tax_cents); }},
      {"amount", [](const Invoice& invoice) { return cents(invoice, invoice.amount.minor()); }},
      {"credited", [](const Invoice& invoice) { return cents(invoice, invoice.credited_cents); }},
      {"from_balance", [](const Invoice& invoice) { return cents(invoice, invoice.from_balance_cents); }},
      {"paid", [](const Invoice& invoice) { return cents(invoice, invoice.paid_cents); }},
      {"due", [](const Invoice& invoice) { return cents(invoice, invoice.due_cents); }},
      {"due_on", [](const Invoice& invoice) { return day(invoice.due_on); }},
      {"taxes", [](const Invoice& invoice) { return words(invoice.taxes_json); }},
      {"next_attempt_at", [](const Invoice& invoice) { return time(invoice.next_attempt_at); }},
      {"created_at", [](const Invoice& invoice) { return time(invoice.created_at); }},
      {"paid_at", [](const Invoice& invoice) { return time(invoice.paid_at); }},
      {"voided_at", [](const Invoice& invoice) { return time(invoice.voided_at); }},
      {"updated_at", [](const Invoice& invoice) { return time(invoice.updated_at); }},
  };
  return columns;
}

http::csv::Columns<ListedLine> csv_columns_of_lines() {
  using namespace http::csv;
  static constexpr Column<ListedLine> columns[] = {
      {"id", [](const ListedLine& row) { return exact(row.line.id); }},
      {"invoice_id", [](const ListedLine& row) { return exact(row.invoice_id.text()); }},
      {"invoice_number", [](const ListedLine& row) { return exact(row.number); }},
      {"invoice_status", [](const ListedLine& row) { return exact(to_text(row.status)); }},
      {"user_id", [](const ListedLine& row) { return exact(row.user_id.text()); }},
      {"kind", [](const ListedLine& row) { return exact(row.line.kind); }},
      {"item", [](const ListedLine& row) { return words(row.line.item); }},
      {"sequence", [](const ListedLine& row) { return number(row.line.sequence); }},
      {"description", [](const ListedLine& row) { return words(row.line.description); }},
      {"subscription_id", [](const ListedLine& row) { return exact(row.line.subscription_id); }},
      {"plan_code", [](const ListedLine& row) { return words(row.line.plan_code); }},
      {"version", [](const ListedLine& row) { return number(row.line.version); }},
      {"metric", [](const ListedLine& row) { return words(row.line.metric); }},
      {"period_start", [](const ListedLine& row) { return day(row.line.period_start); }},
      {"period_end", [](const ListedLine& row) { return day(row.line.period_end); }},
      {"quantity", [](const ListedLine& row) { return number(row.line.quantity); }},
      {"currency", [](const ListedLine& row) { return exact(row.currency.code()); }},
      {"amount", [](const ListedLine& row) { return cents(row, row.line.amount_cents); }},
      {"discount", [](const ListedLine& row) { return cents(row, row.line.discount_cents); }},
      {"tax_inclusive", [](const ListedLine& row) { return truth(row.line.tax_inclusive); }},
      {"tax", [](const ListedLine& row) { return cents(row, row.line.tax_cents); }},
      {"credited", [](const ListedLine& row) { return cents(row, row.line.credited_cents); }},
      {"created_at", [](const ListedLine& row) { return time(row.created_at); }},
  };
  return columns;
}

}  // namespace billing::invoices
