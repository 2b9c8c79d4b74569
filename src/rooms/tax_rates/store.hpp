#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/tax/rates.hpp"
#include "rooms/context.hpp"

namespace billing::tax_rates {

struct StoredRate {
  std::string id;
  TaxRate rate;
  bool active;
  Instant created_at;
  Instant updated_at;
};

/// nullopt when the code is taken.
Task<std::optional<StoredRate>> insert_rate(Context& context, TaxRate rate);
/// Newest first.
Task<std::vector<StoredRate>> find_rates(pg::Session& db, std::optional<std::string> after, std::int64_t limit);
/// Throws 404 for an unknown code.
Task<StoredRate> require_rate(pg::Session& db, std::string code);
/// nullopt for an unknown code.
Task<std::optional<StoredRate>> set_active(Context& context, std::string code, bool active);

/// All active ones, to be asked for together with others of a transaction.
pg::Query active_query();
std::vector<TaxRate> read_rates(const pg::Result& rows);

}  // namespace billing::tax_rates
