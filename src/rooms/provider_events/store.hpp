#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/collecting/payment.hpp"
#include "rooms/context.hpp"
#include "rooms/provider_events/event.hpp"

namespace billing::provider_events {

using ProviderEventId = Id<struct ProviderEventTag>;

/// Keeps an event, due at once. nullopt: it is known.
Task<std::optional<ProviderEventId>> keep(pg::Session& db, const Context& context, std::string_view provider, const Event& event);

/// An event that is to be acted on.
struct Kept {
  ProviderEventId id;
  std::string provider;
  std::int64_t failures;
  Event event;
};
/// Those of the ids that are due still.
Task<std::vector<Kept>> find_still_due(pg::Session& db, const std::vector<std::string>& ids);
/// It was acted on.
Task<void> note_done(pg::Session& db, const Context& context, ProviderEventId id);
/// It could not be: again in a while.
Task<void> put_off(pg::Session& db, ProviderEventId id, std::chrono::seconds wait);

/// What an event needs to know of our payment.
struct Known {
  PaymentId id;
  InvoiceId invoice;
  UserId user;
  std::string provider;
  PaymentStatus status;
  bool being_asked;  // some process is at it now
};
Task<std::optional<Known>> find_payment(pg::Session& db, PaymentId id);
struct KnownRefund {
  RefundId id;
  PaymentStatus status;
  bool being_asked;
};
Task<std::optional<KnownRefund>> find_refund(pg::Session& db, RefundId id);

/// The job that acts on events; what is due of it, in real time.
inline constexpr std::string_view act_job = "act_on_provider_events";
Task<std::vector<std::string>> find_due(pg::Session& db, Instant now, std::int64_t limit);
/// Deletes those that were acted on 30 days ago: no provider repeats them any more.
Task<void> prune(pg::Session& db);

/// The job that looks for what no event told of; the providers for which it is due, in real time.
inline constexpr std::string_view sweep_job = "look_through_provider_books";
Task<std::vector<std::string>> find_due_sweeps(pg::Session& db, Instant now, std::int64_t limit);
/// From now on that provider is looked through each hour.
Task<void> begin_sweeps(pg::Session& db, std::string_view provider);
/// False: another process is at it.
Task<bool> take_sweep(pg::Session& db, std::string_view provider);

}  // namespace billing::provider_events
