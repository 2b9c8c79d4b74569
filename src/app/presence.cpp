#include "app/presence.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "platform/queue/entry.hpp"
#include "platform/runtime/log.hpp"

namespace billing::app {
namespace {

constexpr auto between_announcements = std::chrono::seconds{3};
constexpr auto forgotten_after = std::chrono::seconds{10};

std::string host_name() {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  return host;
}

std::string processes_key(const App& app) { return "billing:" + app.shared.installation + ":processes"; }
std::string tick_key(const App& app) { return "billing:" + app.shared.installation + ":schedule_tick"; }

std::int64_t millis(Instant at) { return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count(); }
Instant from_millis(const std::string& text) { return Instant{std::chrono::milliseconds{std::strtoll(text.c_str(), nullptr, 10)}}; }

/// A member of the sorted set, whose score is when it was last heard of.
std::string member_of(std::string_view role) { return std::string{role} + " " + std::to_string(getpid()) + " " + host_name(); }

std::optional<LivingProcess> process_of(const std::string& member, const std::string& score) {
  const auto first = member.find(' ');
  const auto second = first == std::string::npos ? first : member.find(' ', first + 1);
  if (second == std::string::npos) return std::nullopt;
  const auto pid = member.substr(first + 1, second - first - 1);
  const auto host = member.substr(second + 1);
  return LivingProcess{.name = host + "-" + pid,
                       .role = member.substr(0, first),
                       .host = host,
                       .pid = std::strtoll(pid.c_str(), nullptr, 10),
                       .seen_at = from_millis(score)};
}

Task<std::vector<LivingProcess>> find_processes(App& app) {
  const auto since = std::to_string(millis(SystemClock{}.now() - forgotten_after));
  const auto reply = co_await app.redis.command({"ZRANGEBYSCORE", processes_key(app), since, "+inf", "WITHSCORES"});
  std::vector<LivingProcess> found;
  for (std::size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
    if (auto process = process_of(reply.elements[i].text, reply.elements[i + 1].text)) found.push_back(std::move(*process));
  }
  std::ranges::sort(found, {}, &LivingProcess::name);
  co_return found;
}

/// Rings in hand, by the name of who has them. Without a stream there are none.
Task<std::map<std::string, std::int64_t>> rings_in_hand(App& app) {
  std::map<std::string, std::int64_t> in_hand;
  redis::Reply reply;
  try {
    reply = co_await app.redis.command({"XINFO", "CONSUMERS", app.queue.stream(), queue::group_name});
  } catch (const redis::CommandError&) {
    co_return in_hand;
  }
  for (const auto& consumer : reply.elements) {
    std::string name;
    std::int64_t pending = 0;
    for (std::size_t i = 0; i + 1 < consumer.elements.size(); i += 2) {
      if (consumer.elements[i].text == "name") name = consumer.elements[i + 1].text;
      if (consumer.elements[i].text == "pending") pending = consumer.elements[i + 1].integer;
    }
    in_hand[name] += pending;
  }
  co_return in_hand;
}

}  // namespace

std::string process_name() { return host_name() + "-" + std::to_string(getpid()); }

Task<void> announce_process(App& app, std::string_view role, const bool& stopping) {
  const auto member = member_of(role);
  auto next = std::chrono::steady_clock::now();
  while (!stopping) {
    if (std::chrono::steady_clock::now() >= next) {
      const auto now = SystemClock{}.now();
      app.redis.send({"ZADD", processes_key(app), std::to_string(millis(now)), member});
      app.redis.send({"ZREMRANGEBYSCORE", processes_key(app), "-inf", std::to_string(millis(now - 6 * forgotten_after))});
      next += between_announcements;
    }
    co_await app.reactor.sleep(std::chrono::milliseconds{100});  // a shutdown does not wait for it
  }
  app.redis.send({"ZREM", processes_key(app), member});
}

void announce_tick(App& app) { app.redis.send({"SET", tick_key(app), std::to_string(millis(SystemClock{}.now()))}); }

Task<std::optional<Surroundings>> look_around(App& app) {
  try {
    Surroundings seen;
    seen.processes = co_await find_processes(app);
    const auto in_hand = co_await rings_in_hand(app);
    for (auto& process : seen.processes) {
      for (const auto& [name, count] : in_hand) {
        if (name.starts_with(process.name + "-")) process.in_flight += count;
      }
    }
    const auto tick = co_await app.redis.command({"GET", tick_key(app)});
    if (!tick.is_nil()) seen.last_tick = from_millis(tick.text);
    seen.depth = co_await app.queue.depth();
    co_return seen;
  } catch (const redis::Unavailable&) {
    co_return std::nullopt;
  }
}

}  // namespace billing::app
