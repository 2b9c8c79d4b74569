#include "rooms/paper/explain.hpp"

#include <boost/json.hpp>

#include "base/time.hpp"
#include "core/time/period.hpp"
#include "rooms/paper/stored.hpp"
#include "rooms/paper/words.hpp"

namespace billing::paper {
namespace {

using boost::json::object;

bool is_zero(std::string_view decimal) { return decimal.find_first_of("123456789") == std::string_view::npos; }

class Explainer {
 public:
  explicit Explainer(Currency currency) : currency_(currency) {}

  std::vector<std::string> explain(const object& why) {
    if (why.contains("required"))
      minimum(why);
    else if (why.contains("steps"))
      usage(why);
    else if (why.contains("of_days"))
      base(why);
    else if (why.contains("unit_price"))
      item(why);
    for (const auto* discount : objects_at(why, "discounts")) discounted(*discount);
    settled(why);
    return std::move(said_);
  }

 private:
  /// An exact decimal, with the currency's places at least: "20" → "20.00", "0.001" → "0.001".
  std::string money(std::string_view decimal) const {
    std::string text{decimal};
    const auto places = static_cast<std::size_t>(currency_.exponent());
    auto point = text.find('.');
    if (point == std::string::npos && places > 0) {
      point = text.size();
      text += '.';
    }
    if (point != std::string::npos && text.size() - point - 1 < places) text.append(places - (text.size() - point - 1), '0');
    return grouped(std::move(text));
  }

  static std::string days_of(const object& segment) {
    const auto from = parse_date(text_at(segment, "from"));
    const auto until = parse_date(text_at(segment, "until"));
    return from && until && *from < *until ? period_text({*from, *until}, words_of("en")) : std::string{};
  }

  static std::string own_price(const object& segment) {
    if (!true_at(segment, "overridden")) return {};
    const auto reason = text_at(segment, "reason");
    return reason.empty() ? ", at a price of your own" : ", at a price of your own (" + std::string{reason} + ")";
  }

  /// "June 1 – 10, 2026 on pro: 49.00 × 3 × 10 ÷ 30 days"; nothing where a whole period owes the plain fee.
  void base(const object& why) {
    const auto segments = objects_at(why, "segments");
    const auto of_days = number_at(why, "of_days");
    for (const auto* segment : segments) {
      const auto days = number_at(*segment, "days") - number_at(*segment, "paused_days");
      const auto quantity = number_at(*segment, "quantity");
      if (segments.size() == 1 && days == of_days && quantity == 1) continue;
      auto sum = money(text_at(*segment, "fee"));
      if (quantity != 1) sum += " × " + count_text(quantity);
      if (days != of_days) sum += " × " + count_text(days) + " ÷ " + count_text(of_days) + " days";
      said_.push_back(days_of(*segment) + " on " + std::string{text_at(*segment, "plan_code")} + ": " + sum + own_price(*segment));
    }
    if (segments.size() > 1 && why.contains("earlier_billed")) said_.push_back("Together " + money(text_at(why, "owed")));
  }

  /// "3 × 250.00 = 750.00"; nothing where the amount was given.
  void item(const object& why) {
    const auto price = text_at(why, "unit_price");
    if (price.empty()) return;
    said_.push_back(count_text(number_at(why, "quantity")) + " × " + money(price) + " = " + money(text_at(why, "amount")));
    if (!is_zero(text_at(why, "rounding"))) said_.push_back("Rounding " + money(text_at(why, "rounding")));
  }

  void usage(const object& why) {
    const auto segments = objects_at(why, "segments");
    if (segments.size() <= 1) {
      rating(segments.empty() ? why : *segments.front(), why);
    } else {
      for (const auto* segment : segments) usage_segment(*segment);
    }
    if (!is_zero(text_at(why, "rounding"))) said_.push_back("Rounding " + money(text_at(why, "rounding")));
  }

  /// Of one charge all over the period: its steps.
  void rating(const object& segment, const object& why) {
    const auto included = number_at(why, "included");
    const auto steps = objects_at(why, "steps");
    const auto model = text_at(why, "model");
    if (included > 0) {
      const auto total = number_at(why, "total_quantity");
      said_.push_back(count_text(total) + " used, " + count_text(included) + " included" +
                      (total > included ? ": " + count_text(number_at(why, "billable")) + " to pay for" : "") + own_price(segment));
    }
    for (const auto* step : steps) said_.push_back(step_text(*step, model, included, steps.size()));
  }

  std::string step_text(const object& step, std::string_view model, std::int64_t included, std::size_t steps) const {
    const auto quantity = number_at(step, "quantity");
    auto text = count_text(quantity);
    if (model == "package") {
      text += quantity == 1 ? " package" : " packages";
    } else if (model == "graduated" && steps > 1) {
      const auto first = number_at(step, "from") + included;
      text = "Units " + count_text(first) + " to " + count_text(first + quantity - 1) + ": " + text;
    }
    text += " × " + money(text_at(step, "unit_price"));
    if (!is_zero(text_at(step, "flat_price"))) text += " + " + money(text_at(step, "flat_price"));
    return text + " = " + money(text_at(step, "amount"));
  }

  /// "June 11 – 30, 2026 on pro: 50,000 units, numbers 500,001 to 550,000: 50.00"
  void usage_segment(const object& segment) {
    const auto before = number_at(segment, "count_before");
    const auto after = number_at(segment, "count_after");
    if (after == before) return;
    auto text = days_of(segment) + " on " + std::string{text_at(segment, "plan_code")} + ": units " + count_text(before + 1) + " to " +
                count_text(after);
    said_.push_back(text + " = " + money(text_at(segment, "amount")) + own_price(segment));
  }

  void minimum(const object& why) {
    said_.push_back("At least " + money(text_at(why, "required")) + " is owed for the period; base fee and usage come to " +
                    money(text_at(why, "counted")));
  }

  /// "10 % off with WELCOME: −4.90"
  void discounted(const object& discount) {
    const auto taken = text_at(discount, "taken");
    if (is_zero(taken)) return;
    const auto percent = text_at(discount, "percent");
    said_.push_back((percent.empty() ? std::string{"Off with "} : std::string{percent} + " % off with ") +
                    std::string{text_at(discount, "coupon")} + ": −" + money(taken));
  }

  /// A credit note's line says what is owed now, an invoice's what was settled before.
  void settled(const object& why) {
    if (!why.contains("earlier_billed") && !text_at(why, "owed").empty()) said_.push_back("Owed now: " + money(text_at(why, "owed")));
    const auto earlier = text_at(why, "earlier_billed");
    if (is_zero(earlier)) return;
    if (earlier.starts_with('-'))
      said_.push_back("Credited before: " + money(earlier.substr(1)));
    else
      said_.push_back("Billed before: " + money(earlier));
  }

  Currency currency_;
  std::vector<std::string> said_;
};

}  // namespace

std::vector<std::string> explained(std::string_view explanation_json, Currency currency) {
  boost::system::error_code broken;
  const auto why = boost::json::parse(explanation_json, broken);
  if (broken || !why.is_object()) return {};
  return Explainer{currency}.explain(why.get_object());
}

}  // namespace billing::paper
