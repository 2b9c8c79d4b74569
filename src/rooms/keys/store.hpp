#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/postgres/session.hpp"
#include "platform/runtime/clock.hpp"

namespace billing::keys {

/// What a key may do: admin includes write, which includes read and ingest.
enum class Scope : std::uint8_t { read, ingest, write, admin };
std::string_view to_text(Scope scope);
std::optional<Scope> parse_scope(std::string_view text);
bool includes(Scope held, Scope needed);

struct ApiKey {
  std::string id;
  std::string name;
  Scope scope;
  std::string hash;  // SHA-256 of the key
  Instant created_at;
  std::optional<Instant> revoked_at;
};

/// Those that are not revoked.
Task<std::vector<ApiKey>> find_active_keys(pg::Session& db);
Task<std::vector<ApiKey>> find_keys(pg::Session& db);
/// Whether there is or was any.
Task<bool> ever_a_key(pg::Session& db);
/// Makes a key and returns it: the only time that it is seen. nullopt when an active key has that name.
Task<std::optional<std::string>> create_key(pg::Session& db, const Clock& clock, std::string name, Scope scope);
/// Makes sure that this very key, and no other of that name, is an active admin key. False when it was revoked, which it then stays.
Task<bool> ensure_key(pg::Session& db, const Clock& clock, std::string name, std::string key);
/// False when no active key has that name.
Task<bool> revoke_key(pg::Session& db, const Clock& clock, std::string name);

}  // namespace billing::keys
