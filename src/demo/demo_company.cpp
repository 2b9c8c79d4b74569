#include "demo/demo_company.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

namespace billing::app::demo {
namespace {

constexpr std::array first_names{"ada",    "grace", "linus", "margaret",  "dennis", "barbara", "ken",     "frances", "edsger", "radia",
                                 "donald", "karen", "john",  "katherine", "alan",   "joan",    "niklaus", "lynn",    "tony",   "shafi"};
constexpr std::array companies{"northwind", "acme",     "bluefin",  "cobalt", "driftwood", "evergreen", "foxglove", "granite",  "harbor",
                               "indigo",    "juniper",  "kestrel",  "lumen",  "meridian",  "nimbus",    "orchard",  "pinnacle", "quartz",
                               "redwood",   "sapphire", "tamarack", "umbra",  "vantage",   "willow",    "xylem",    "yarrow",   "zephyr"};

constexpr const char* plan_bodies = R"([
  {"code": "starter", "name": "Starter", "amount_cents": 900, "trial_days": 14,
   "charges": [{"metric": "api_calls", "model": "package", "included": 2000, "package_size": 1000, "package_price": "1.50"}]},
  {"code": "team", "name": "Team", "amount_cents": 9900,
   "charges": [{"metric": "api_calls", "model": "graduated", "included": 50000,
                "tiers": [{"up_to": 200000, "unit_price": "0.0012"}, {"up_to": 1000000, "unit_price": "0.0008"}, {"up_to": null, "unit_price": "0.0005"}]},
               {"metric": "storage_gb", "model": "volume",
                "tiers": [{"up_to": 100, "unit_price": "0.10"}, {"up_to": 1000, "unit_price": "0.07"}, {"up_to": null, "unit_price": "0.05"}]}]},
  {"code": "pro-eur", "name": "Pro, Europe", "amount_cents": 4500, "currency": "EUR", "tax_inclusive": true,
   "charges": [{"metric": "api_calls", "model": "per_unit", "included": 100000, "unit_price": "0.0009"}]},
  {"code": "scale-annual", "name": "Scale, by the year", "amount_cents": 499000, "interval": "year",
   "charges": [{"metric": "api_calls", "model": "per_unit", "included": 20000000, "unit_price": "0.0003"}]},
  {"code": "desk", "name": "Desk, a seat", "amount_cents": 1200, "bill_in": "advance",
   "charges": [{"metric": "storage_gb", "model": "per_unit", "included": 50, "unit_price": "0.05"}]},
  {"code": "desk-plus", "name": "Desk Plus, a seat", "amount_cents": 2900, "bill_in": "advance",
   "charges": [{"metric": "storage_gb", "model": "per_unit", "included": 500, "unit_price": "0.04"}]}
])";

constexpr const char* dearer_pro = R"(
  {"amount_cents": 5400, "charges": [{"metric": "api_calls", "model": "per_unit", "included": 120000, "unit_price": "0.0011"}]})";

/// Who pays how: most by a card that works, some by one that needs another try, and a few by one that never does.
std::string invent_payment_method(Dice& dice) {
  const auto roll = dice.below(100);
  if (roll < 60) return "stub_ok";
  if (roll < 84) return "";
  if (roll < 89) return "stub_decline_2";
  if (roll < 96) return "stub_decline";
  return "stub_unreachable_2";
}

/// Where customers are; Europeans come first. Who is beyond the seller's country within the union accounts for the tax itself.
constexpr const char* places = R"([
  {"address": {"line1": "Rosenthaler Str. 40", "postal_code": "10178", "city": "Berlin", "country": "DE"}},
  {"address": {"line1": "Sendlinger Str. 8", "postal_code": "80331", "city": "München", "country": "DE"}, "tax_id": "DE 222 333 444"},
  {"address": {"line1": "Graben 12", "postal_code": "1010", "city": "Wien", "country": "AT"}, "tax_id": "ATU 5432 1098", "tax_status": "reverse_charge"},
  {"address": {"line1": "Rue Victor Hugo 8", "postal_code": "69002", "city": "Lyon", "country": "FR"}, "tax_id": "FR 12 345678901", "tax_status": "reverse_charge"},
  {"address": {"line1": "350 Fifth Avenue", "line2": "Floor 21", "city": "New York", "state": "NY", "postal_code": "10118", "country": "US"}},
  {"address": {"line1": "500 Congress Ave", "city": "Austin", "state": "TX", "postal_code": "78701", "country": "US"}},
  {"address": {"line1": "City Road 124", "city": "London", "postal_code": "EC1V 2NX", "country": "GB"}, "tax_id": "GB 987 6543 21"},
  {"address": {"line1": "1600 Amphitheatre Parkway", "city": "Mountain View", "state": "CA", "postal_code": "94043", "country": "US"}},
  {"address": {"line1": "丸の内1-9-1", "city": "東京都千代田区", "postal_code": "100-0005", "country": "JP"}}
])";
constexpr std::size_t european_places = 4;

std::string capitalized(std::string word) {
  if (!word.empty() && word.front() >= 'a' && word.front() <= 'z') word.front() = static_cast<char>(word.front() - 'a' + 'A');
  return word;
}

boost::json::object details_of(std::size_t number, const std::string& first, const std::string& company, std::string_view plan) {
  static const auto all = boost::json::parse(places);
  const auto place = number % (currency_of(plan) == "EUR" ? european_places : all.as_array().size());
  auto details = all.as_array()[place].as_object();
  details["name"] = capitalized(company) + (place < european_places ? " GmbH" : " Inc.") + ", " + capitalized(first);
  details["external_id"] = "crm-" + std::to_string(10'000 + number);
  return details;
}

const Offer& invent_offer(Dice& dice) {
  auto roll = dice.below(1000);
  for (const auto& offer : offers()) {
    if (roll < offer.share) return offer;
    roll -= offer.share;
  }
  return offers().front();
}

}  // namespace

const std::vector<Offer>& offers() {
  static const std::vector<Offer> all{
      {"starter", 220, "basic", {{"api_calls", 120}}},
      {"basic", 260, "pro", {{"api_calls", 420}}},
      {"pro", 210, "team", {{"api_calls", 3'900}}},
      {"pro-eur", 110, "", {{"api_calls", 3'700}}},
      {"team", 80, "ent", {{"api_calls", 9'000}, {"storage_gb", 4}}},
      {"ent", 30, "", {{"api_calls", 41'000}}},
      {"scale-annual", 10, "", {{"api_calls", 60'000}}},
      {"desk", 30, "desk-plus", {{"storage_gb", 3}}, "", true},
      {"desk-plus", 50, "", {{"storage_gb", 9}}, "desk", true},
  };
  return all;
}

const Offer& offer_of(std::string_view code) {
  const auto found = std::ranges::find(offers(), code, &Offer::code);
  if (found == offers().end()) throw std::logic_error("the demo sells no plan " + std::string{code});
  return *found;
}

std::string_view currency_of(std::string_view plan) { return plan == "pro-eur" ? "EUR" : "USD"; }

std::vector<boost::json::value> plans() {
  const auto parsed = boost::json::parse(plan_bodies);
  return {parsed.as_array().begin(), parsed.as_array().end()};
}

boost::json::value next_version_of_pro() { return boost::json::parse(dearer_pro); }

Customer invent(Dice& dice, std::size_t number) {
  const std::string first = first_names[number % first_names.size()];
  const std::string company = companies[number % companies.size()];
  // Two cycles of different length repeat after 540 customers.
  const auto round = number / (first_names.size() * companies.size());
  Customer customer;
  customer.email = first + "@" + company + (round > 0 ? std::to_string(round + 1) : "") + ".example";
  customer.plan = invent_offer(dice).code;
  customer.details = details_of(number, first, company, customer.plan);
  customer.payment_method = invent_payment_method(dice);
  customer.size = 30 + dice.below(100) + dice.below(100);
  customer.growth = dice.below(30) - 6;
  return customer;
}

std::int64_t quantity_on(Dice& dice, const Customer& customer, const Appetite& appetite, std::int64_t days_since_signup, bool weekend) {
  const auto grown = std::max<std::int64_t>(200, 1000 + customer.growth * days_since_signup / 7);  // per mille
  const auto today = 70 + dice.below(61);                                                           // per cent
  auto quantity = appetite.daily * customer.size / 100 * grown / 1000 * today / 100;
  if (weekend) quantity = quantity * 2 / 5;
  return std::max<std::int64_t>(quantity, dice.below(3));
}

}  // namespace billing::app::demo
