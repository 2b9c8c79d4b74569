#include "rooms/plans/plan_cache.hpp"

#include <atomic>
#include <boost/json.hpp>
#include <chrono>

#include "platform/redis/client.hpp"
#include "platform/runtime/digest.hpp"
#include "rooms/plans/plan_json.hpp"
#include "rooms/plans/store.hpp"

namespace billing::plans {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto fresh_for = std::chrono::seconds{1};

/// Rises with every change that this process makes, so that no thread of it goes on with a copy from before.
std::atomic<std::uint64_t> changes{0};

struct Copy {
  std::shared_ptr<const PlanList> list;
  std::string version;
  std::uint64_t changes = 0;
  std::string installation;
  SteadyClock::time_point loaded;
};
thread_local Copy copy;

struct Remembered {
  PlanVersionPtr version;
  std::uint64_t changes = 0;
  SteadyClock::time_point loaded;
};
thread_local std::map<VersionName, Remembered> remembered;

bool is_fresh(std::uint64_t changes_then, SteadyClock::time_point loaded) {
  return changes_then == changes.load() && SteadyClock::now() - loaded < fresh_for;
}

constexpr pg::Statement select_version{"SELECT count FROM plan_changes"};

std::string body_key(const Context& context, const std::string& version) {
  return "billing:" + std::string{context.installation} + ":plans:" + version;
}

Task<std::string> body_from_postgres(Context& context) {
  boost::json::array list;
  for (const auto& stored : co_await find_plans(context.db)) list.push_back(to_json(stored));
  co_return json::serialize(list);
}

/// The version is PostgreSQL's, so that nothing is missed while Redis is away. It is read before the plans: a body read from before a change is
/// stored under a version that nobody asks for again.
Task<std::string> load_body(Context& context, std::string version) {
  try {
    auto cached = co_await context.redis.command({"GET", body_key(context, version)});
    if (!cached.is_nil()) co_return std::move(cached.text);
  } catch (const redis::Unavailable&) {  // a cache that is away is only slower
  } catch (const redis::CommandError&) {
  }
  auto body = co_await body_from_postgres(context);
  context.redis.send({"SET", body_key(context, version), body, "EX", "60"});
  co_return body;
}

}  // namespace

Task<std::map<VersionName, PlanVersionPtr>> cached_versions(pg::Session& db, const std::set<VersionName>& names) {
  std::map<VersionName, PlanVersionPtr> versions;
  std::vector<VersionName> unknown;
  for (const auto& name : names) {
    const auto found = remembered.find(name);
    if (found != remembered.end() && is_fresh(found->second.changes, found->second.loaded)) {
      versions[name] = found->second.version;
    } else {
      unknown.push_back(name);
    }
  }
  if (unknown.empty()) co_return versions;
  const auto seen = changes.load();
  const auto started = SteadyClock::now();
  if (remembered.size() > 10'000) remembered.clear();
  for (auto& stored : co_await find_versions(db, unknown)) {
    const auto version = std::make_shared<const PlanVersion>(std::move(stored.version));
    const VersionName name{version->plan_code, version->number};
    remembered[name] = {version, seen, started};
    versions[name] = version;
  }
  for (const auto& name : unknown) versions.at(name);
  co_return versions;
}

Task<std::shared_ptr<const PlanList>> cached_plan_list(Context& context) {
  const bool fresh = copy.list && is_fresh(copy.changes, copy.loaded) && copy.installation == context.installation;
  if (fresh) co_return copy.list;

  const auto seen = changes.load();
  const auto started = SteadyClock::now();
  const auto rows = co_await context.db.query(select_version);
  const std::string version{rows[0].text(0)};
  if (copy.list && copy.version == version && copy.changes == seen && copy.installation == context.installation) {
    copy.loaded = started;
    co_return copy.list;
  }
  auto body = co_await load_body(context, version);
  auto etag = '"' + sha256_hex(body).substr(0, 32) + '"';
  auto list = std::make_shared<const PlanList>(PlanList{std::move(body), std::move(etag)});
  copy = {list, version, seen, std::string{context.installation}, started};
  co_return list;
}

void forget_plans() { ++changes; }

}  // namespace billing::plans
