#include "core/catalog/plan.hpp"

#include <algorithm>

namespace billing {
namespace {

constexpr std::size_t longest_name = 64;

constexpr bool is_lower(char c) { return 'a' <= c && c <= 'z'; }
constexpr bool is_digit(char c) { return '0' <= c && c <= '9'; }

}  // namespace

std::string_view model_name(const PricingModel& model) {
  struct Name {
    std::string_view operator()(const PerUnit&) const { return "per_unit"; }
    std::string_view operator()(const Graduated&) const { return "graduated"; }
    std::string_view operator()(const Volume&) const { return "volume"; }
    std::string_view operator()(const Package&) const { return "package"; }
  };
  return std::visit(Name{}, model);
}

bool valid_plan_code(std::string_view code) {
  if (code.empty() || code.size() > longest_name || !(is_lower(code[0]) || is_digit(code[0]))) return false;
  return std::ranges::all_of(code, [](char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '-'; });
}

bool valid_metric(std::string_view metric) {
  if (metric.empty() || metric.size() > longest_name || !is_lower(metric[0])) return false;
  return std::ranges::all_of(metric, [](char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '.'; });
}

std::optional<std::string> tiers_problem(const std::vector<Tier>& tiers) {
  if (tiers.empty()) return "there must be at least one tier";
  if (tiers.back().up_to) return "the last tier must have no up_to";
  std::int64_t previous = 0;
  for (auto tier = tiers.begin(); tier != tiers.end() - 1; ++tier) {
    if (!tier->up_to) return "only the last tier may have no up_to";
    if (*tier->up_to < 1) return "up_to must be at least 1";
    if (*tier->up_to <= previous) return "up_to must rise from tier to tier";
    previous = *tier->up_to;
  }
  return std::nullopt;
}

}  // namespace billing
