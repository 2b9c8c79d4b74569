#include <boost/json.hpp>

#include "core/catalog/plan.hpp"
#include "platform/http/answer.hpp"
#include "platform/http/list.hpp"
#include "rooms/usage/corrections.hpp"
#include "rooms/usage/handlers.hpp"
#include "rooms/users/store.hpp"

namespace billing::usage {
namespace {

boost::json::object to_json(const Correction& correction) {
  return {{"id", correction.id},
          {"user_id", correction.user_id.text()},
          {"metric", correction.metric},
          {"event_id", http::nullable(correction.event_id)},
          {"subscription_id", correction.subscription_id ? boost::json::value(correction.subscription_id->text()) : boost::json::value()},
          {"at", to_text(correction.at)},
          {"quantity", correction.quantity},
          {"delta", correction.delta},
          {"reason", correction.reason},
          {"created_at", to_text(correction.created_at)}};
}

boost::json::object to_json(const DayEntry& entry) {
  boost::json::array corrections;
  for (const auto& correction : entry.corrections) corrections.push_back(to_json(correction));
  const auto counts = entry.corrections.empty() ? entry.quantity : entry.corrections.back().quantity;
  return {{"id", entry.id},
          {"kind", entry.is_event ? "event" : "correction"},
          {"metric", entry.metric},
          {"quantity", entry.quantity},
          {"counts", counts},
          {"at", to_text(entry.at)},
          {"event_id", http::nullable(entry.event_id)},
          {"subscription_id", http::nullable(entry.subscription_id)},
          {"reason", http::nullable(entry.reason)},
          {"corrections", std::move(corrections)},
          {"created_at", to_text(entry.created_at)}};
}

/// Of a correction without an event: the moment whose day it changes.
Instant parse_at(json::Object& body, Instant now) {
  const auto errors = body.error_count();
  const auto text = body.text("at", 64);
  const auto at = parse_instant(text);
  if (body.error_count() == errors && !at) body.fail("at", "must be an RFC 3339 time with its offset, such as 2026-01-31T09:00:00Z");
  if (at && *at > now) body.fail("at", "must not be in the future: it is " + to_text(now));
  return at.value_or(now);
}

Correction parse_correction(const http::Request& request, Instant now) {
  auto body = http::json_body(request);
  Correction correction;
  correction.user_id = http::body_id<UserId>(body, "user_id");
  const auto errors = body.error_count();
  correction.metric = body.text("metric", 64);
  if (body.error_count() == errors && !valid_metric(correction.metric)) {
    body.fail("metric", "must start with a lower-case letter, then lower-case letters, digits, '_' or '.'");
  }
  correction.event_id = body.optional_text("event_id", 255);
  constexpr std::int64_t most = 1'000'000'000'000'000'000;
  correction.quantity = body.integer("quantity", correction.event_id ? 0 : -most, most);
  if (!correction.event_id) {
    correction.at = parse_at(body, now);
    if (body.has("subscription_id")) {
      correction.subscription_id = http::body_id<SubscriptionId>(body, "subscription_id");
    }
    if (correction.quantity == 0) body.fail("quantity", "must not be 0: it is added to what the day has");
  }
  correction.reason = body.text("reason", 500);
  body.finish();
  return correction;
}

}  // namespace

Task<http::Response> correct_usage(Context& context, const http::Request& request) {
  auto correction = parse_correction(request, context.clock.now());
  co_return http::answer(201, to_json(co_await correct(context, std::move(correction))));
}

Task<http::Response> list_usage_events(Context& context, const http::Request& request) {
  const auto user = http::path_id<UserId>(request, 0, "user");
  const auto page = http::Page::of(request, {"metric", "from", "to"});
  const EntryFilter filter{request.query_param("metric"), http::query_date(request, "from"), http::query_date(request, "to")};
  co_await users::require_user(context.db, user);
  const auto json = [](const DayEntry& entry) { return to_json(entry); };
  co_return co_await http::list_page(request, page, find_entries(context.db, user, filter, page.after, page.fetch()), json);
}

}  // namespace billing::usage
