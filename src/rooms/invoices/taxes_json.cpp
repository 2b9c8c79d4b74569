#include "rooms/invoices/taxes_json.hpp"

#include <boost/json.hpp>

namespace billing::invoices {

std::string taxes_json(const std::vector<RateTax>& taxes) {
  boost::json::array out;
  for (const auto& one : taxes) {
    out.push_back(boost::json::object{{"code", one.code},
                                      {"name", one.name},
                                      {"percent", one.percent.text()},
                                      {"inclusive", one.inclusive},
                                      {"net_cents", one.net.minor()},
                                      {"tax_cents", one.tax.minor()}});
  }
  return boost::json::serialize(out);
}

std::vector<RateTax> parse_taxes(std::string_view text, Currency currency) {
  std::vector<RateTax> taxes;
  if (text == "[]") return taxes;
  const auto parsed = boost::json::parse(text);
  for (const auto& each : parsed.as_array()) {
    const auto& one = each.as_object();
    taxes.push_back({.code = std::string{one.at("code").as_string()},
                     .name = std::string{one.at("name").as_string()},
                     .percent = Percent::parse(std::string{one.at("percent").as_string()}).value(),
                     .inclusive = one.at("inclusive").as_bool(),
                     .net = {one.at("net_cents").as_int64(), currency},
                     .tax = {one.at("tax_cents").as_int64(), currency}});
  }
  return taxes;
}

}  // namespace billing::invoices
