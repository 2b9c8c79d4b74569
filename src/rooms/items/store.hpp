#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/documents/documents.hpp"
#include "rooms/context.hpp"

namespace billing::items {

struct Item {
  ItemId id;
  UserId user_id;
  std::string description;
  Money amount;  // before tax
  std::int64_t quantity = 1;
  std::optional<Decimal> unit_price = {};
  std::optional<SubscriptionId> subscription_id = {};  // a label
  std::optional<InvoiceId> invoice_id = {};            // that bills it
  Instant created_at;
};

/// As lines of it are named: "item:<id>".
std::string line_item(ItemId id);

/// With its audit event.
void insert_item(pg::Transaction& tx, const Context& context, const Item& item);
/// With its audit event, under the user's lock. It is not billed.
void delete_row(pg::Transaction& tx, const Context& context, const Item& item);

Task<std::optional<Item>> find_item(pg::Session& db, ItemId id);
/// Throws 404 for one that is not the user's.
Task<Item> require_item(pg::Session& db, UserId user, ItemId id);
/// Newest first.
Task<std::vector<Item>> find_items(pg::Session& db, UserId user, std::optional<std::string> after, std::int64_t limit);

/// The unbilled ones of these users, to be asked for together with others of a transaction.
pg::Query unbilled_query(const std::vector<UserId>& user_ids);
/// Oldest first.
std::map<UserId, std::vector<OneOffItem>> read_unbilled(const pg::Result& rows);

/// Notes which invoices bill them now. After the invoices are written.
void mark_billed(pg::Transaction& tx, const std::vector<std::pair<ItemId, InvoiceId>>& billed);
/// A void invoice gives back what it billed.
void give_back(pg::Transaction& tx, InvoiceId invoice, const std::vector<std::string>& line_items);

}  // namespace billing::items
