#include "rooms/coupons/store.hpp"

#include <algorithm>
#include <utility>

#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"

namespace billing::coupons {
namespace {

#define COUPON_COLUMNS                                                                                                                     \
  "id, code, name, trim_scale(percent)::text, amount_cents, currency, array_to_string(plans, ','), array_to_string(items, ','), periods, " \
  "redeem_by, max_redemptions, max_per_user, redemptions, active, created_at, updated_at"

std::vector<std::string> split(const std::optional<std::string>& joined) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : joined.value_or("")) {
    if (c == ',') {
      parts.push_back(std::exchange(part, {}));
    } else {
      part += c;
    }
  }
  if (!part.empty()) parts.push_back(part);
  return parts;
}

Coupon coupon_of(pg::Row row) {
  const Off off = row.is_null(3) ? Off{row.integer(4)} : Off{row.as<Percent>(3)};
  return {.id = std::string{row.text(0)},
          .code = std::string{row.text(1)},
          .name = row.optional_text(2),
          .off = off,
          .currency = row.is_null(5) ? std::nullopt : std::optional{row.as<Currency>(5)},
          .plans = split(row.optional_text(6)),
          .items = split(row.optional_text(7)),
          .periods = row.optional_integer(8),
          .redeem_by = row.optional_date(9),
          .max_redemptions = row.optional_integer(10),
          .max_per_user = row.optional_integer(11),
          .redemptions = row.integer(12),
          .active = row.boolean(13),
          .created_at = row.instant(14),
          .updated_at = row.instant(15)};
}

constexpr pg::Statement insert_row{R"(
  INSERT INTO coupons (id, code, name, percent, amount_cents, currency, plans, items, periods, redeem_by, max_redemptions, max_per_user, created_at,
                       updated_at)
  VALUES ($1, $2, $3, $4::text::numeric, $5, $6, nullif($7::text[], '{}'), nullif($8::text[], '{}'), $9, $10, $11, $12, $13, $13)
  ON CONFLICT DO NOTHING)"};
constexpr pg::Statement select_page{"SELECT " COUPON_COLUMNS " FROM coupons WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2"};
constexpr pg::Statement select_one{"SELECT " COUPON_COLUMNS " FROM coupons WHERE lower(code) = lower($1)"};
constexpr pg::Statement select_locked{"SELECT " COUPON_COLUMNS " FROM coupons WHERE lower(code) = lower($1) FOR NO KEY UPDATE"};
constexpr pg::Statement update_row{R"(
  UPDATE coupons SET active = coalesce($2, active), name = CASE WHEN $3 THEN $4 ELSE name END, updated_at = $5 WHERE lower(code) = lower($1))"};
constexpr pg::Statement count_redemption{"UPDATE coupons SET redemptions = redemptions + 1 WHERE id = $1"};
constexpr pg::Statement select_of_user{"SELECT count(*) FROM subscription_discounts WHERE coupon_id = $1 AND user_id = $2"};

Refusal unknown(const std::string& code) { return not_found("There is no coupon \"" + code + "\"."); }

}  // namespace

Task<bool> insert_coupon(Context& context, const Coupon& coupon) {
  auto tx = co_await context.db.begin();
  const auto* percent = std::get_if<Percent>(&coupon.off);
  pg::Params params;
  params.add(uuid_text(new_uuid7())).add(coupon.code).add(coupon.name);
  params.add(percent ? std::optional{percent->text()} : std::nullopt);
  params.add(percent ? std::nullopt : std::optional{std::get<std::int64_t>(coupon.off)});
  params.add(coupon.currency.transform([](Currency currency) { return std::string{currency.code()}; }));
  params.add_array(coupon.plans).add_array(coupon.items).add(coupon.periods).add(coupon.redeem_by).add(coupon.max_redemptions);
  params.add(coupon.max_per_user).add(context.clock.now());
  const bool made = (co_await tx.query(insert_row, std::move(params))).affected() > 0;
  if (made) audit::record(tx, context, {{"coupon.created", "coupon", coupon.code, {}, {}, "active"}});
  co_await tx.commit();
  co_return made;
}

Task<std::vector<Coupon>> find_coupons(pg::Session& db, std::optional<std::string> after, std::int64_t limit) {
  std::vector<Coupon> coupons;
  for (const auto row : co_await db.query(select_page, pg::Params{}.add(after).add(limit))) coupons.push_back(coupon_of(row));
  co_return coupons;
}

Task<Coupon> require_coupon(pg::Session& db, std::string code) {
  const auto rows = co_await db.query(select_one, pg::Params{}.add(code));
  if (rows.empty()) throw unknown(code);
  co_return coupon_of(rows[0]);
}

Task<void> update_coupon(Context& context, std::string code, std::optional<bool> active, bool has_name, std::optional<std::string> name) {
  auto tx = co_await context.db.begin();
  pg::Params params;
  params.add(code).add(active).add(has_name).add(name).add(context.clock.now());
  const auto changed = co_await tx.query(update_row, std::move(params));
  if (changed.affected() == 0) throw unknown(code);
  audit::record(tx, context, {{"coupon.updated", "coupon", code, {}, {}, {}}});
  co_await tx.commit();
}

Task<Coupon> redeem(pg::Transaction& tx, UserId user, std::string code, std::string plan_code, Currency currency, Date today) {
  const auto rows = co_await tx.query(select_locked, pg::Params{}.add(code));
  if (rows.empty()) throw unknown(code);
  auto coupon = coupon_of(rows[0]);
  if (!coupon.active || (coupon.redeem_by && *coupon.redeem_by < today)) {
    throw conflict("coupon_expired", "The coupon " + coupon.code + " can be redeemed no more.");
  }
  if (coupon.max_redemptions && coupon.redemptions >= *coupon.max_redemptions) {
    throw conflict("coupon_used_up", "The coupon " + coupon.code + " has been redeemed as often as it may be.");
  }
  if (coupon.max_per_user) {
    const auto used = co_await tx.query(select_of_user, pg::Params{}.add(coupon.id).add(user.text()));
    if (used[0].integer(0) >= *coupon.max_per_user) {
      throw conflict("coupon_used_up", "The user has redeemed the coupon " + coupon.code + " as often as a user may.");
    }
  }
  const bool for_plan = coupon.plans.empty() || std::ranges::find(coupon.plans, plan_code) != coupon.plans.end();
  if (!for_plan) throw conflict("coupon_not_applicable", "The coupon " + coupon.code + " is not for the plan \"" + plan_code + "\".");
  if (coupon.currency && *coupon.currency != currency) {
    throw conflict("coupon_not_applicable", "The coupon " + coupon.code + " is an amount in another currency than the subscription's.");
  }
  tx.send(count_redemption, pg::Params{}.add(coupon.id));
  co_return coupon;
}

}  // namespace billing::coupons
