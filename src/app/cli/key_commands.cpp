#include "app/cli/key_commands.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "app/process/migrate.hpp"
#include "rooms/keys/store.hpp"
#include "standalone/private_stores.hpp"

namespace billing::app {
namespace {

/// The key alone goes to stdout, so that a script can keep it.
Task<int> create(pg::Pool& db, std::string name, std::string scope) {
  co_await migrate(db);
  const auto key = co_await keys::create_key(db, SystemClock{}, name, *keys::parse_scope(scope));
  if (!key) {
    fmt::print(stderr, "billing: there is a key named {} already: revoke it first, or choose another name\n", name);
    co_return 1;
  }
  fmt::print("{}\n", *key);
  fmt::print(stderr, "This is the only time that the key is shown. Running servers know it within a second.\n");
  co_return 0;
}

Task<int> list(pg::Pool& db) {
  for (const auto& key : co_await keys::find_keys(db)) {
    fmt::print("{:<24} {:<8} {} {}\n", key.name, keys::to_text(key.scope), to_text(key.created_at),
               key.revoked_at ? "revoked " + to_text(*key.revoked_at) : "active");
  }
  co_return 0;
}

Task<int> revoke(pg::Pool& db, std::string name) {
  if (co_await keys::revoke_key(db, SystemClock{}, name)) co_return 0;
  fmt::print(stderr, "billing: there is no active key named {}\n", name);
  co_return 1;
}

/// One word, for it stands in lists and in the audit.
std::string key_name(const std::string& name) {
  const auto fine = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || std::string_view{"._-"}.contains(c); };
  const bool ok = !name.empty() && name.size() <= 64 && std::ranges::all_of(name, fine);
  return ok ? "" : "a key's name is 1 to 64 letters, digits, '.', '_' or '-'";
}

}  // namespace

void KeyCommands::add_to(CLI::App& cli, int& status) {
  auto* command = cli.add_subcommand("keys", "API keys: while none exists, everybody on loopback may do everything");
  command->require_subcommand(1);
  command->fallthrough();  // --data-dir also after `create`
  command->add_option("--data-dir", data_directory_, "the database of `billing up --data-dir …`, which runs (default: DATABASE_URL)");

  auto* create_command = command->add_subcommand("create", "Make a key and print it, once");
  create_command->add_option("--name", name_, "what to call it; audit events show it")->required()->check(key_name);
  create_command->add_option("--scope", scope_, "what it may do")
      ->check(CLI::IsMember({"admin", "write", "ingest", "read"}))
      ->capture_default_str();
  create_command->callback(
      [this, &status] { status = with_database_([this](pg::Pool& db) { return create(db, name_, scope_); }, data_directory_); });

  command->add_subcommand("list", "List all keys, newest first")->callback([this, &status] {
    status = with_database_(list, data_directory_);
  });

  auto* revoke_command = command->add_subcommand("revoke", "End a key; running servers know it within a second");
  revoke_command->add_option("--name", name_, "its name")->required();
  revoke_command->callback(
      [this, &status] { status = with_database_([this](pg::Pool& db) { return revoke(db, name_); }, data_directory_); });
}

}  // namespace billing::app
