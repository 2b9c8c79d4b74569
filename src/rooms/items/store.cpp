#include "rooms/items/store.hpp"

#include "platform/runtime/refusal.hpp"
#include "rooms/audit/store.hpp"

namespace billing::items {
namespace {

constexpr std::string_view prefix = "item:";

#define ITEM_COLUMNS \
  "id, user_id, description, amount_cents, currency, quantity, trim_scale(unit_price)::text, subscription_id, invoice_id, created_at"

Item item_of(pg::Row row) {
  return {.id = row.as<ItemId>(0),
          .user_id = row.as<UserId>(1),
          .description = std::string{row.text(2)},
          .amount = Money{row.integer(3), row.as<Currency>(4)},
          .quantity = row.integer(5),
          .unit_price = row.is_null(6) ? std::nullopt : std::optional{row.as(6, &Decimal::parse_price)},
          .subscription_id = row.is_null(7) ? std::nullopt : std::optional{row.as<SubscriptionId>(7)},
          .invoice_id = row.is_null(8) ? std::nullopt : std::optional{row.as<InvoiceId>(8)},
          .created_at = row.instant(9)};
}

constexpr pg::Statement insert_row{R"(
  INSERT INTO items (id, user_id, description, amount_cents, currency, quantity, unit_price, subscription_id, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7::numeric, $8, $9))"};
constexpr pg::Statement delete_one{"DELETE FROM items WHERE id = $1"};

}  // namespace

std::string line_item(ItemId id) { return std::string{prefix} + id.text(); }

void insert_item(pg::Transaction& tx, const Context& context, const Item& item) {
  pg::Params params;
  params.add(item.id.text()).add(item.user_id.text()).add(item.description).add(item.amount.minor()).add(item.amount.currency().code());
  params.add(item.quantity).add(item.unit_price.transform(&Decimal::text)).add(item.subscription_id.transform(&SubscriptionId::text));
  params.add(item.created_at);
  tx.send(insert_row, std::move(params));
  audit::record(tx, context, {{"item.created", "item", item.id.text(), item.user_id.text(), {}, {}}});
}

void delete_row(pg::Transaction& tx, const Context& context, const Item& item) {
  tx.send(delete_one, pg::Params{}.add(item.id.text()));
  audit::record(tx, context, {{"item.deleted", "item", item.id.text(), item.user_id.text(), {}, {}}});
}

namespace {
constexpr pg::Statement select_one{"SELECT " ITEM_COLUMNS " FROM items WHERE id = $1"};
constexpr pg::Statement select_page{"SELECT " ITEM_COLUMNS R"(
  FROM items WHERE user_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3)",
                                    pg::Planned::for_its_values};
}  // namespace

Task<std::optional<Item>> find_item(pg::Session& db, ItemId id) {
  const auto rows = co_await db.query(select_one, pg::Params{}.add(id.text()));
  if (rows.empty()) co_return std::nullopt;
  co_return item_of(rows[0]);
}

Task<Item> require_item(pg::Session& db, UserId user, ItemId id) {
  auto item = co_await find_item(db, id);
  if (!item || item->user_id != user) throw not_found("The user has no item " + id.text() + ".");
  co_return *std::move(item);
}

Task<std::vector<Item>> find_items(pg::Session& db, UserId user, std::optional<std::string> after, std::int64_t limit) {
  std::vector<Item> items;
  for (const auto row : co_await db.query(select_page, pg::Params{}.add(user.text()).add(after).add(limit))) items.push_back(item_of(row));
  co_return items;
}

namespace {
// LATERAL … OFFSET 0: user by user over the index of unbilled ones, also by a plan that was made while the table was empty. Lines of one that is
// unbilled are all void.
constexpr pg::Statement select_unbilled{R"(
  SELECT i.id, i.user_id, i.description, i.amount_cents, i.currency, i.quantity, trim_scale(i.unit_price)::text,
         (SELECT count(*) FROM invoice_lines l WHERE l.subscription_id IS NULL AND l.period_start IS NULL AND l.item = 'item:' || i.id)
  FROM unnest((SELECT $1::uuid[])) AS asked (user_id)
  CROSS JOIN LATERAL (SELECT * FROM items WHERE user_id = asked.user_id AND invoice_id IS NULL OFFSET 0) AS i
  ORDER BY i.user_id, i.id)"};
constexpr pg::Statement update_billed{R"(
  UPDATE items SET invoice_id = b.invoice_id FROM unnest($1::uuid[], $2::uuid[]) AS b (id, invoice_id) WHERE items.id = b.id)"};
constexpr pg::Statement update_given_back{"UPDATE items SET invoice_id = NULL WHERE id = ANY ($1::uuid[]) AND invoice_id = $2"};
}  // namespace

pg::Query unbilled_query(const std::vector<UserId>& user_ids) { return {select_unbilled, pg::Params{}.add_array(user_ids)}; }

std::map<UserId, std::vector<OneOffItem>> read_unbilled(const pg::Result& rows) {
  std::map<UserId, std::vector<OneOffItem>> items;
  for (const auto row : rows) {
    items[row.as<UserId>(1)].push_back({.id = row.as<ItemId>(0),
                                        .description = std::string{row.text(2)},
                                        .amount = Money{row.integer(3), row.as<Currency>(4)},
                                        .quantity = row.integer(5),
                                        .unit_price = row.is_null(6) ? std::nullopt : std::optional{row.as(6, &Decimal::parse_price)},
                                        .sequence = row.integer(7)});
  }
  return items;
}

void mark_billed(pg::Transaction& tx, const std::vector<std::pair<ItemId, InvoiceId>>& billed) {
  if (billed.empty()) return;
  std::vector<ItemId> ids;
  std::vector<InvoiceId> invoices;
  for (const auto& [id, invoice] : billed) {
    ids.push_back(id);
    invoices.push_back(invoice);
  }
  tx.send(update_billed, pg::Params{}.add_array(ids).add_array(invoices));
}

void give_back(pg::Transaction& tx, InvoiceId invoice, const std::vector<std::string>& line_items) {
  std::vector<std::string> ids;
  for (const auto& name : line_items) {
    if (name.starts_with(prefix)) ids.push_back(name.substr(prefix.size()));
  }
  if (!ids.empty()) tx.send(update_given_back, pg::Params{}.add_array(ids).add(invoice.text()));
}

}  // namespace billing::items
