#include "rooms/paper/logo.hpp"

#include "base/base64.hpp"

namespace billing::paper {
namespace {

constexpr pg::Statement of_invoice{R"(
  SELECT replace(encode(s.logo, 'base64'), E'\n', '')
  FROM invoices d JOIN sellers s ON s.version = d.seller_version WHERE d.id = $1 AND s.logo IS NOT NULL)"};
constexpr pg::Statement of_note{R"(
  SELECT replace(encode(s.logo, 'base64'), E'\n', '')
  FROM credit_notes d JOIN sellers s ON s.version = d.seller_version WHERE d.id = $1 AND s.logo IS NOT NULL)"};

std::string png_in(const pg::Result& rows) { return rows.empty() ? std::string{} : decode_base64(rows[0].text(0)).value_or(""); }

}  // namespace

Task<std::string> logo_of(pg::Session& db, InvoiceId id) { co_return png_in(co_await db.query(of_invoice, pg::Params{}.add(id.text()))); }
Task<std::string> logo_of(pg::Session& db, CreditNoteId id) { co_return png_in(co_await db.query(of_note, pg::Params{}.add(id.text()))); }

}  // namespace billing::paper
