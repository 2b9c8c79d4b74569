#include "rooms/tax_rates/handlers.hpp"

#include <boost/json.hpp>

#include "core/catalog/plan.hpp"
#include "core/money/countries.hpp"
#include "platform/http/answer.hpp"
#include "platform/http/list.hpp"
#include "rooms/tax_rates/store.hpp"

namespace billing::tax_rates {
namespace {

boost::json::object to_json(const StoredRate& stored) {
  return {{"id", stored.id},
          {"code", stored.rate.code},
          {"name", stored.rate.name},
          {"percent", stored.rate.percent.text()},
          {"country", http::nullable(stored.rate.country)},
          {"active", stored.active},
          {"created_at", to_text(stored.created_at)},
          {"updated_at", to_text(stored.updated_at)}};
}

TaxRate parse_rate(json::Object& body) {
  TaxRate rate;
  auto errors = body.error_count();
  rate.code = body.text("code", 64);
  if (body.error_count() == errors && !valid_plan_code(rate.code)) {
    body.fail("code", "must be lower-case letters, digits, '-' and '_', beginning with a letter or digit, such as de-vat");
  }
  rate.name = body.text("name", 100);
  errors = body.error_count();
  const auto percent = Percent::parse(body.text("percent", 32));
  if (body.error_count() == errors && !percent) {
    body.fail("percent", "must be a percentage from 0 to 100 with at most 4 decimals, as text, such as \"19\" or \"6.25\"");
  }
  rate.percent = percent.value_or(Percent{});
  rate.country = body.optional_text("country", 64);
  if (rate.country && !is_country(*rate.country)) {
    body.fail("country", "must be an ISO 3166-1 code of two letters in upper case, such as DE");
  }
  return rate;
}

}  // namespace

Task<http::Response> create_tax_rate(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  const auto rate = parse_rate(body);
  body.finish();
  const auto made = co_await insert_rate(context, rate);
  if (!made)
    throw conflict("tax_rate_exists",
                   "There is a tax rate \"" + rate.code + "\" already. Rates never change: another percentage needs another code.");
  auto response = http::answer(201, to_json(*made));
  response.set("Location", "/tax_rates/" + rate.code);
  co_return response;
}

Task<http::Response> list_tax_rates(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {});
  co_return co_await http::list_page(request, page, find_rates(context.db, page.after, page.fetch()), to_json);
}

Task<http::Response> get_tax_rate(Context& context, const http::Request& request) {
  co_return http::answer(200, to_json(co_await require_rate(context.db, request.path_params.at(0))));
}

Task<http::Response> patch_tax_rate(Context& context, const http::Request& request) {
  const auto& code = request.path_params.at(0);
  auto body = http::json_body(request);
  const auto active = body.optional_boolean("active");
  body.finish();
  const auto changed = active ? co_await set_active(context, code, *active) : co_await require_rate(context.db, code);
  if (!changed) throw not_found("There is no tax rate \"" + code + "\".");
  co_return http::answer(200, to_json(*changed));
}

}  // namespace billing::tax_rates
