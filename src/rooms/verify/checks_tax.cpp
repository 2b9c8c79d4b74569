#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "core/tax/tax.hpp"
#include "rooms/invoices/taxes_json.hpp"
#include "rooms/verify/checks.hpp"
#include "rooms/verify/held_by_core.hpp"

namespace billing::verify {
namespace {

constexpr pg::Statement sellers_are_known{R"(
  SELECT d.id::text, count(*) OVER ()
  FROM (SELECT id, seller_version FROM invoices UNION ALL SELECT id, seller_version FROM credit_notes) d
  LEFT JOIN sellers s ON s.version = d.seller_version
  WHERE s.version IS NULL
  ORDER BY 1 LIMIT 20)"};

// What the next note's tax goes by.
constexpr pg::Statement notes_are_added_up{R"(
  SELECT i.id::text, count(*) OVER ()
  FROM invoices i
  LEFT JOIN (SELECT l.invoice_id, sum(c.amount_cents) FILTER (WHERE NOT l.tax_inclusive) AS exclusive,
                    sum(c.amount_cents) FILTER (WHERE l.tax_inclusive) AS inclusive
             FROM credit_note_lines c JOIN invoice_lines l ON l.id = c.line_id GROUP BY l.invoice_id) c ON c.invoice_id = i.id
  WHERE i.noted_exclusive_cents <> coalesce(c.exclusive, 0) OR i.noted_inclusive_cents <> coalesce(c.inclusive, 0)
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement coupons_are_counted{R"(
  SELECT c.code, count(*) OVER ()
  FROM coupons c LEFT JOIN (SELECT coupon_id, count(*) AS redeemed FROM subscription_discounts GROUP BY coupon_id) d ON d.coupon_id = c.id
  WHERE c.redemptions <> coalesce(d.redeemed, 0)
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"sellers_are_known", "Every document names a version of the seller that there is.", sellers_are_known},
    {"coupons_are_counted", "A coupon was redeemed as often as subscriptions have, or had, it.", coupons_are_counted},
    {"notes_are_added_up", "What notes took of an invoice's lines, with tax and without, is added up on it.", notes_are_added_up},
    {"documents_are_taxed",
     "The taxes of every document, and their shares on its lines, are those of its lines by the rates that it names."},
};

constexpr pg::Statement ordered_documents{R"(
  SELECT d.* FROM (
    SELECT i.id AS invoice, NULL::uuid AS note, i.currency, i.taxes, i.tax_cents, l.amount_cents, l.tax_inclusive, l.tax_cents AS share, i.taxes AS rates,
           l.position
    FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id
    WHERE i.user_id = ANY ($1::uuid[]) AND (i.taxes <> '[]' OR i.tax_cents <> 0)
    UNION ALL
    SELECT i.id, n.id, i.currency, n.taxes, n.tax_cents, c.amount_cents, l.tax_inclusive, c.tax_cents, i.taxes, c.position
    FROM credit_notes n JOIN invoices i ON i.id = n.invoice_id JOIN credit_note_lines c ON c.credit_note_id = n.id
    JOIN invoice_lines l ON l.id = c.line_id
    WHERE i.user_id = ANY ($1::uuid[]) AND (i.taxes <> '[]' OR n.taxes <> '[]' OR n.tax_cents <> 0)
  ) d ORDER BY invoice, note NULLS FIRST, position)"};

/// A document, an invoice's before those of its notes.
struct TaxedDocument {
  std::string invoice;
  std::optional<std::string> note;
  Currency currency;
  std::string taxes;
  std::int64_t tax;
  std::string rates;  // the taxes of the invoice
  std::vector<TaxableLine> lines;
  std::vector<std::int64_t> shares;
};

std::vector<TaxedDocument> read_documents(const pg::Result& rows) {
  std::vector<TaxedDocument> documents;
  for (const auto row : rows) {
    const auto note = row.optional_text(1);
    const auto currency = row.as<Currency>(2);
    if (documents.empty() || documents.back().invoice != row.text(0) || documents.back().note != note) {
      documents.push_back(
          {std::string{row.text(0)}, note, currency, std::string{row.text(3)}, row.integer(4), std::string{row.text(8)}, {}, {}});
    }
    documents.back().lines.push_back({Money{row.integer(5), currency}, row.boolean(6)});
    documents.back().shares.push_back(row.integer(7));
  }
  return documents;
}

/// The rates that an invoice names, of whichever kind its lines are.
std::vector<TaxRate> rates_of(const std::vector<RateTax>& taxes) {
  std::vector<TaxRate> rates;
  for (const auto& one : taxes) {
    const bool known = !rates.empty() && rates.back().code >= one.code;  // the inclusive ones begin anew
    if (!known) rates.push_back({one.code, one.name, one.percent});
  }
  return rates;
}

bool is_taxed_right(const TaxedDocument& document, Credited& before) {
  const auto invoice = invoices::parse_taxes(document.rates, document.currency);
  const auto again = document.note ? note_tax(document.lines, before, invoice, document.currency)
                                   : tax(document.lines, rates_of(invoice), document.currency);
  for (const auto& line : document.lines) {
    if (document.note) (line.inclusive ? before.inclusive : before.exclusive) += line.amount.minor();
  }
  return again.taxes == invoices::parse_taxes(document.taxes, document.currency) && again.tax.minor() == document.tax &&
         again.lines == document.shares;
}

}  // namespace

std::span<const Check> tax_checks() { return all; }

Task<void> compare_taxes(pg::Session& db, std::vector<UserId> user_ids, Offenders& found) {
  std::string invoice;
  Credited before;
  for (const auto& document : read_documents(co_await db.query(ordered_documents, pg::Params{}.add_array(user_ids)))) {
    if (std::exchange(invoice, document.invoice) != document.invoice) before = {};
    bool right = false;
    try {
      right = is_taxed_right(document, before);
    } catch (const std::exception&) {  // not even to be read
    }
    if (!right) found[all[3].name].push_back(document.note.value_or(document.invoice));
  }
}

}  // namespace billing::verify
