#include "rooms/credit_notes/credit_note_json.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"

namespace billing::credit_notes {
namespace {

boost::json::array lines_json(const std::vector<Line>& lines) {
  boost::json::array out;
  for (const auto& line : lines) {
    out.push_back(
        boost::json::object{{"id", line.id},
                            {"line_id", line.line_id.text()},
                            {"description", line.description},
                            {"amount_cents", line.amount_cents},
                            {"tax_cents", line.tax_cents},
                            {"explanation", line.explanation_json ? boost::json::parse(*line.explanation_json) : boost::json::value()}});
  }
  return out;
}

boost::json::value refund_json(const std::optional<RefundOfNote>& refund) {
  if (!refund) return nullptr;
  return boost::json::object{{"id", refund->id.text()},
                             {"amount_cents", refund->amount.minor()},
                             {"failed_cents", refund->failed.minor()},
                             {"status", to_text(refund->status)}};
}

}  // namespace

boost::json::object to_json(const CreditNote& note, const std::vector<Line>& lines) {
  return {{"id", note.id.text()},
          {"number", note.number},
          {"kind", to_text(note.kind)},
          {"invoice_id", note.invoice_id.text()},
          {"user_id", note.user_id.text()},
          {"currency", note.amount.currency().code()},
          {"subtotal_cents", (note.amount - note.tax).minor()},
          {"tax_cents", note.tax.minor()},
          {"amount_cents", note.amount.minor()},
          {"applied_cents", note.applied.minor()},
          {"to_balance_cents", note.to_balance.minor()},
          {"refund", refund_json(note.refund)},
          {"reason", note.reason},
          {"memo", http::nullable(note.memo)},
          {"lines", lines_json(lines)},
          {"taxes", boost::json::parse(note.taxes_json)},
          {"buyer", boost::json::parse(note.buyer_json)},
          {"seller", boost::json::parse(note.seller_json)},
          {"created_at", to_text(note.created_at)}};
}

http::csv::Columns<CreditNote> csv_columns() {
  using namespace http::csv;
  static constexpr Column<CreditNote> columns[] = {
      {"id", [](const CreditNote& note) { return exact(note.id.text()); }},
      {"number", [](const CreditNote& note) { return exact(note.number); }},
      {"kind", [](const CreditNote& note) { return exact(to_text(note.kind)); }},
      {"invoice_id", [](const CreditNote& note) { return exact(note.invoice_id.text()); }},
      {"user_id", [](const CreditNote& note) { return exact(note.user_id.text()); }},
      {"buyer_name", [](const CreditNote& note) { return words_at(note.buyer_json, "/name"); }},
      {"buyer_email", [](const CreditNote& note) { return words_at(note.buyer_json, "/email"); }},
      {"buyer_country", [](const CreditNote& note) { return words_at(note.buyer_json, "/address/country"); }},
      {"buyer_tax_id", [](const CreditNote& note) { return words_at(note.buyer_json, "/tax_id"); }},
      {"currency", [](const CreditNote& note) { return exact(note.amount.currency().code()); }},
      {"subtotal", [](const CreditNote& note) { return exact(major_text(note.amount - note.tax)); }},
      {"tax", [](const CreditNote& note) { return exact(major_text(note.tax)); }},
      {"amount", [](const CreditNote& note) { return exact(major_text(note.amount)); }},
      {"applied", [](const CreditNote& note) { return exact(major_text(note.applied)); }},
      {"to_balance", [](const CreditNote& note) { return exact(major_text(note.to_balance)); }},
      {"taxes", [](const CreditNote& note) { return words(note.taxes_json); }},
      {"reason", [](const CreditNote& note) { return words(note.reason); }},
      {"memo", [](const CreditNote& note) { return words(note.memo); }},
      {"created_at", [](const CreditNote& note) { return time(note.created_at); }},
  };
  return columns;
}

}  // namespace billing::credit_notes
