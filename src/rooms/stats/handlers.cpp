#include "rooms/stats/handlers.hpp"

#include <boost/json.hpp>
#include <map>

#include "platform/http/answer.hpp"
#include "platform/queue/queue.hpp"
#include "platform/redis/client.hpp"
#include "platform/runtime/kept.hpp"
#include "rooms/stats/store.hpp"
#include "rooms/totals.hpp"

namespace billing::stats {
namespace {

using std::chrono::days;

constexpr auto recent = days{30};

boost::json::object invoices_json(const std::vector<Invoiced>& by_currency) {
  Invoiced all;
  for (const auto& one : by_currency) {
    all.open += one.open;
    all.paid += one.paid;
    all.voided += one.voided;
    all.retrying += one.retrying;
    all.uncollected += one.uncollected;
    all.overdue += one.overdue;
  }
  return {{"open", all.open},      {"paid", all.paid}, {"void", all.voided}, {"retrying", all.retrying}, {"uncollected", all.uncollected},
          {"overdue", all.overdue}};
}

boost::json::array amounts_json(const std::vector<Invoiced>& invoiced, const std::vector<Recurring>& recurring,
                                const std::vector<Waiting>& waiting, const std::vector<Refunded>& refunded) {
  std::map<std::string, boost::json::object> amounts;
  const auto of = [&amounts](const std::string& currency) -> boost::json::object& {
    const boost::json::object none{{"open_cents", 0}, {"retrying_cents", 0}, {"uncollected_cents", 0},
                                   {"paid_cents", 0}, {"paid_30d_cents", 0}, {"refunded_30d_cents", 0},
                                   {"mrr_cents", 0},  {"waiting_cents", 0},  {"overdue_cents", 0}};
    return amounts.try_emplace(currency, none).first->second;
  };
  for (const auto& sums : recurring) of(sums.currency)["mrr_cents"] = fitting(sums.mrr_cents);
  for (const auto& sums : waiting) of(sums.currency)["waiting_cents"] = fitting(sums.waiting_cents);
  for (const auto& sums : refunded) of(sums.currency)["refunded_30d_cents"] = fitting(sums.cents);
  for (const auto& sums : invoiced) {
    auto& out = of(sums.currency);
    out["open_cents"] = fitting(sums.open_cents);
    out["retrying_cents"] = fitting(sums.retrying_cents);
    out["uncollected_cents"] = fitting(sums.uncollected_cents);
    out["overdue_cents"] = fitting(sums.overdue_cents);
    out["paid_cents"] = fitting(sums.paid_cents);
    out["paid_30d_cents"] = fitting(sums.paid_since_cents);
  }
  boost::json::array list;
  for (auto& [currency, out] : amounts) {
    out["currency"] = currency;
    list.push_back(std::move(out));
  }
  return list;
}

/// Zeros while Redis is away: the queue is only a doorbell.
Task<boost::json::object> queue_json(queue::Queue& jobs) {
  queue::Queue::Depth depth;
  try {
    depth = co_await jobs.depth();
  } catch (const redis::Unavailable&) {
  }
  co_return boost::json::object{{"waiting", depth.waiting}, {"in_flight", depth.in_flight}, {"lag_ms", depth.lag_ms}};
}

}  // namespace

namespace {

/// What goes through all there is, by who is asked and what.
thread_local std::map<const pg::Session*, Kept<boost::json::value>> kept;

using Figures = std::function<Task<boost::json::value>(Context&)>;

/// Under a simulated clock, where hours pass in a moment, they are always computed.
Task<Kept<boost::json::value>::Answer> figures_of(Context& context, std::string key, Figures compute) {
  auto for_all = context.with(context.db.root());  // stays when its own client leaves
  if (context.clock.simulated()) {
    co_return Kept<boost::json::value>::Answer{std::make_shared<const boost::json::value>(co_await compute(for_all))};
  }
  co_return co_await kept[&for_all.db].get(std::move(key), [&] { return compute(for_all); });
}

http::Response aged(const boost::json::value& value, std::chrono::nanoseconds age) {
  auto response = http::answer(200, value);
  response.set("Age", std::to_string(std::chrono::floor<std::chrono::seconds>(age).count()));
  return response;
}

Task<boost::json::value> compute_stats(Context& context) {
  const auto now = context.clock.now();
  const auto counts = co_await count_subscriptions(context.db);
  const auto payments = co_await count_payments(context.db, now - recent);
  const auto invoiced = co_await sum_invoices(context.db, now - recent, context.clock.today());
  const auto recurring = co_await sum_recurring(context.db, context.clock.today());
  const auto waiting = co_await sum_waiting(context.db);
  const auto refunded = co_await sum_refunds(context.db, now - recent);
  const bool overdue = counts.oldest_due && *counts.oldest_due <= now;
  co_return boost::json::object{
      {"users", counts.users},
      {"subscriptions", boost::json::object{{"scheduled", counts.scheduled},
                                            {"trialing", counts.trialing},
                                            {"active", counts.active},
                                            {"past_due", counts.past_due},
                                            {"paused", counts.paused},
                                            {"canceled", counts.canceled}}},
      {"invoices", invoices_json(invoiced)},
      {"payments",
       boost::json::object{{"pending", payments.pending}, {"succeeded_30d", payments.succeeded}, {"failed_30d", payments.failed}}},
      {"amounts", amounts_json(invoiced, recurring, waiting, refunded)},
      {"oldest_due_at", http::nullable(overdue ? counts.oldest_due : std::nullopt)}};
}

}  // namespace

Task<http::Response> get_stats(Context& context, const http::Request& request) {
  request.allow_query_params({});
  const auto figures = co_await figures_of(context, "stats", compute_stats);
  auto stats = *figures.value;
  stats.as_object()["queue"] = co_await queue_json(context.queue);
  co_return aged(stats, figures.age);
}

namespace {

constexpr std::int64_t most_steps = 400;

std::string parse_by(const http::Request& request, std::string usual) {
  auto by = request.query_param("by").value_or(std::move(usual));
  if (by != "day" && by != "week" && by != "month") throw unacceptable("?by", "must be one of day, week, month");
  return by;
}

std::int64_t month_number(Date day) {
  const std::chrono::year_month_day civil{day};
  return static_cast<int>(civil.year()) * std::int64_t{12} + static_cast<unsigned>(civil.month());
}

/// How many days, weeks or months the span touches.
std::int64_t steps(const Span& span) {
  const auto last = span.to - days{1};
  if (span.by == "month") return month_number(last) - month_number(span.from) + 1;
  if (span.by == "day") return (span.to - span.from).count();
  const auto monday = [](Date day) { return day - (std::chrono::weekday{day} - std::chrono::Monday); };
  return (monday(last) - monday(span.from)).count() / 7 + 1;
}

Span checked(Span span) {
  if (span.from > span.to) throw unacceptable("?from", "must not be after `to`");
  if (span.from < span.to && steps(span) > most_steps) {
    throw unacceptable("?from", "must be such that there are at most " + std::to_string(most_steps) + " " + span.by + "s up to `to`");
  }
  return span;
}

std::string text_of(const Span& span) { return to_text(span.from) + ' ' + to_text(span.to) + ' ' + span.by; }

Task<boost::json::value> compute_revenue(Context& context, Span span) {
  boost::json::array points;
  for (const auto& point : co_await sum_revenue(context.db, span)) {
    points.push_back(boost::json::object{{"currency", point.currency},
                                         {"date", to_text(point.date)},
                                         {"invoiced_cents", fitting(point.invoiced_cents)},
                                         {"paid_cents", fitting(point.paid_cents)},
                                         {"refunded_cents", fitting(point.refunded_cents)}});
  }
  co_return points;
}

Task<boost::json::value> compute_usage_totals(Context& context, Span span, std::optional<std::string> metric) {
  boost::json::array points;
  for (const auto& point : co_await sum_usage(context.db, span, std::move(metric))) {
    points.push_back(boost::json::object{{"metric", point.metric}, {"date", to_text(point.date)}, {"quantity", fitting(point.quantity)}});
  }
  co_return points;
}

}  // namespace

Task<http::Response> get_revenue(Context& context, const http::Request& request) {
  request.allow_query_params({"from", "to", "by"});
  const std::chrono::year_month_day today{context.clock.today()};
  const auto next_month = today.year() / today.month() / 1 + std::chrono::months{1};
  const auto to = http::query_date(request, "to").value_or(Date{next_month});
  // The months of the last day that is in it and of the eleven before.
  const std::chrono::year_month_day last{to - days{1}};
  const auto from = http::query_date(request, "from").value_or(Date{last.year() / last.month() / 1 - std::chrono::months{11}});
  const auto span = checked({from, to, parse_by(request, "month")});
  const auto figures = co_await figures_of(context, "revenue " + text_of(span), [span](Context& of) { return compute_revenue(of, span); });
  co_return aged(*figures.value, figures.age);
}

Task<http::Response> get_usage_totals(Context& context, const http::Request& request) {
  request.allow_query_params({"metric", "from", "to", "by"});
  const auto to = http::query_date(request, "to").value_or(context.clock.today() + days{1});
  const auto from = http::query_date(request, "from").value_or(to - days{30});
  const auto span = checked({from, to, parse_by(request, "day")});
  const auto metric = request.query_param("metric");
  auto key = "usage " + text_of(span) + (metric ? " of " + *metric : "");
  const auto figures =
      co_await figures_of(context, std::move(key), [span, metric](Context& of) { return compute_usage_totals(of, span, metric); });
  co_return aged(*figures.value, figures.age);
}

}  // namespace billing::stats
