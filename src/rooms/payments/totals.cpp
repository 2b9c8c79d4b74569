#include "rooms/payments/store.hpp"

namespace billing::payments {

namespace {
#define OF_PAYMENT_FILTER                                                                \
  " WHERE ($1::uuid IS NULL OR invoice_id = $1) AND ($2::uuid IS NULL OR user_id = $2) " \
  "AND ($3::payment_status IS NULL OR status = $3) LIMIT $4"
constexpr pg::Statement select_totals{R"(
  WITH found AS (
    (SELECT currency, status, amount_cents AS paid, 0 AS refunded FROM payments)" OF_PAYMENT_FILTER R"()
    UNION ALL
    (SELECT currency, status, 0, amount_cents FROM refunds)" OF_PAYMENT_FILTER R"()
  )
  SELECT currency, count(*), coalesce(sum(paid) FILTER (WHERE status = 'succeeded'), 0), coalesce(sum(refunded) FILTER (WHERE status = 'succeeded'), 0)
  FROM found GROUP BY currency ORDER BY currency)",
                                      pg::Planned::for_its_values, pg::Lane::scan};
}  // namespace

Task<std::vector<Total>> find_totals(pg::Session& db, const PaymentFilter& filter, std::int64_t most) {
  pg::Params params;
  params.add(filter.invoice.transform(&InvoiceId::text)).add(filter.user.transform(&UserId::text));
  params.add(filter.status.transform([](auto status) { return to_text(status); })).add(most);
  std::vector<Total> totals;
  for (const auto row : co_await db.query(select_totals, std::move(params))) {
    totals.push_back({std::string{row.text(0)}, row.integer(1), std::string{row.text(2)}, std::string{row.text(3)}});
  }
  co_return totals;
}

}  // namespace billing::payments
