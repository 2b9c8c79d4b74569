#include "core/owed/item.hpp"

#include <stdexcept>

#include "core/catalog/plan.hpp"

namespace billing {
namespace {

constexpr std::string_view usage_prefix = "usage:";

}  // namespace

std::string_view to_text(ItemKind kind) {
  switch (kind) {
    case ItemKind::base: return "base";
    case ItemKind::usage: return "usage";
    case ItemKind::minimum: return "minimum";
  }
  throw std::logic_error("no such kind of item");
}

std::string Item::text() const { return kind == ItemKind::usage ? std::string{usage_prefix} + metric : std::string{to_text(kind)}; }

std::optional<Item> Item::parse(std::string_view text) {
  if (text == to_text(ItemKind::base)) return Item{ItemKind::base, ""};
  if (text == to_text(ItemKind::minimum)) return Item{ItemKind::minimum, ""};
  if (!text.starts_with(usage_prefix) || !valid_metric(text.substr(usage_prefix.size()))) return std::nullopt;
  return Item{ItemKind::usage, std::string{text.substr(usage_prefix.size())}};
}

}  // namespace billing
