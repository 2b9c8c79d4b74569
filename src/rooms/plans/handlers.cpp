#include "rooms/plans/handlers.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "platform/http/answer.hpp"
#include "rooms/plans/plan_cache.hpp"
#include "rooms/plans/plan_json.hpp"
#include "rooms/plans/store.hpp"

namespace billing::plans {
namespace {

/// If-None-Match: a list of ETags, weak or not, or "*".
bool matches(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

}  // namespace

Task<http::Response> list_plans(Context& context, const http::Request& request) {
  request.allow_query_params({});
  const auto list = co_await cached_plan_list(context);
  http::Response response;
  response.set("ETag", list->etag);
  response.set("Cache-Control", "no-cache");
  if (request.has_header("If-None-Match") && matches(request.header("If-None-Match"), list->etag)) {
    response.status = 304;
  } else {
    response.body = list->body;
  }
  co_return response;
}

Task<http::Response> create_plan(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  const auto plan = parse_plan(body);
  body.finish();

  auto tx = co_await context.db.begin();
  auto within = context.with(tx);
  if (!co_await insert_plan(within, plan)) {
    throw conflict("plan_exists", "There is a plan \"" + plan.first.plan_code +
                                      "\" already. New prices are a new version of it: POST /plans/" + plan.first.plan_code + "/versions.");
  }
  tx.after_commit(forget_plans);
  const auto stored = co_await require_plan(tx, plan.first.plan_code);
  co_await tx.commit();
  auto response = http::answer(201, to_json(stored));
  response.set("Location", "/plans/" + plan.first.plan_code);
  co_return response;
}

Task<http::Response> get_plan(Context& context, const http::Request& request) {
  co_return http::answer(200, to_json(co_await require_plan(context.db, request.path_params.at(0))));
}

Task<http::Response> patch_plan(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  for (const auto* fixed : {"code", "currency"}) {
    if (body.has(fixed)) body.fail(fixed, "never changes: make a new plan with a new code instead");
  }
  for (const auto* own :
       {"amount_cents", "interval", "interval_count", "trial_days", "bill_in", "tax_inclusive", "minimum_cents", "charges"}) {
    if (body.has(own)) body.fail(own, "never changes in a version: make a new one with POST /plans/{code}/versions");
  }
  const auto name = body.optional_text("name", 200);
  const auto active = body.optional_boolean("active");
  body.finish();

  const auto code = request.path_params.at(0);
  auto tx = co_await context.db.begin();
  auto within = context.with(tx);
  if (name || active) co_await update_plan(within, code, name, active);
  tx.after_commit(forget_plans);
  const auto stored = co_await require_plan(tx, code);
  co_await tx.commit();
  co_return http::answer(200, to_json(stored));
}

Task<http::Response> create_version(Context& context, const http::Request& request) {
  const auto code = request.path_params.at(0);
  auto body = http::json_body(request);
  auto tx = co_await context.db.begin();
  auto within = context.with(tx);
  const auto version = parse_version(body, co_await require_plan(tx, code));
  body.finish();
  const auto number = co_await insert_version(within, version);
  tx.after_commit(forget_plans);
  const auto stored = co_await require_plan(tx, code);
  co_await tx.commit();
  auto response = http::answer(201, to_json(stored));
  response.set("Location", "/plans/" + code + "/versions/" + std::to_string(number.value()));
  co_return response;
}

Task<http::Response> list_versions(Context& context, const http::Request& request) {
  request.allow_query_params({});
  const auto code = request.path_params.at(0);
  boost::json::array items;
  for (const auto& stored : co_await find_versions(context.db, code)) items.push_back(to_json(stored));
  if (items.empty()) co_await require_plan(context.db, code);
  co_return http::answer(200, items);
}

Task<http::Response> get_version(Context& context, const http::Request& request) {
  const auto code = request.path_params.at(0);
  const auto& text = request.path_params.at(1);
  std::int64_t number = 0;
  const auto* last = text.data() + text.size();
  const auto read = std::from_chars(text.data(), last, number);
  if (read.ec != std::errc{} || read.ptr != last || number < 1 || number > INT32_MAX) {
    throw not_found("The plan \"" + code + "\" has no version " + text + ".");
  }
  co_return http::answer(200, to_json(co_await require_version(context.db, {code, number})));
}

}  // namespace billing::plans
