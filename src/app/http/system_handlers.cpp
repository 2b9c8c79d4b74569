#include "app/http/system_handlers.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <optional>

#include "app/embedded_files.hpp"
#include "app/presence.hpp"
#include "app/work/schedule.hpp"
#include "platform/http/answer.hpp"

namespace billing::app {
namespace {

constexpr pg::Statement ping{"SELECT 1"};

Task<bool> postgres_answers(pg::Session& db) {
  try {
    co_await db.query(ping);
    co_return true;
  } catch (const std::exception&) {
    co_return false;
  }
}

Task<bool> redis_answers(redis::Client& client) {
  try {
    co_await client.command({"PING"});
    co_return true;
  } catch (const std::exception&) {
    co_return false;
  }
}

http::Response embedded(const EmbeddedFile& file, std::string content_type) {
  http::Response response;
  response.content_type = std::move(content_type);
  response.body = file.bytes;
  return response;
}

}  // namespace

Task<http::Response> healthz(App&, Context&, const http::Request&) {
  http::Response response;
  response.body = R"("ok")";
  co_return response;
}

Task<http::Response> readyz(App& app, Context&, const http::Request&) {
  const bool postgres = co_await postgres_answers(app.db);
  const bool redis = co_await redis_answers(app.redis);
  const auto* status = !postgres ? "unavailable" : redis ? "ready" : "degraded";
  auto response =
      http::answer(postgres ? 200 : 503,
                   boost::json::object{{"status", status}, {"postgres", postgres ? "ok" : "down"}, {"redis", redis ? "ok" : "down"}});
  if (response.status == 503) response.set("Retry-After", "1");
  co_return response;
}

namespace {

boost::json::array processes_json(const std::vector<LivingProcess>& processes) {
  boost::json::array out;
  for (const auto& process : processes) {
    out.push_back(boost::json::object{{"name", process.name},
                                      {"role", process.role},
                                      {"host", process.host},
                                      {"pid", process.pid},
                                      {"seen_at", to_text(process.seen_at)},
                                      {"in_flight", process.in_flight}});
  }
  return out;
}

Task<boost::json::array> due_json(App& app) {
  const auto now = app.shared.clock->now();
  boost::json::array out;
  for (const auto& entry : schedule()) {
    if (!entry.rows) continue;
    const auto first = co_await pg::next_due(app.db, *entry.rows, std::nullopt);
    const auto next = co_await pg::next_due(app.db, *entry.rows, now);
    out.push_back(boost::json::object{{"job", entry.job},
                                      {"oldest_due_at", http::nullable(first && *first <= now ? first : std::nullopt)},
                                      {"next_due_at", http::nullable(next)}});
  }
  co_return out;
}

}  // namespace

Task<http::Response> system_state(App& app, Context&, const http::Request& request) {
  request.allow_query_params({});
  const bool postgres = co_await postgres_answers(app.db);
  const auto seen = co_await look_around(app);
  const auto& clock = *app.shared.clock;
  boost::json::array due;
  if (postgres) due = co_await due_json(app);
  co_return http::answer(
      200, boost::json::object{{"version", BILLING_VERSION},
                               {"clock", boost::json::object{{"now", to_text(clock.now())}, {"simulated", clock.simulated()}}},
                               {"postgres", postgres ? "ok" : "down"},
                               {"redis", seen ? "ok" : "down"},
                               {"queue", boost::json::object{{"waiting", seen ? seen->depth.waiting : 0},
                                                             {"in_flight", seen ? seen->depth.in_flight : 0},
                                                             {"lag_ms", seen ? seen->depth.lag_ms : 0}}},
                               {"workers", processes_json(seen ? seen->processes : std::vector<LivingProcess>{})},
                               {"schedule", boost::json::object{{"last_tick_at", http::nullable(seen ? seen->last_tick : std::nullopt)}}},
                               {"due", std::move(due)}});
}

Task<http::Response> metrics_text(App& app, Context&, const http::Request&) {
  http::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = app.shared.metrics.render();
  co_return response;
}

namespace {

/// Where this server was asked, as it was asked; nullopt when the Host header is none that one would write into a page.
std::optional<std::string> origin_of(const http::Request& request) {
  const auto host = request.header("Host");
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || std::string_view{".-:[]"}.contains(c); };
  if (host.empty() || host.size() > 255 || !std::ranges::all_of(host, plain)) return std::nullopt;
  return (request.header("X-Forwarded-Proto") == "https" ? "https://" : "http://") + std::string{host};
}

}  // namespace

Task<http::Response> docs_page(App&, Context&, const http::Request& request) {
  constexpr std::string_view written = "API=http://127.0.0.1:8080";
  auto response = embedded(embedded_docs[1], "text/html; charset=utf-8");
  // What is copied from the page is to work as it stands.
  if (const auto origin = origin_of(request)) {
    if (const auto at = response.body.find(written); at != std::string::npos) response.body.replace(at, written.size(), "API=" + *origin);
  }
  co_return response;
}

Task<http::Response> openapi_yaml(App&, Context&, const http::Request&) { co_return embedded(embedded_docs[0], "application/yaml"); }

}  // namespace billing::app
