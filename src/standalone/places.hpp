#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "standalone/child_process.hpp"

// Where the private stores keep their things, and whom PostgreSQL runs as.
namespace billing::app::stores {

/// Held by one process at a time, until it ends, however it ends.
class DirectoryLock {
 public:
  /// Throws StoresError, naming the holder, when another process has it.
  explicit DirectoryLock(const std::filesystem::path& directory);

 private:
  File file_;
};

/// Two things force us out of the data directory, and each leaves a symlink behind that shows where to:
///
/// - PostgreSQL refuses to run as root, so for root it runs as user `postgres`, who must be able to enter the data directory. One below
///   /root, or a private temporary one, he cannot: then `base` is /var/lib/billing-<hash of the data directory's path>.
/// - A socket's path holds at most 107 bytes, and we want it without characters that need quoting in a URL; otherwise `run` is
///   billing-<hash> in $XDG_RUNTIME_DIR or /tmp.
struct Places {
  std::filesystem::path data;     // as given, made absolute
  std::filesystem::path base;     // what holds `cluster` and `run`: the data directory, as a rule
  std::filesystem::path cluster;  // PostgreSQL's data directory; it may not exist yet
  std::filesystem::path run;      // the sockets; belongs to `server`, mode 0700
  std::filesystem::path redis;
  User server;  // whom PostgreSQL runs as: never root; the owner of the cluster where there is one

  std::filesystem::path postgres_log() const { return data / "postgres.log"; }
  std::filesystem::path redis_log() const { return data / "redis.log"; }
};

/// Finds or makes the places of a data directory that exists and is locked by us. Throws StoresError.
Places find_places(const std::filesystem::path& data_directory);

/// Opened for appending, made when missing, moved to <log>.1 beforehand when it has grown beyond 16 MiB.
File open_log(const std::filesystem::path& log);
/// The last lines of a log, to show with an error.
std::string last_lines(const std::filesystem::path& log);

/// FNV-1a in hex, 16 characters: stable between builds and machines.
std::string stable_hash(std::string_view text);

}  // namespace billing::app::stores
