#include "rooms/plans/handlers.hpp"

#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "rooms/plans/plan_cache.hpp"
#include "rooms/plans/plan_json.hpp"
#include "rooms/plans/store.hpp"

namespace billing::plans {
namespace {

Task<StoredPlan> require_plan(pg::Session& db, const std::string& code) {
  auto found = co_await find_plans(db, std::vector{code});
  if (found.empty()) throw not_found("There is no plan \"" + code + "\": GET /plans lists them.");
  co_return std::move(found.front());
}

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
    throw conflict("plan_exists", "There is a plan \"" + plan.code + "\" already. Its prices never change: choose a new code.");
  }
  tx.after_commit(forget_plans);
  const auto stored = co_await require_plan(tx, plan.code);
  co_await tx.commit();
  auto response = http::answer(201, to_json(stored));
  response.set("Location", "/plans/" + plan.code);
  co_return response;
}

Task<http::Response> get_plan(Context& context, const http::Request& request) {
  co_return http::answer(200, to_json(co_await require_plan(context.db, request.path_params.at(0))));
}

Task<http::Response> patch_plan(Context& context, const http::Request& request) {
  auto body = http::json_body(request);
  for (const auto* fixed : {"code", "amount_cents", "currency", "interval", "interval_count", "trial_days", "charges"}) {
    if (body.has(fixed)) body.fail(fixed, "never changes: make a new plan with a new code instead");
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

}  // namespace billing::plans
