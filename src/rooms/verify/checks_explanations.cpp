#include <algorithm>

#include "core/money/ratio.hpp"
#include "rooms/invoices/explanation.hpp"
#include "rooms/verify/checks.hpp"
#include "rooms/verify/held_by_core.hpp"
#include "rooms/verify/told.hpp"

namespace billing::verify {
namespace {

constexpr Check all[] = {
    {"lines_recompute", "The explanation of every line, and of every credit note's, adds up to it, to the cent."},
    {"explanations_use_the_plans_prices", "What an explanation says of a version's fee, minimum and charges is what the version says."},
    {"earlier_billed_was_billed", "What a line says was billed earlier is what the lines before it, less corrections, come to."},
};
constexpr auto lines_recompute = all[0].name, uses_the_plans_prices = all[1].name, earlier_billed_was_billed = all[2].name;

/// Days of a segment that count. Segments follow each other: `until` is where the one before ended.
std::int64_t counted_days(const ToldObject& segment, std::optional<Date>& until) {
  const auto from = segment.day("from");
  require(!until || *until == from, "a segment begins where the one before it ended");
  until = segment.day("until");
  require(segment.integer("days") == (*until - from).count() && segment.integer("days") > 0, "days are counted right");
  return segment.integer("days");
}

std::int64_t charged_days(const ToldObject& segment, std::optional<Date>& until) {
  const auto days = counted_days(segment, until);
  const auto paused = segment.integer("paused_days");
  require(paused >= 0 && paused <= days, "no more days are paused than there are");
  return days - paused;
}

Ratio share(Decimal of, std::int64_t times, std::int64_t days, std::int64_t of_days, Currency currency) {
  require(of_days > 0 && Decimal::of(of.rounded(currency)) == of, "a share is of whole minor units and days");
  return {multiplied(multiplied(of.rounded(currency).minor(), times), days), of_days};
}

Ratio owed_base(const ToldObject& told, Currency currency) {
  Ratio sum;
  std::int64_t days = 0;
  std::optional<Date> until;
  for (const auto& each : told.array("segments")) {
    const ToldObject segment{each};
    const auto charged = charged_days(segment, until);
    days += charged;
    require(segment.integer("quantity") >= 1, "a quantity is at least one");
    sum = sum + share(segment.decimal("fee"), segment.integer("quantity"), charged, told.integer("of_days"), currency);
    if (&each == &told.array("segments").back()) require(told.decimal("amount") == segment.decimal("fee"), "the fee is the last segment's");
  }
  require(told.integer("days") == days, "its days are those of its segments");
  return sum;
}

/// What a rating comes to, by its steps.
Decimal rated(const ToldObject& rating, bool in_packages) {
  Decimal sum;
  std::int64_t quantity = 0;
  for (const auto& each : rating.array("steps")) {
    const ToldObject step{each};
    const auto amount = step.decimal("unit_price").times(step.integer("quantity")) + step.decimal("flat_price");
    require(amount == step.decimal("amount"), "a step is its units times their price and its flat price");
    sum = sum + amount;
    quantity += step.integer("quantity");
  }
  const auto billable = std::max<std::int64_t>(0, rating.integer("total_quantity") - rating.integer("included"));
  require(rating.integer("billable") == billable, "billable is what is beyond what is included");
  require(in_packages || quantity == billable, "every billable unit is in one step");
  require(rating.decimal("rated") == sum, "steps sum to what is rated");
  return sum;
}

Ratio owed_usage(const ToldObject& told, Currency currency) {
  Decimal sum;
  std::int64_t count = 0;
  std::optional<Date> until;
  for (const auto& each : told.array("segments")) {
    const ToldObject segment{each};
    counted_days(segment, until);
    require(segment.integer("count_before") == count, "a segment counts on from the one before it");
    count = segment.integer("count_after");
    const bool charged = !segment.value("model").is_null();
    if (charged) {
      const bool in_packages = segment.text("model") == "package";
      const auto before = segment.object("before"), after = segment.object("after");
      require(before.integer("total_quantity") == segment.integer("count_before") && after.integer("total_quantity") == count,
              "a segment rates what it counts");
      require(segment.decimal("amount") == rated(after, in_packages) - rated(before, in_packages), "a segment costs what it adds");
    }
    require(charged || segment.decimal("amount").is_zero(), "without a charge a segment costs nothing");
    sum = sum + segment.decimal("amount");
  }
  require(told.integer("total_quantity") == count, "its units are those of its segments");
  require(told.decimal("rated") == sum, "segments sum to what is rated");
  const auto owed = std::max(Decimal{}, Decimal::of(sum.rounded(currency)));
  require(told.decimal("rounding") == owed - sum, "it is rounded once, half away from zero");
  return Ratio::of(std::max(Decimal{}, sum), currency);
}

Ratio owed_minimum(const ToldObject& told, Currency currency) {
  Ratio sum;
  std::optional<Date> until;
  for (const auto& each : told.array("segments")) {
    const ToldObject segment{each};
    const auto days = charged_days(segment, until);
    sum = sum + share(segment.decimal("minimum"), 1, days, told.integer("of_days"), currency);
  }
  const auto required = Decimal::of(sum.rounded(currency));
  require(told.decimal("required") == required, "what is required are the shares of its segments");
  return Ratio::of(std::max(Decimal{}, required - told.decimal("counted")), currency);
}

/// What is owed before discounts, not rounded.
Ratio exact_as_told(const Told& line, const ToldObject& told) {
  switch (line.key.item.kind) {
    case ItemKind::base: return owed_base(told, line.currency);
    case ItemKind::usage: return owed_usage(told, line.currency);
    case ItemKind::minimum: return owed_minimum(told, line.currency);
  }
  throw std::logic_error("no such kind of item");
}

/// "44.1", or, where no decimal says it, "22/3".
Ratio ratio_of(std::string_view text, Currency currency) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return Ratio::of(decimal_of(text), currency);
  const auto whole = [](std::string_view digits) {
    const auto value = decimal_of(digits).raw();
    const auto one = Decimal::of(Money{1, *Currency::parse("JPY")}).raw();
    require(value % one == 0 && value > 0, "a fraction is of whole numbers");
    return value / one;
  };
  return Ratio::of(Decimal::of(Money{1, *Currency::parse("JPY")}), currency) *
         Ratio{whole(text.substr(0, slash)), whole(text.substr(slash + 1))};
}

/// What is left of an exact amount when each discount has taken its part.
Decimal discounted(Ratio exact, const ToldObject& told, Currency currency) {
  require(told.decimal("undiscounted") == Decimal::of(exact.rounded(currency)), "what is owed before discounts is told");
  for (const auto& each : told.array("discounts")) {
    const ToldObject discount{each};
    const auto before = exact.rounded(currency);
    if (discount.value("percent").is_null()) {
      exact = exact - std::min(exact, ratio_of(discount.text("available"), currency));
    } else {
      const auto percent = Percent::parse(discount.text("percent"));
      require(percent.has_value(), "a percentage is one");
      exact = exact - exact * Ratio{percent->millionths(), Percent::whole};
    }
    require(discount.decimal("taken") == Decimal::of(before - exact.rounded(currency)), "a discount took what it says");
  }
  return Decimal::of(exact.rounded(currency));
}

void recompute(const Told& line, const ToldObject& told) {
  const auto exact = exact_as_told(line, told);
  const bool has_discounts = told.contains("discounts");
  const auto owed = has_discounts ? discounted(exact, told, line.currency) : Decimal::of(exact.rounded(line.currency));
  require(told.decimal("owed") == owed, "what is owed follows from its segments");
  if (!line.amount) return;
  const auto amount = owed - told.decimal("earlier_billed") - told.decimal_or_zero("deferred");
  require(amount == Decimal::of(Money{*line.amount, line.currency}), "the line is what is owed less what was billed, and what is left out");
  const bool of_usage = line.key.item.kind == ItemKind::usage;
  require(of_usage ? line.quantity <= told.integer("total_quantity") : line.quantity == 1, "a line covers no more than there is");
}

void require_same_rating(const ToldObject& told, const Charge& charge, std::int64_t count) {
  const auto again = invoices::rating_explanation(charge, rate(charge, count), Money{0, *Currency::parse("USD")});
  for (const auto* name : {"total_quantity", "included", "billable", "steps", "rated"}) {
    require(told.value(name) == again.at(name), "a rating is the charge's");
  }
}

/// Prices of a segment that are this customer's own are not the version's.
void compare_prices(const Told& line, const ToldObject& told, const Versions& versions) {
  for (const auto& each : told.array("segments")) {
    const ToldObject segment{each};
    const auto found = versions.find({std::string{segment.text("plan_code")}, segment.integer("version")});
    require(found != versions.end(), "the version is there");
    const auto& version = *found->second;
    if (line.key.item.kind == ItemKind::minimum) {
      require(segment.decimal("minimum") == Decimal::of(Money{version.minimum, version.currency()}), "the minimum is the version's");
    } else if (!segment.boolean("overridden") && line.key.item.kind == ItemKind::base) {
      require(segment.decimal("fee") == Decimal::of(version.amount), "the fee is the version's");
    } else if (!segment.boolean("overridden")) {
      const auto charge = std::ranges::find(version.charges, line.key.item.metric, &Charge::metric);
      const bool charged = charge != version.charges.end();
      require(charged != segment.value("model").is_null(), "what is charged the version charges");
      if (!charged) continue;
      require(segment.text("model") == model_name(charge->model), "the model is the version's");
      require_same_rating(segment.object("before"), *charge, segment.integer("count_before"));
      require_same_rating(segment.object("after"), *charge, segment.integer("count_after"));
    }
  }
}

/// What was corrected, and what was voided, when, cannot be told from the lines: so between all of it and none.
void compare_earlier(const UserBooks& user, const Told& line, const ToldObject& told) {
  Int128 least = 0, most = 0;
  for (const auto& invoice : user.books) {
    for (const auto& other : invoice.lines) {
      if (other.key != line.key || other.sequence >= line.sequence) continue;
      if (invoice.is_void) return;
      most += other.amount.minor();
      least += Int128{other.amount.minor()} - other.corrected;
    }
  }
  const auto earlier = told.decimal("earlier_billed").rounded(line.currency);
  require(Decimal::of(earlier) == told.decimal("earlier_billed") && least <= earlier.minor() && earlier.minor() <= most,
          "what was billed earlier was");
}

template <class Work>
void attempt(const Told& line, std::string_view check, Offenders& found, Work work) {
  try {
    work();
  } catch (const DoesNotAddUp&) {
    found[check].push_back(line.id);
  } catch (const Overflow&) {
    found[check].push_back(line.id);
  }
}

}  // namespace

std::span<const Check> explanation_checks() { return all; }

void recompute(const UserBooks& user, const Versions& versions, Offenders& found) {
  for (const auto& line : user.told) {
    boost::system::error_code unreadable;
    const auto parsed = boost::json::parse(line.explanation, unreadable);
    attempt(line, lines_recompute, found, [&] { recompute(line, ToldObject{parsed}); });
    attempt(line, uses_the_plans_prices, found, [&] { compare_prices(line, ToldObject{parsed}, versions); });
    if (line.amount) attempt(line, earlier_billed_was_billed, found, [&] { compare_earlier(user, line, ToldObject{parsed}); });
  }
}

}  // namespace billing::verify
