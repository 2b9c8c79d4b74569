#include "rooms/usage/handlers.hpp"

#include <boost/json.hpp>

#include "core/catalog/plan.hpp"
#include "platform/http/answer.hpp"
#include "rooms/usage/record_events.hpp"
#include "rooms/usage/store.hpp"
#include "rooms/users/store.hpp"

namespace billing::usage {
namespace {

constexpr auto farthest_ahead = std::chrono::minutes{5};
constexpr auto farthest_back = std::chrono::days{366};

Instant parse_time(json::Object& body, Instant now) {
  const auto text = body.optional_text("at", 64);
  if (!text) return now;
  const auto at = parse_instant(*text);
  if (!at) {
    body.fail("at", "must be an RFC 3339 time with its offset, such as 2026-01-31T09:00:00Z");
  } else if (*at > now + farthest_ahead) {
    body.fail("at", "must be at most 5 minutes ahead of now (" + to_text(now) + ")");
  } else if (*at < now - farthest_back) {
    body.fail("at", "must be at most 366 days back from now (" + to_text(now) + ")");
  }
  return at.value_or(now);
}

UsageEvent parse_event(json::Object& body, Instant now, std::int64_t max_quantity) {
  UsageEvent event;
  event.user_id = http::body_id<UserId>(body, "user_id");
  const auto errors = body.error_count();
  event.metric = body.text("metric", 64);
  if (body.error_count() == errors && !valid_metric(event.metric)) {
    body.fail("metric", "must start with a lower-case letter, then lower-case letters, digits, '_' or '.'");
  }
  event.quantity = body.integer("quantity", 0, max_quantity);
  event.at_named = body.has("at");
  event.at = parse_time(body, now);
  event.event_id = body.optional_text("event_id", 255);
  if (body.has("subscription_id")) event.subscription_id = http::body_id<SubscriptionId>(body, "subscription_id");
  return event;
}

}  // namespace

Task<http::Response> record_usage(Context& context, const http::Request& request, std::int64_t max_quantity) {
  auto body = http::json_body(request);
  const auto event = parse_event(body, context.clock.now(), max_quantity);
  body.finish();

  const auto recorded = co_await record_event(context, event);
  if (recorded == Recorded::unknown_user) throw users::unknown_user(event.user_id);
  if (recorded == Recorded::conflict) {
    throw conflict("event_conflict", "The event " + *event.event_id + " was recorded with another quantity or time, and counts as it was.");
  }
  http::Response response;
  response.status = 201;
  response.body = R"({"ok":true})";
  co_return response;
}

namespace {

/// The events of a batch; with `?partial=true` a bad one keeps its place and says why it is refused.
struct Batch {
  std::vector<UsageEvent> events;
  Refusals refusals;
};

std::string summary(const std::vector<Refusal::FieldError>& errors) {
  std::string text;
  for (const auto& error : errors) text += (text.empty() ? "" : "; ") + error.pointer + ": " + error.detail;
  return text;
}

Batch parse_batch(const http::Request& request, bool partial, Instant now, std::int64_t max_quantity) {
  constexpr std::size_t of_an_event = 80;  // about the shortest there is
  Batch batch;
  batch.events.reserve(std::min<std::size_t>(10'000, request.body.size() / of_an_event));
  auto body = http::json_body_with_elements(request, "events", 1, 10'000, [&](json::Object& item, std::size_t) {
    const auto errors = item.error_count();
    batch.events.push_back(parse_event(item, now, max_quantity));
    item.refuse_unknown();
    auto& refusal = batch.refusals.emplace_back();
    if (partial && item.error_count() > errors) refusal = summary(item.take_errors(errors));
  });
  body.finish();
  return batch;
}

bool parse_partial(const http::Request& request) {
  const auto text = request.query_param("partial");
  if (!text || *text == "false") return false;
  if (*text == "true") return true;
  throw unacceptable("?partial", "must be true or false");
}

/// Where PostgreSQL found something wrong with an event; nullopt: nothing.
std::optional<Refusal::FieldError> fault_of(const UsageEvent& event, Recorded recorded, std::size_t place) {
  const auto pointer = "/events/" + std::to_string(place);
  if (recorded == Recorded::unknown_user) return Refusal::FieldError{pointer + "/user_id", "there is no user " + event.user_id.text()};
  if (recorded != Recorded::conflict) return std::nullopt;
  return Refusal::FieldError{pointer + "/event_id", "was recorded with another quantity or time"};
}

void refuse_faults(Batch& batch, const std::vector<Recorded>& results, bool partial) {
  std::vector<Refusal::FieldError> errors;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (batch.refusals[i]) continue;
    const auto fault = fault_of(batch.events[i], results[i], i);
    if (!fault) continue;
    if (partial) {
      batch.refusals[i] = fault->pointer + ": " + fault->detail;
    } else {
      errors.push_back(*fault);
    }
  }
  if (!errors.empty()) {
    throw Refusal(422, "unacceptable",
                  "Some events name a user that does not exist, or say something else under an id that is taken: nothing was recorded.",
                  errors);
  }
}

http::Response batch_answer(const Batch& batch, const std::vector<Recorded>& results) {
  std::int64_t accepted = 0;
  std::int64_t duplicates = 0;
  boost::json::array items;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (batch.refusals[i]) {
      items.push_back(boost::json::object{{"status", "refused"}, {"detail", *batch.refusals[i]}});
      continue;
    }
    const bool is_new = results[i] == Recorded::accepted;
    ++(is_new ? accepted : duplicates);
    items.push_back(boost::json::object{{"status", is_new ? "accepted" : "duplicate"}});
  }
  return http::answer(201, boost::json::object{{"accepted", accepted}, {"duplicates", duplicates}, {"results", std::move(items)}});
}

}  // namespace

Task<http::Response> record_usage_batch(Context& context, const http::Request& request, std::int64_t max_quantity) {
  request.allow_query_params({"partial"});
  const bool partial = parse_partial(request);
  auto batch = parse_batch(request, partial, context.clock.now(), max_quantity);
  request.forget_body();

  auto tx = co_await context.db.begin();
  const auto results = co_await insert_batch(tx, context, batch.events, batch.refusals);
  refuse_faults(batch, results, partial);
  co_await tx.commit();
  co_return batch_answer(batch, results);
}

namespace {

/// All digits of the sum are there, also beyond 64 bits: hence written by hand. A metric needs no escaping (valid_metric).
std::string to_json(const DailyTotal& total) {
  return R"({"metric":")" + total.metric + R"(","day":")" + to_text(total.day) + R"(","quantity":)" + total.quantity + "}";
}

}  // namespace

Task<http::Response> list_daily_usage(Context& context, const http::Request& request) {
  request.allow_query_params({"metric", "from", "to"});
  const auto user_id = http::path_id<UserId>(request, 0, "user");
  const auto tomorrow = context.clock.today() + std::chrono::days{1};
  const auto to = http::query_date(request, "to").value_or(tomorrow);
  const auto from = http::query_date(request, "from").value_or(to - std::chrono::days{30});
  if (from > to) throw unacceptable("?from", "must not be after `to`");
  if (to - from > std::chrono::days{3660}) throw unacceptable("?from", "must be at most 3660 days before `to`");
  co_await users::require_user(context.db, user_id);

  constexpr std::int64_t most_totals = 20'000;  // a client may invent metrics
  const auto totals = co_await daily_totals(context.db, user_id, request.query_param("metric"), from, to, most_totals + 1);
  if (std::cmp_greater(totals.size(), most_totals)) {
    throw unacceptable("?from", "there are more than 20,000 daily totals: ask for one `metric`, or for fewer days");
  }
  http::Response response;
  response.body = "[";
  for (const auto& total : totals) {
    if (response.body.size() > 1) response.body += ',';
    response.body += to_json(total);
  }
  response.body += ']';
  co_return response;
}

}  // namespace billing::usage
