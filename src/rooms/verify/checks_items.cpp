#include <boost/json.hpp>

#include "rooms/verify/checks.hpp"
#include "rooms/verify/held_by_core.hpp"
#include "rooms/verify/told.hpp"

namespace billing::verify {
namespace {

// Lines on void invoices may be of items that were deleted since.
constexpr pg::Statement items_are_billed_once{R"(
  SELECT coalesce(i.item, l.item), count(*) OVER ()
  FROM (SELECT *, 'item:' || id AS item FROM items) i
  FULL JOIN (SELECT l.item, count(*) AS lines, min(l.invoice_id::text) AS invoice, min(l.user_id::text) AS user_id, min(n.currency) AS currency,
                    sum(l.amount_cents) AS amount, sum(l.quantity) AS quantity, min(l.explanation->>'unit_price') AS unit_price
             FROM invoice_lines l JOIN invoices n ON n.id = l.invoice_id
             WHERE l.kind = 'item' AND n.status <> 'void' GROUP BY l.item) l ON l.item = i.item
  WHERE NOT ((i.invoice_id IS NULL AND l.item IS NULL)
             OR (l.lines = 1 AND l.invoice = i.invoice_id::text AND l.user_id = i.user_id::text AND l.currency = i.currency AND l.amount = i.amount_cents
                 AND l.quantity = i.quantity AND l.unit_price IS NOT DISTINCT FROM trim_scale(i.unit_price)::text) IS TRUE)
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"items_are_billed_once",
     "Of each one-off item at most one line stands, on the invoice that it names, with its amount; and no line without.",
     items_are_billed_once},
    {"item_lines_recompute", "A one-off item's line is its quantity times its unit price, rounded once."},
};

constexpr pg::Statement select_lines{R"(
  SELECT l.id::text, i.currency, l.amount_cents, l.quantity, l.explanation::text
  FROM invoices i JOIN invoice_lines l ON l.invoice_id = i.id
  WHERE i.user_id = ANY ($1::uuid[]) AND l.kind = 'item')"};

void recompute(Money amount, std::int64_t quantity, const ToldObject& told) {
  const auto exact = told.decimal("amount");
  require(told.integer("quantity") == quantity, "the quantity is the line's");
  require(told.value("unit_price").is_null() || told.decimal("unit_price").times(quantity) == exact, "the amount is quantity × unit price");
  const auto owed = exact.rounded(amount.currency());
  require(Decimal::of(owed) - exact == told.decimal("rounding"), "it is rounded once");
  require(told.decimal("owed") == Decimal::of(owed) && told.decimal("earlier_billed").is_zero() && owed == amount,
          "the line is what is owed");
}

}  // namespace

std::span<const Check> item_checks() { return all; }

Task<void> compare_items(pg::Session& db, std::vector<UserId> user_ids, Offenders& found) {
  for (const auto row : co_await db.query(select_lines, pg::Params{}.add_array(user_ids))) {
    bool right = false;
    try {
      boost::system::error_code unreadable;
      const auto parsed = boost::json::parse(row.text(4), unreadable);
      recompute(Money{row.integer(2), row.as<Currency>(1)}, row.integer(3), ToldObject{parsed});
      right = true;
    } catch (const DoesNotAddUp&) {
    } catch (const Overflow&) {
    }
    if (!right) found[all[1].name].emplace_back(row.text(0));
  }
}

}  // namespace billing::verify
