#pragma once

#include <functional>
#include <string>

#include "platform/postgres/pool.hpp"
#include "platform/runtime/task.hpp"

namespace CLI {
class App;
}

namespace billing::app {

/// `billing keys create | list | revoke`.
class KeyCommands {
 public:
  /// Runs one thing against the database of a data directory, or of DATABASE_URL where that is empty.
  using WithDatabase = int (*)(const std::function<Task<int>(pg::Pool&)>&, const std::string& data_directory);
  explicit KeyCommands(WithDatabase with_database) : with_database_(with_database) {}

  /// Adds the subcommands; this object must outlive the parsing.
  void add_to(CLI::App& cli, int& status);

 private:
  WithDatabase with_database_;
  std::string data_directory_;
  std::string name_;
  std::string scope_ = "admin";
};

}  // namespace billing::app
