#include "demo/demo_office.hpp"

#include <boost/json.hpp>

#include "demo/demo_logo.hpp"

namespace billing::app::demo {
namespace {

using boost::json::object;

constexpr const char* seller = R"(
  {"name": "Kontur Analytics GmbH", "tax_id": "DE 345 678 901", "email": "billing@kontur.example",
   "address": {"line1": "Torstraße 140", "postal_code": "10119", "city": "Berlin", "country": "DE"},
   "footer": "Kontur Analytics GmbH, Torstraße 140, 10119 Berlin. Registered in Berlin, HRB 123456 B."})";

constexpr const char* tax_rates = R"([
  {"code": "de-vat", "name": "VAT Germany", "percent": "19", "country": "DE"},
  {"code": "at-vat", "name": "VAT Austria", "percent": "20", "country": "AT"},
  {"code": "gb-vat", "name": "VAT United Kingdom", "percent": "20", "country": "GB"}
])";

constexpr const char* coupons = R"([
  {"code": "WELCOME10", "name": "10 % off for a quarter", "percent": "10", "duration": {"periods": 3}},
  {"code": "LAUNCH5", "name": "5 dollars off, once", "amount_cents": 500, "currency": "USD", "duration": "once", "max_redemptions": 40}
])";

bool is_large(const Customer& customer) { return customer.plan == "team" || customer.plan == "ent" || customer.plan == "desk-plus"; }

}  // namespace

Task<void> Office::open() {
  auto settings = boost::json::parse(seller).as_object();
  settings["logo"] = logo;
  co_await api_.call(http::Method::patch, "/settings", std::move(settings));
  const auto rates = boost::json::parse(tax_rates);
  for (const auto& rate : rates.as_array()) co_await api_.post("/tax_rates", rate.as_object());
  const auto offers = boost::json::parse(coupons);
  for (const auto& coupon : offers.as_array()) co_await api_.post("/coupons", coupon.as_object());
}

std::string Office::coupon_for(const Customer& customer) {
  if (!dice_.chance(150)) return {};
  return dice_.chance(250) && currency_of(customer.plan) == "USD" ? "LAUNCH5" : "WELCOME10";
}

Task<void> Office::charge(const std::string& user_id, object item) { co_await api_.post("/users/" + user_id + "/items", std::move(item)); }

Task<void> Office::welcome(const Customer& customer, const std::string& user_id, const std::string& subscription_id) {
  if (!is_large(customer) || !dice_.chance(500)) co_return;
  co_await charge(user_id, {{"description", "Onboarding workshop, hours"},
                            {"currency", currency_of(customer.plan)},
                            {"quantity", 2 + dice_.below(5)},
                            {"unit_price", "180"},
                            {"bill", "next"},
                            {"subscription_id", subscription_id}});
}

bool Office::invoices(const Customer& customer) { return (is_large(customer) || customer.plan == "scale-annual") && dice_.chance(350); }

Task<void> Office::look_at_the_account(const std::string& user_id) {
  const auto invoices = co_await api_.get("/invoices/" + user_id + "?limit=20");
  for (const auto& invoice : invoices.as_array()) {
    if (text_of(invoice, "status") != "open" || invoice.at("due_on").is_null() || dice_.chance(700)) continue;
    const auto due = invoice.at("due_cents").to_number<std::int64_t>();
    const bool in_part = due > 2000 && dice_.chance(250);
    co_await api_.post("/invoices/" + user_id + "/" + text_of(invoice, "id") + "/payments",
                       {{"amount_cents", in_part ? due / 2 : due}, {"reference", "Invoice " + text_of(invoice, "number")}});
  }
}

Task<void> Office::look_after(const Customer& customer, const std::string& user_id) {
  const auto currency = currency_of(customer.plan);
  if (dice_.below(2500) == 0) {
    co_await charge(
        user_id,
        {{"description", "Custom report"}, {"currency", currency}, {"amount_cents", 5000 + 2500 * dice_.below(8)}, {"bill", "now"}});
  } else if (dice_.below(2000) == 0) {
    co_await charge(user_id, {{"description", "Data export, GB"},
                              {"currency", currency},
                              {"quantity", 20 + dice_.below(400)},
                              {"unit_price", "0.085"},
                              {"bill", "next"}});
  } else if (dice_.below(1500) == 0) {
    co_await make_good(user_id);
  }
}

/// A tenth of the last invoice, sometimes back to the card that paid it; of one that has too little left of it nothing (422).
Task<void> Office::make_good(const std::string& user_id) {
  const auto invoices = co_await api_.get("/invoices/" + user_id + "?limit=1");
  if (invoices.as_array().empty()) co_return;
  const auto& last = invoices.as_array().front();
  const auto tenth = last.at("subtotal_cents").to_number<std::int64_t>() / 10;
  if (text_of(last, "status") == "void" || tenth < 1) co_return;
  const bool to_the_card = text_of(last, "status") == "paid" && dice_.chance(400);
  co_await api_.post("/credit_notes",
                     {{"user_id", user_id},
                      {"invoice_id", text_of(last, "id")},
                      {"amount_cents", tenth},
                      {"reason", "goodwill"},
                      {"memo", "We were away for an hour. We are sorry."},
                      {"credit_to", to_the_card ? "refund" : "balance"}},
                     422);
}

}  // namespace billing::app::demo
