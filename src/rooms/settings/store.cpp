#include "rooms/settings/store.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/users/address.hpp"

namespace billing::settings {
namespace {

constexpr pg::Statement select_newest{R"(
  SELECT version, name, address, tax_id, email, footer, replace(encode(logo, 'base64'), E'\n', ''), created_at
  FROM sellers ORDER BY version DESC LIMIT 1)"};
constexpr pg::Statement lock{"SELECT pg_advisory_xact_lock(hashtextextended('billing.settings', 0))"};
constexpr pg::Statement insert_row{R"(
  INSERT INTO sellers (version, name, address, tax_id, email, footer, logo, shown, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, decode($7::text, 'base64'), $8, $9))"};

/// As documents show it.
boost::json::object as_shown(const Seller& seller) {
  return {{"name", http::nullable(seller.name)},
          {"address", users::address_json(seller.address_json)},
          {"tax_id", http::nullable(seller.tax_id)},
          {"email", http::nullable(seller.email)},
          {"footer", http::nullable(seller.footer)}};
}

}  // namespace

Task<Seller> find_seller(pg::Session& db) {
  const auto rows = co_await db.query(select_newest);
  const auto row = rows[0];
  co_return Seller{.version = row.integer(0),
                   .name = row.optional_text(1),
                   .address_json = row.optional_text(2),
                   .tax_id = row.optional_text(3),
                   .email = row.optional_text(4),
                   .footer = row.optional_text(5),
                   .logo = row.optional_text(6),
                   .created_at = row.instant(7)};
}

void lock_seller(pg::Transaction& tx) { tx.send(lock, pg::Params{}); }

void insert_seller(pg::Transaction& tx, const Context& context, const Seller& seller) {
  pg::Params params;
  params.add(seller.version + 1).add(seller.name).add(seller.address_json).add(seller.tax_id).add(seller.email).add(seller.footer);
  params.add(seller.logo).add(boost::json::serialize(as_shown(seller))).add(context.clock.now());
  tx.send(insert_row, std::move(params));
  audit::record(tx, context, {{"settings.updated", "settings", "seller", {}, {}, {}}});
}

}  // namespace billing::settings
