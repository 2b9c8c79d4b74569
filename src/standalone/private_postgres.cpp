#include "standalone/private_postgres.hpp"

#include <libpq-fe.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "platform/runtime/log.hpp"
#include "standalone/private_stores.hpp"

namespace billing::app::stores {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int oldest_version = 15;

// Appended to the postgresql.conf that initdb writes; whoever wants other values changes them there.
constexpr auto settings = R"(
# --- billing ---
listen_addresses = ''                  # the unix socket only
unix_socket_permissions = 0700
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1                 # an SSD
max_parallel_workers_per_gather = 0    # a container's /dev/shm (64 MB) is too small for parallel hashes
fsync = on                             # what is answered is stored
synchronous_commit = on
full_page_writes = on
min_wal_size = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 1s
log_line_prefix = '%m [%p] %a '
)";

// Room for the connections of a process with a thread a core, and some for people.
std::string connection_setting() {
  return "max_connections = " + std::to_string(std::max(200U, 12 * std::thread::hardware_concurrency())) + "\n";
}

std::vector<fs::path> directories_in_path() {
  std::vector<fs::path> result;
  std::istringstream path{std::getenv("PATH") ? std::getenv("PATH") : "/usr/bin:/bin"};
  for (std::string directory; std::getline(path, directory, ':');) {
    if (!directory.empty()) result.emplace_back(directory);
  }
  return result;
}

// "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"
std::optional<int> version_of(const fs::path& postgres) {
  const auto text = output_of({.words = {postgres.string(), "--version"}, .death_signal = SIGTERM});
  const auto at = text ? text->find(") ") : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  const int version = std::atoi(text->c_str() + at + 2);
  return version > 0 ? std::optional{version} : std::nullopt;
}

std::optional<PostgresPrograms> programs_in(const fs::path& directory) {
  PostgresPrograms programs{directory / "initdb", directory / "postgres", 0};
  if (access(programs.initdb.c_str(), X_OK) != 0 || access(programs.postgres.c_str(), X_OK) != 0) return std::nullopt;
  const auto version = version_of(programs.postgres);
  if (!version) return std::nullopt;
  programs.version = *version;
  return programs;
}

std::vector<fs::path> versioned_directories() {
  std::vector<std::pair<int, fs::path>> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    found.emplace_back(std::atoi(entry.path().filename().c_str()), entry.path() / "bin");
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<fs::path> result;
  for (auto& [version, directory] : found) result.push_back(std::move(directory));
  return result;
}

std::optional<int> version_of_cluster(const fs::path& cluster) {
  std::ifstream file{cluster / "PG_VERSION"};
  int version = 0;
  return file >> version ? std::optional{version} : std::nullopt;
}

// In a directory beside, renamed when it is complete: an interrupted one is never mistaken for a cluster.
void make_cluster(const PostgresPrograms& programs, const Places& places) {
  const auto started = steady_clock::now();
  const auto fresh = places.base / "postgres.new";
  fs::remove_all(fresh);
  fs::create_directory(fresh);
  if (lchown(fresh.c_str(), places.server.uid, places.server.gid) != 0)
    throw StoresError("cannot give " + fresh.string() + " to user " + places.server.name);
  const auto output = open_log(places.postgres_log());
  // Ordered by bytes, which is quick, while lower() knows every letter.
  Child initdb{{.words = {programs.initdb.string(), "--pgdata=" + fresh.string(), "--username=billing", "--encoding=UTF8", "--lc-collate=C",
                          "--lc-ctype=C.UTF-8", "--lc-messages=C", "--lc-monetary=C", "--lc-numeric=C", "--lc-time=C", "--auth-local=trust",
                          "--auth-host=reject"},
                .user = places.server,
                .death_signal = SIGKILL},
               output};
  const auto status = initdb.wait(milliseconds{300'000});
  if (status != 0) {
    throw StoresError("initdb failed (" + (status ? status_text(*status) : "no end after 5 minutes") + "):\n" +
                      last_lines(places.postgres_log()));
  }
  std::ofstream{fresh / "postgresql.conf", std::ios::app} << settings << connection_setting();
  fs::rename(fresh, places.cluster);
  log::info("private_postgres_made", {{"directory", places.cluster.string()},
                                      {"version", programs.version},
                                      {"ms", std::chrono::duration_cast<milliseconds>(steady_clock::now() - started).count()}});
}

// A postmaster survives us only if the kernel could not tell it of our end; it must not see two of them on one cluster.
void end_left_over_postgres(const Places& places) {
  pid_t postmaster = 0;
  std::ifstream{places.cluster / "postmaster.pid"} >> postmaster;
  const int ended = end_left_over(
      places.cluster, {.program = "postgres", .user = places.server.uid, .first = postmaster, .polite = SIGINT, .forceful = SIGQUIT});
  if (ended > 0) log::warn("private_postgres_left_over", {{"processes_ended", ended}});
  // Nobody works in it now, so these are stale. PostgreSQL would refuse to start if their number were another process's by now, or that of one
  // that has ended and that nobody has waited for yet.
  std::error_code ignored;
  fs::remove(places.cluster / "postmaster.pid", ignored);
  fs::remove(places.run / ".s.PGSQL.5432.lock", ignored);
}

struct Connection {
  explicit Connection(const std::string& url) : raw(PQconnectdb(url.c_str())) {
    if (PQstatus(raw) != CONNECTION_OK) {
      const std::string message = PQerrorMessage(raw);
      PQfinish(raw);
      throw StoresError("cannot connect to the private PostgreSQL: " + message);
    }
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { PQfinish(raw); }

  /// How many rows it gave.
  int run(const char* sql) const {
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result{PQexec(raw, sql), PQclear};
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
      throw StoresError(std::string{"the private PostgreSQL: "} + PQerrorMessage(raw));
    return PQntuples(result.get());
  }

  PGconn* raw;
};

}  // namespace

PostgresPrograms find_postgres(std::optional<int> needed) {
  auto directories = directories_in_path();
  for (auto& directory : versioned_directories()) directories.push_back(std::move(directory));
  for (const auto& directory : directories) {
    const auto programs = programs_in(directory);
    if (programs && (needed ? programs->version == *needed : programs->version >= oldest_version)) return *programs;
  }
  if (needed) {
    const auto version = std::to_string(*needed);
    throw StoresError("the database was made by PostgreSQL " + version + ", which is not installed: apt-get install postgresql-" + version);
  }
  throw StoresError("initdb not found: apt-get install postgresql-15, or run script/setup (or give DATABASE_URL and use `billing run`)");
}

std::string postgres_url(const fs::path& run, std::string_view database) {
  return "postgresql:///" + std::string{database} + "?host=" + run.string() + "&port=5432&user=billing";
}

std::unique_ptr<Child> start_postgres(const Places& places) {
  const bool is_new = !fs::exists(places.cluster);
  const auto programs = find_postgres(is_new ? std::nullopt : version_of_cluster(places.cluster));
  if (is_new) {
    make_cluster(programs, places);
  } else {
    end_left_over_postgres(places);
  }
  const auto output = open_log(places.postgres_log());
  // SIGINT is PostgreSQL's fast shutdown, also as the signal of our death.
  return std::make_unique<Child>(Command{.words = {programs.postgres.string(), "-D", places.cluster.string(), "-k", places.run.string(),
                                                   "-p", "5432", "-c", "listen_addresses="},
                                         .user = places.server,
                                         .death_signal = SIGINT},
                                 output);
}

void wait_for_postgres(Child& server, const Places& places) {
  const auto url = postgres_url(places.run, "postgres");
  const auto started = steady_clock::now();
  for (;;) {
    if (const auto status = server.ended()) {
      throw StoresError("the private PostgreSQL ended at its start (" + status_text(*status) + "):\n" + last_lines(places.postgres_log()));
    }
    const auto answer = PQping(url.c_str());
    if (answer == PQPING_OK) break;
    // It answers "starting up" while it recovers from a crash, which may take long.
    const auto patience = answer == PQPING_REJECT ? std::chrono::minutes{30} : std::chrono::minutes{1};
    if (steady_clock::now() - started > patience)
      throw StoresError("the private PostgreSQL does not answer:\n" + last_lines(places.postgres_log()));
    std::this_thread::sleep_for(milliseconds{10});
  }
  const Connection connection{url};
  if (connection.run("SELECT 1 FROM pg_database WHERE datname = 'billing'") == 0) connection.run("CREATE DATABASE billing");
}

}  // namespace billing::app::stores
