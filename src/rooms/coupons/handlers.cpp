#include "rooms/coupons/handlers.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "core/catalog/plan.hpp"
#include "platform/http/answer.hpp"
#include "platform/http/list.hpp"
#include "rooms/coupons/store.hpp"

namespace billing::coupons {
namespace {

boost::json::value texts_json(const std::vector<std::string>& texts) {
  if (texts.empty()) return nullptr;
  return boost::json::array(texts.begin(), texts.end());
}

boost::json::value duration_json(const std::optional<std::int64_t>& periods) {
  if (!periods) return "forever";
  if (*periods == 1) return "once";
  return boost::json::object{{"periods", *periods}};
}

boost::json::object to_json(const Coupon& coupon) {
  const auto* percent = std::get_if<Percent>(&coupon.off);
  return {{"id", coupon.id},
          {"code", coupon.code},
          {"name", http::nullable(coupon.name)},
          {"percent", percent ? boost::json::value(percent->text()) : boost::json::value()},
          {"amount_cents", percent ? boost::json::value() : boost::json::value(std::get<std::int64_t>(coupon.off))},
          {"currency", coupon.currency ? boost::json::value(coupon.currency->code()) : boost::json::value()},
          {"applies_to", boost::json::object{{"plans", texts_json(coupon.plans)}, {"items", texts_json(coupon.items)}}},
          {"duration", duration_json(coupon.periods)},
          {"redeem_by", http::nullable(coupon.redeem_by)},
          {"max_redemptions", http::nullable(coupon.max_redemptions)},
          {"max_per_user", http::nullable(coupon.max_per_user)},
          {"redemptions", coupon.redemptions},
          {"active", coupon.active},
          {"created_at", to_text(coupon.created_at)},
          {"updated_at", to_text(coupon.updated_at)}};
}

bool is_code(std::string_view code) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !code.empty() && code.front() != '-' && code.front() != '_' && std::ranges::all_of(code, good);
}

void parse_off(json::Object& body, Coupon& coupon) {
  const auto percent = body.optional_text("percent", 32);
  const auto amount = body.optional_integer("amount_cents", 1);
  const auto code = body.optional_text("currency", 3);
  if (percent.has_value() == amount.has_value()) {
    body.fail("percent", "give one of `percent` and `amount_cents`");
    return;
  }
  if (percent) {
    const auto parsed = Percent::parse(*percent);
    if (!parsed || parsed->is_zero())
      body.fail("percent", "must be above 0 and at most 100, with at most 4 decimals, as text, such as \"12.5\"");
    coupon.off = parsed.value_or(Percent{});
    if (code) body.fail("currency", "goes with `amount_cents` only");
    return;
  }
  coupon.off = *amount;
  coupon.currency = code ? Currency::parse_active(*code) : std::nullopt;
  if (!coupon.currency) body.fail("currency", "must be an ISO 4217 code in upper case, such as USD");
}

/// Texts of a list, each good by `is_good`.
std::vector<std::string> parse_texts(json::Object& body, std::string_view name, bool (*is_good)(const std::string&),
                                     const std::string& problem) {
  auto texts = body.optional_text_list(name, 1, 50, 100).value_or(std::vector<std::string>{});
  if (!std::ranges::all_of(texts, is_good)) body.fail(name, problem);
  return texts;
}

void parse_applies_to(json::Object& body, Coupon& coupon) {
  body.optional_object("applies_to", [&coupon](json::Object& member) {
    coupon.plans = parse_texts(member, "plans", [](const std::string& code) { return valid_plan_code(code); }, "must be codes of plans");
    coupon.items = parse_texts(
        member, "items", [](const std::string& item) { return parse_eligible({item}).has_value(); },
        "must be of base, minimum, usage, usage:<metric>");
  });
}

void parse_duration(json::Object& body, Coupon& coupon) {
  if (body.is_object("duration")) {
    body.optional_object("duration", [&coupon](json::Object& member) { coupon.periods = member.integer("periods", 1, 1200); });
    return;
  }
  const auto errors = body.error_count();
  const auto text = body.text("duration", 32);
  if (text == "once") coupon.periods = 1;
  if (body.error_count() == errors && text != "once" && text != "forever") {
    body.fail("duration", R"(must be "once", "forever" or {"periods": 3})");
  }
}

Coupon parse_coupon(json::Object& body) {
  Coupon coupon{};
  const auto errors = body.error_count();
  coupon.code = body.text("code", 64);
  if (body.error_count() == errors && !is_code(coupon.code)) {
    body.fail("code", "must be letters, digits, '-' and '_', beginning with a letter or digit, such as WELCOME10");
  }
  coupon.name = body.optional_text("name", 200);
  parse_off(body, coupon);
  parse_applies_to(body, coupon);
  parse_duration(body, coupon);
  if (const auto text = body.optional_text("redeem_by", 64)) {
    coupon.redeem_by = parse_date(*text);
    if (!coupon.redeem_by) body.fail("redeem_by", "must be a day, such as 2026-12-31");
  }
  coupon.max_redemptions = body.optional_integer("max_redemptions", 1, INT32_MAX);
  coupon.max_per_user = body.optional_integer("max_per_user", 1, INT32_MAX);
  return coupon;
}

}  // namespace

Task<http::Response> create_coupon(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  const auto coupon = parse_coupon(body);
  body.finish();
  if (!co_await insert_coupon(context, coupon))
    throw conflict("coupon_exists", "There is a coupon " + coupon.code + " already; letter case does not count.");
  auto response = http::answer(201, to_json(co_await require_coupon(context.db, coupon.code)));
  response.set("Location", "/coupons/" + coupon.code);
  co_return response;
}

Task<http::Response> list_coupons(Context& context, const http::Request& request) {
  const auto page = http::Page::of(request, {});
  co_return co_await http::list_page(request, page, find_coupons(context.db, page.after, page.fetch()), to_json);
}

Task<http::Response> get_coupon(Context& context, const http::Request& request) {
  co_return http::answer(200, to_json(co_await require_coupon(context.db, request.path_params.at(0))));
}

Task<http::Response> patch_coupon(Context& context, const http::Request& request) {
  const auto& code = request.path_params.at(0);
  auto body = http::json_body(request);
  const auto active = body.optional_boolean("active");
  const bool has_name = body.has("name");
  const auto name = body.nullable_text("name", 200);
  body.finish();
  co_await update_coupon(context, code, active, has_name, name);
  co_return http::answer(200, to_json(co_await require_coupon(context.db, code)));
}

}  // namespace billing::coupons
