#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace billing::app {

/// The private stores cannot be started; the message says what to do about it.
class StoresError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A PostgreSQL and a Redis of our own for `billing up`: child processes that listen on unix sockets only, in a directory that nobody
/// else may enter. The data directory holds everything: `postgres/` (the truth, durable), `redis/` (empty, nothing of it is kept),
/// `run/` (the sockets), the logs and the lock. The first two may be elsewhere, see private_stores_places.hpp.
///
/// Not thread-safe. Make it on a thread that lives as long as the process: the kernel ends the children together with the
/// thread that made them, which is how they never survive us, even a `kill -9`.
class PrivateStores {
 public:
  /// Returns when both accept connections and the database `billing` exists. Throws StoresError; nothing is left running then.
  /// A second one on the same directory is refused. A PostgreSQL that an earlier one left behind is ended first.
  explicit PrivateStores(const std::filesystem::path& data_directory);
  ~PrivateStores();
  PrivateStores(const PrivateStores&) = delete;
  PrivateStores& operator=(const PrivateStores&) = delete;

  /// postgresql:///billing?host=<directory of the socket>&port=5432&user=billing
  std::string database_url() const;
  /// unix://<path of the socket>
  std::string redis_url() const;

  /// Says which child has ended by itself and where its log is; nullopt while both run, and after `stop`. Never waits.
  std::optional<std::string> dead_child();

  /// Ends both in good order (PostgreSQL checkpoints, so the next start needs no recovery), by force after a minute. May be called twice.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Where the database of `billing up --data-dir` is, for a command beside it. Throws StoresError when nothing was ever started there.
std::string private_database_url(const std::filesystem::path& data_directory);

}  // namespace billing::app
