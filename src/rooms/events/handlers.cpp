#include "rooms/events/handlers.hpp"

#include <ranges>

#include "platform/http/answer.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/events/objects.hpp"
#include "rooms/events/types.hpp"

namespace billing::events {
namespace {

/// Somebody who waits half a minute would be told that it took too long.
constexpr std::chrono::milliseconds longest_wait{29'000};
constexpr std::chrono::milliseconds between_looks{200};

std::optional<std::vector<std::string>> parse_types(const http::Request& request) {
  const auto lists = request.query_values("types");
  if (lists.empty()) return std::nullopt;
  std::vector<std::string> patterns;
  for (const auto& list : lists) {
    for (const auto part : std::views::split(list, ',')) patterns.emplace_back(part.begin(), part.end());
  }
  auto types = expand(patterns);
  if (!types || types->empty())
    throw unacceptable("?types", "must be types of events, such as invoice.paid,subscription.*; GET /docs lists them");
  return types;
}

struct Question {
  EventFilter filter;
  std::optional<std::int64_t> after;  // nullopt: from the oldest on
  std::int64_t limit = 50;
  std::chrono::milliseconds wait{0};
};

Question parse_question(const http::Request& request) {
  request.allow_query_params({"after", "types", "user_id", "wait", "limit"});
  Question question;
  question.filter = {.types = parse_types(request), .user = http::query_id<UserId>(request, "user_id")};
  question.after = http::query_integer(request, "after", 0, INT64_MAX);
  question.limit = http::query_integer(request, "limit", 1, 100).value_or(question.limit);
  question.wait = std::chrono::seconds{http::query_integer(request, "wait", 0, 30).value_or(0)};
  question.wait = std::min(question.wait, longest_wait);
  return question;
}

Refusal gone(std::int64_t oldest) {
  const auto first = std::to_string(oldest);
  return {410, "events_gone",
          "Events before " + first + " are no longer kept. Read what you need anew (GET /invoices and the like), then go on with after=" +
              std::to_string(oldest - 1) + "."};
}

/// The first look, and one after each time that anything has happened, until there is something or the time is over. Between looks nothing is held.
Task<std::vector<Event>> find_or_wait(Context& context, const Question& question, Patience patience) {
  const auto until = std::chrono::steady_clock::now() + question.wait;
  auto seen = co_await kept(context.db);
  if (question.after.value_or(0) > 0 && *question.after + 1 < seen.oldest) throw gone(seen.oldest);
  while (true) {
    auto found = co_await find_events(context.db, question.filter, question.after.value_or(0), question.limit + 1);
    if (!found.empty()) co_return found;
    const auto looked_up_to = seen.newest;
    do {
      if (patience.stopping || std::chrono::steady_clock::now() >= until) co_return found;
      co_await patience.reactor.sleep(between_looks);
      seen = co_await kept(context.db);
    } while (seen.newest == looked_up_to);
  }
}

}  // namespace

Task<http::Response> list_events(Context& context, const http::Request& request, Patience patience) {
  const auto question = parse_question(request);
  auto events = co_await find_or_wait(context, question, patience);
  const bool more = std::cmp_greater(events.size(), question.limit);
  if (more) events.pop_back();
  const auto objects = co_await load_objects(context, events);
  boost::json::array out;
  for (const auto& event : events) out.push_back(to_json(event, objects));
  auto response = http::answer(200, out);
  if (more) response.set("Link", http::next_page(request, std::to_string(events.back().sequence)));
  co_return response;
}

}  // namespace billing::events
