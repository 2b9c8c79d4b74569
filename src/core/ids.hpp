#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.hpp"

namespace billing {

/// A UUID that knows what it names, so that a user's id cannot be passed where an invoice's is meant.
template <class Tag>
class Id {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  constexpr Id() = default;
  explicit constexpr Id(Bytes bytes) : bytes_(bytes) {}
  /// The 8-4-4-4-12 form in any letter case; nullopt for anything else.
  static std::optional<Id> parse(std::string_view text);

  /// Lower case.
  std::string text() const;
  /// When it was made, in real time: ids are UUIDv7.
  Instant made_at() const { return uuid7_time(bytes_); }
  friend const Bytes& uuid_bytes(const Id& id) { return id.bytes_; }  // as statements take it
  bool operator==(const Id&) const = default;
  auto operator<=>(const Id&) const = default;

 private:
  Bytes bytes_{};
};

template <class Tag>
std::optional<Id<Tag>> Id<Tag>::parse(std::string_view text) {
  auto bytes = parse_uuid(text);
  if (!bytes) return std::nullopt;
  return Id{*bytes};
}
template <class Tag>
std::string Id<Tag>::text() const {
  return uuid_text(bytes_);
}

using UserId = Id<struct UserTag>;
using SubscriptionId = Id<struct SubscriptionTag>;
using InvoiceId = Id<struct InvoiceTag>;
using InvoiceLineId = Id<struct InvoiceLineTag>;
using CreditNoteId = Id<struct CreditNoteTag>;
using GrantId = Id<struct GrantTag>;
using DiscountId = Id<struct DiscountTag>;
using ItemId = Id<struct ItemTag>;
using PaymentId = Id<struct PaymentTag>;
using RefundId = Id<struct RefundTag>;  // shown as a payment of kind refund
using SetupId = Id<struct SetupTag>;  // a link to enter a card
using UsageEventId = Id<struct UsageEventTag>;

}  // namespace billing
