#pragma once

#include <memory>
#include <optional>
#include <string>

#include "standalone/places.hpp"

namespace billing::app::stores {

struct PostgresPrograms {
  std::filesystem::path initdb;
  std::filesystem::path postgres;
  int version;  // 15
};

/// The programs of the version that made the cluster (`needed`), or for a new one the first in PATH that is 15 or newer, then the newest
/// below /usr/lib/postgresql. Throws StoresError, saying what to install.
PostgresPrograms find_postgres(std::optional<int> needed);

/// Starts the server, after ending a left-over one and making the cluster when there is none. It does not accept connections yet.
std::unique_ptr<Child> start_postgres(const Places& places);
/// Waits until it accepts, through any recovery, and makes the database `billing` when it is missing.
void wait_for_postgres(Child& server, const Places& places);
/// For `billing` or the maintenance database `postgres`.
std::string postgres_url(const std::filesystem::path& run, std::string_view database);

}  // namespace billing::app::stores
