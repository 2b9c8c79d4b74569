#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/facts/discount.hpp"
#include "core/money/money.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/context.hpp"

namespace billing::coupons {

struct Coupon {
  std::string id;
  std::string code;  // as it was given; compared in any letter case
  std::optional<std::string> name;
  Off off;
  std::optional<Currency> currency;  // of an amount
  std::vector<std::string> plans;    // empty: all
  std::vector<std::string> items;    // as EligibleItems are written; empty: all
  std::optional<std::int64_t> periods;  // nullopt: forever
  std::optional<Date> redeem_by;
  std::optional<std::int64_t> max_redemptions;
  std::optional<std::int64_t> max_per_user;
  std::int64_t redemptions = 0;
  bool active = true;
  Instant created_at;
  Instant updated_at;
};

/// False when the code is taken, in any letter case.
Task<bool> insert_coupon(Context& context, const Coupon& coupon);
/// Newest first.
Task<std::vector<Coupon>> find_coupons(pg::Session& db, std::optional<std::string> after, std::int64_t limit);
/// Throws 404 for an unknown code.
Task<Coupon> require_coupon(pg::Session& db, std::string code);
/// What is not named stays. Throws 404 for an unknown code.
Task<void> update_coupon(Context& context, std::string code, std::optional<bool> active, bool has_name, std::optional<std::string> name);

/// A redemption of it on a subscription to that plan, counted under the coupon's lock. Refusal 404 for an unknown code; 409 when it is expired or
/// switched off, used up, or not for this plan or currency.
Task<Coupon> redeem(pg::Transaction& tx, UserId user, std::string code, std::string plan_code, Currency currency, Date today);

}  // namespace billing::coupons
