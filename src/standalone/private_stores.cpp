#include "standalone/private_stores.hpp"

#include <hiredis/hiredis.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <string_view>
#include <thread>

#include "platform/runtime/log.hpp"
#include "standalone/child_process.hpp"
#include "standalone/places.hpp"
#include "standalone/private_postgres.hpp"

namespace billing::app {
namespace {

namespace fs = std::filesystem;
using namespace stores;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

fs::path find_redis() {
  std::istringstream path{std::getenv("PATH") ? std::getenv("PATH") : "/usr/bin:/bin"};
  for (std::string directory; std::getline(path, directory, ':');) {
    const auto program = fs::path{directory} / "redis-server";
    if (!directory.empty() && access(program.c_str(), X_OK) == 0) return program;
  }
  throw StoresError("redis-server not found: apt-get install redis-server, or run script/setup (or give REDIS_URL and use `billing run`)");
}

std::string redis_socket(const Places& places) { return (places.run / "redis.sock").string(); }

// Nothing in it needs to survive: it is a doorbell and a cache.
std::unique_ptr<Child> start_redis(const Places& places) {
  end_left_over(places.redis, {.program = "redis-server", .user = geteuid(), .polite = SIGTERM, .forceful = SIGKILL});
  const auto output = open_log(places.redis_log());
  return std::make_unique<Child>(
      Command{.words = {find_redis().string(), "--port", "0", "--unixsocket", redis_socket(places), "--unixsocketperm", "700", "--save", "",
                        "--appendonly", "no", "--dir", places.redis.string(), "--daemonize", "no"},
              .death_signal = SIGTERM},
      output);
}

bool redis_answers(const std::string& socket) {
  const std::unique_ptr<redisContext, void (*)(redisContext*)> context{redisConnectUnixWithTimeout(socket.c_str(), timeval{1, 0}),
                                                                       redisFree};
  if (!context || context->err != 0) return false;
  redisSetTimeout(context.get(), timeval{1, 0});
  const std::unique_ptr<void, void (*)(void*)> reply{redisCommand(context.get(), "PING"), freeReplyObject};
  return reply && std::string_view{static_cast<redisReply*>(reply.get())->str} == "PONG";
}

void wait_for_redis(Child& server, const Places& places) {
  const auto deadline = steady_clock::now() + std::chrono::seconds{30};
  while (!redis_answers(redis_socket(places))) {
    if (const auto status = server.ended()) {
      throw StoresError("the private Redis ended at its start (" + status_text(*status) + "):\n" + last_lines(places.redis_log()));
    }
    if (steady_clock::now() > deadline) throw StoresError("the private Redis does not answer:\n" + last_lines(places.redis_log()));
    std::this_thread::sleep_for(milliseconds{10});
  }
}

void end(std::unique_ptr<Child>& server, std::string_view name, int polite, milliseconds patience) {
  if (!server) return;
  server->signal(polite);
  if (!server->wait(patience)) {
    log::warn("private_store_killed", {{"store", name}});
    server->signal(SIGQUIT);  // PostgreSQL's immediate shutdown: it recovers at its next start
    server->wait(milliseconds{5'000});
  }
  server.reset();
}

}  // namespace

struct PrivateStores::State {
  explicit State(const fs::path& data_directory) : lock(data_directory), places(find_places(data_directory)) {
    // The lock of the place itself too: a copy of the data directory has the same symlink.
    if (places.base != fs::canonical(data_directory)) base_lock.emplace(places.base);
  }
  ~State() { stop(); }

  void stop() {
    if (redis) redis->signal(SIGTERM);  // both at the same time
    end(postgres, "postgres", SIGINT, std::chrono::minutes{1});
    end(redis, "redis", SIGTERM, std::chrono::seconds{5});
  }

  DirectoryLock lock;
  Places places;
  std::optional<DirectoryLock> base_lock;
  std::unique_ptr<Child> postgres;
  std::unique_ptr<Child> redis;
};

PrivateStores::PrivateStores(const fs::path& data_directory) {
  const auto started = steady_clock::now();
  try {
    const auto directory = fs::absolute(data_directory).lexically_normal();
    fs::create_directories(directory);
    state_ = std::make_unique<State>(directory);
    state_->redis = start_redis(state_->places);
    state_->postgres = start_postgres(state_->places);
    wait_for_redis(*state_->redis, state_->places);
    wait_for_postgres(*state_->postgres, state_->places);
  } catch (const std::system_error& error) {
    throw StoresError(std::string{"cannot start the private PostgreSQL and Redis: "} + error.what());
  }
  log::info("private_stores_started", {{"data_directory", state_->places.data.string()},
                                       {"ms", std::chrono::duration_cast<milliseconds>(steady_clock::now() - started).count()}});
}

PrivateStores::~PrivateStores() = default;

std::string PrivateStores::database_url() const { return postgres_url(state_->places.run, "billing"); }

std::string PrivateStores::redis_url() const { return "unix://" + redis_socket(state_->places); }

std::optional<std::string> PrivateStores::dead_child() {
  const auto check = [](const std::unique_ptr<Child>& child, std::string_view name, const fs::path& log) -> std::optional<std::string> {
    const auto status = child ? child->ended() : std::nullopt;
    if (!status) return std::nullopt;
    return "the private " + std::string{name} + " ended (" + status_text(*status) + "); its log is " + log.string();
  };
  if (auto text = check(state_->postgres, "PostgreSQL", state_->places.postgres_log())) return text;
  return check(state_->redis, "Redis", state_->places.redis_log());
}

void PrivateStores::stop() { state_->stop(); }

std::string private_database_url(const fs::path& data_directory) {
  std::error_code error;
  const auto run = fs::canonical(data_directory / "run", error);  // a symlink where the path did not do for a socket: that one always does
  if (!error) return "postgresql:///billing?host=" + run.string() + "&port=5432&user=billing";
  throw StoresError("there is no billing in " + data_directory.string() +
                    ": name the --data-dir that `billing up` was given, while it runs");
}

}  // namespace billing::app
