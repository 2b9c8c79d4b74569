#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "core/ids.hpp"

namespace billing {

enum class ItemKind : std::uint8_t { base, usage, minimum };  // in the order of lines
std::string_view to_text(ItemKind kind);

/// Something that a period owes: its base fee, a metric's usage, what is missing to its minimum.
struct Item {
  ItemKind kind = ItemKind::base;
  std::string metric;  // of usage only

  /// "base", "usage:<metric>", "minimum"
  std::string text() const;
  static std::optional<Item> parse(std::string_view text);
  bool operator==(const Item&) const = default;
  auto operator<=>(const Item&) const = default;  // the order of lines
};

/// What owed and billed are compared by.
struct ItemKey {
  SubscriptionId subscription;
  Date period;  // its first day
  Item item;
  bool operator==(const ItemKey&) const = default;
  auto operator<=>(const ItemKey&) const = default;
};

}  // namespace billing
