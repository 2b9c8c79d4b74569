#pragma once

#include <optional>
#include <string>

#include "rooms/context.hpp"

namespace billing::settings {

struct Seller {
  std::int64_t version = 0;
  std::optional<std::string> name;
  std::optional<std::string> address_json;
  std::optional<std::string> tax_id;
  std::optional<std::string> email;
  std::optional<std::string> footer;
  std::optional<std::string> logo;  // PNG, in base64
  Instant created_at;
};

/// The newest version.
Task<Seller> find_seller(pg::Session& db);
/// Whoever changes the seller does so alone: until the transaction ends.
void lock_seller(pg::Transaction& tx);
/// Writes it as the version after its own.
void insert_seller(pg::Transaction& tx, const Context& context, const Seller& seller);

}  // namespace billing::settings
