#include "rooms/tax_rates/store.hpp"

#include "platform/runtime/refusal.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"

namespace billing::tax_rates {
namespace {

#define RATE_COLUMNS "code, name, trim_scale(percent)::text, country, id, active, created_at, updated_at"

TaxRate rate_of(pg::Row row) { return {std::string{row.text(0)}, std::string{row.text(1)}, row.as<Percent>(2), row.optional_text(3)}; }
StoredRate stored_of(pg::Row row) { return {std::string{row.text(4)}, rate_of(row), row.boolean(5), row.instant(6), row.instant(7)}; }
std::optional<StoredRate> first_of(const pg::Result& rows) {
  if (rows.empty()) return std::nullopt;
  return stored_of(rows[0]);
}

constexpr pg::Statement insert_row{R"(
  INSERT INTO tax_rates (id, code, name, percent, country, created_at, updated_at) VALUES ($1, $2, $3, $4::numeric, $5, $6, $6)
  ON CONFLICT DO NOTHING RETURNING )" RATE_COLUMNS};
constexpr pg::Statement select_page{"SELECT " RATE_COLUMNS R"(
  FROM tax_rates WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2)"};
constexpr pg::Statement select_one{"SELECT " RATE_COLUMNS " FROM tax_rates WHERE code = $1"};
constexpr pg::Statement update_active{"UPDATE tax_rates SET active = $2, updated_at = $3 WHERE code = $1 RETURNING " RATE_COLUMNS};
constexpr pg::Statement select_active{"SELECT " RATE_COLUMNS " FROM tax_rates WHERE active ORDER BY code"};

std::string state_of(bool active) { return active ? "active" : "inactive"; }

}  // namespace

Task<std::optional<StoredRate>> insert_rate(Context& context, TaxRate rate) {
  auto tx = co_await context.db.begin();
  pg::Params params;
  params.add(uuid_text(new_uuid7())).add(rate.code).add(rate.name).add(rate.percent.text()).add(rate.country).add(context.clock.now());
  const auto made = first_of(co_await tx.query(insert_row, std::move(params)));
  if (made) audit::record(tx, context, {{"tax_rate.created", "tax_rate", rate.code, {}, {}, "active"}});
  co_await tx.commit();
  co_return made;
}

Task<std::vector<StoredRate>> find_rates(pg::Session& db, std::optional<std::string> after, std::int64_t limit) {
  std::vector<StoredRate> rates;
  for (const auto row : co_await db.query(select_page, pg::Params{}.add(after).add(limit))) rates.push_back(stored_of(row));
  co_return rates;
}

Task<StoredRate> require_rate(pg::Session& db, std::string code) {
  auto found = first_of(co_await db.query(select_one, pg::Params{}.add(code)));
  if (!found) throw not_found("There is no tax rate \"" + code + "\".");
  co_return *std::move(found);
}

Task<std::optional<StoredRate>> set_active(Context& context, std::string code, bool active) {
  auto tx = co_await context.db.begin();
  const auto changed = first_of(co_await tx.query(update_active, pg::Params{}.add(code).add(active).add(context.clock.now())));
  if (changed) audit::record(tx, context, {{"tax_rate.updated", "tax_rate", code, {}, state_of(!active), state_of(active)}});
  co_await tx.commit();
  co_return changed;
}

pg::Query active_query() { return {select_active, pg::Params{}}; }

std::vector<TaxRate> read_rates(const pg::Result& rows) {
  std::vector<TaxRate> rates;
  for (const auto row : rows) rates.push_back(rate_of(row));
  return rates;
}

}  // namespace billing::tax_rates
