#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/collecting/dispute.hpp"
#include "core/ids.hpp"
#include "core/money/money.hpp"
#include "rooms/context.hpp"

namespace billing::disputes {

using DisputeId = Id<struct DisputeTag>;

struct Dispute {
  DisputeId id;
  PaymentId payment;
  InvoiceId invoice;
  UserId user_id;
  std::string provider;
  std::string reference;  // the provider's own name of it
  Money amount;
  DisputeStatus status;
  std::string reason;                 // in the provider's words: "fraudulent"
  std::optional<Instant> respond_by;  // until when the provider takes what we have to say
  Instant opened_at;                  // in real time, as the provider says
  Instant created_at;
  Instant updated_at;
};

/// Keeps what the provider says of it, under the user's lock, with its audit event. False: that is what was known.
Task<bool> keep(pg::Transaction& tx, const Context& context, const Dispute& dispute);

struct DisputeFilter {
  std::optional<UserId> user;
  std::optional<PaymentId> payment;
  std::optional<DisputeStatus> status;
};
/// Newest first.
Task<std::vector<Dispute>> find_disputes(pg::Session& db, const DisputeFilter& filter, std::optional<std::string> after,
                                         std::int64_t limit);
/// The provider's names of those that are not over.
Task<std::vector<std::string>> open_references(pg::Session& db, std::string_view provider);

}  // namespace billing::disputes
