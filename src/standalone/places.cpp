#include "standalone/places.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <thread>

#include "base/hex.hpp"
#include "platform/runtime/log.hpp"
#include "standalone/private_stores.hpp"

namespace billing::app::stores {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_run_directory = 90;  // and the socket's name: PostgreSQL's has 13 characters, 107 are allowed

std::string reason() { return std::generic_category().message(errno); }

struct stat status_of(const fs::path& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) throw StoresError("cannot look at " + path.string() + ": " + reason());
  return status;
}

// Never follows a symlink and never takes over what is somebody else's: in /tmp anybody may have made it.
void make_private_directory(const fs::path& path, const User& owner) {
  const bool made = mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) throw StoresError("cannot make " + path.string() + ": " + reason());
  const auto status = status_of(path);
  if (!S_ISDIR(status.st_mode) || (status.st_uid != owner.uid && status.st_uid != geteuid())) {
    throw StoresError(path.string() + " is not ours (it should be a directory of user " + owner.name + "): remove it");
  }
  if (lchown(path.c_str(), owner.uid, owner.gid) != 0 || chmod(path.c_str(), 0700) != 0) {
    throw StoresError("cannot give " + path.string() + " to user " + owner.name + ": " + reason());
  }
}

void point(const fs::path& link, const fs::path& target) {
  if (fs::is_symlink(link) && fs::read_symlink(link) == target) return;
  std::error_code error;
  fs::remove_all(link, error);  // only ever a symlink or the sockets' directory
  if (!error) fs::create_symlink(target, link, error);
  if (error) throw StoresError("cannot make the symlink " + link.string() + ": " + error.message());
}

// Where `server` can reach it. A fresh directory: one that is there belonged to a data directory that has been removed.
fs::path make_base_elsewhere(const fs::path& data, const User& server) {
  const std::string name = "/var/lib/billing-" + stable_hash(data.string());
  for (int i = 1; i < 1000; ++i) {
    const fs::path base = i == 1 ? name : name + "-" + std::to_string(i);
    if (mkdir(base.c_str(), 0755) == 0) {
      chmod(base.c_str(), 0755);  // whatever the umask
      log::info("private_postgres_elsewhere",
                {{"data_directory", data.string()}, {"postgres_directory", base.string()}, {"user", server.name}});
      return base;
    }
    if (errno != EEXIST) break;
    log::warn("private_postgres_orphan", {{"directory", base.string()}, {"hint", "its data directory was removed: remove it too"}});
  }
  throw StoresError(
      "PostgreSQL does not run as root, and user " + server.name + ", whom it would run as, may not enter " + data.string() +
      "; nor can a directory be made in /var/lib (" + reason() +
      "). Use --data-dir with a directory that everybody may enter, such as /srv/billing, or run billing as an ordinary user");
}

User server_for_new_cluster() {
  if (geteuid() != 0) return User::self();
  if (auto postgres = User::named("postgres")) return *postgres;
  throw StoresError(
      "PostgreSQL does not run as root, and there is no user postgres to run it as: apt-get install postgresql-15, "
      "or run script/setup, or run billing as an ordinary user");
}

User owner_of_cluster(const fs::path& cluster) {
  const auto owner = User::with_id(status_of(cluster).st_uid);
  if (owner.uid == 0)
    throw StoresError(cluster.string() + " belongs to root, and PostgreSQL does not run as root: chown -R postgres " + cluster.string());
  if (geteuid() != 0 && !owner.is_self()) {
    throw StoresError(cluster.string() + " belongs to user " + owner.name +
                      ": run billing as that user or as root, or use another --data-dir");
  }
  return owner;
}

fs::path find_base(const fs::path& data, const User& server) {
  const auto link = data / "postgres";
  if (fs::is_symlink(link)) {
    const auto base = fs::read_symlink(link).parent_path();
    if (fs::is_directory(base)) return base;
    throw StoresError(link.string() + " points into " + base.string() + ", which is gone and held the database: bring it back, or remove " +
                      "the link to start with an empty one");
  }
  if (fs::exists(link) || may_enter(server, data)) return data;
  const auto base = make_base_elsewhere(data, server);
  point(link, base / "postgres");
  return base;
}

bool fits_a_socket(const fs::path& directory) {
  constexpr auto plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
  const auto& text = directory.native();
  return text.size() <= longest_run_directory && text.find_first_not_of(plain) == std::string::npos;
}

fs::path short_run_directory(const fs::path& base, const User& server) {
  const auto name = "billing-" + stable_hash(base.string());
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const bool usable = runtime != nullptr && server.is_self() && access(runtime, W_OK) == 0 && fits_a_socket(fs::path{runtime} / name);
  return fs::path{usable ? runtime : "/tmp"} / name;
}

fs::path make_run_directory(const Places& places) {
  auto run = places.base / "run";
  if (!fits_a_socket(run)) run = short_run_directory(places.base, places.server);
  if (run == places.data / "run" && fs::is_symlink(run)) fs::remove(run);
  make_private_directory(run, places.server);
  if (run != places.data / "run") point(places.data / "run", run);
  return run;
}

}  // namespace

namespace {

/// One that was killed a moment ago is still letting go.
bool lock_within(int fd, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  return true;
}

}  // namespace

DirectoryLock::DirectoryLock(const fs::path& directory) {
  const auto path = directory / "lock";
  file_ = File{open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (file_.fd() < 0) throw StoresError("cannot write to the data directory " + directory.string() + ": " + reason());
  if (!lock_within(file_.fd(), std::chrono::seconds{3})) {
    std::ifstream holder{path};
    std::string pid;
    std::getline(holder, pid);
    throw StoresError("another billing (process " + pid + ") runs on " + directory.string() + ": stop that one, or use another --data-dir");
  }
  const auto pid = std::to_string(getpid()) + "\n";
  if (ftruncate(file_.fd(), 0) != 0 || pwrite(file_.fd(), pid.data(), pid.size(), 0) < 0)
    throw StoresError("cannot write " + path.string());
}

Places find_places(const fs::path& data_directory) {
  Places places{
      .data = data_directory, .base = {}, .cluster = {}, .run = {}, .redis = data_directory / "redis", .server = server_for_new_cluster()};
  places.base = fs::canonical(find_base(places.data, places.server));
  places.cluster = places.base / "postgres";
  if (fs::exists(places.cluster)) places.server = owner_of_cluster(places.cluster);
  places.run = make_run_directory(places);
  make_private_directory(places.redis, User::self());
  places.redis = fs::canonical(places.redis);
  return places;
}

File open_log(const fs::path& log) {
  std::error_code ignored;
  if (fs::file_size(log, ignored) > 16U << 20 && !ignored) fs::rename(log, log.string() + ".1", ignored);
  File file{open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
  if (file.fd() < 0) throw StoresError("cannot write " + log.string() + ": " + reason());
  return file;
}

std::string last_lines(const fs::path& log) {
  constexpr std::streamoff most = 1500;
  std::ifstream file{log, std::ios::binary | std::ios::ate};
  const std::streamoff size = file.tellg();
  if (size <= 0) return "";
  file.seekg(size > most ? size - most : 0);
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (size > most) text.erase(0, text.find('\n') + 1);
  return text;
}

std::string stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  std::string hex(16, '0');
  for (std::size_t i = 16; i-- > 0; hash >>= 4) hex[i] = hex_digits[hash & 15];
  return hex;
}

}  // namespace billing::app::stores
