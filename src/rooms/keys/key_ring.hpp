#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "rooms/keys/store.hpp"

namespace billing::keys {

struct Identity {
  std::string key_id;  // empty for anonymous
  std::string actor;   // "key:<name>", "anonymous"
  Scope scope;
};

/// The active keys, as one thread knows them: at most a second old, older only while PostgreSQL is away.
class KeyRing {
 public:
  /// While there is no key, everybody is an anonymous admin if `open_without_keys`, and nobody is anybody otherwise.
  explicit KeyRing(bool open_without_keys) : open_without_keys_(open_without_keys) {}

  /// `authorization` is the header's value. Refusal 401 when it names no active key.
  Task<Identity> identify(pg::Session& db, std::string_view authorization);

 private:
  Task<void> refresh(pg::Session& db);

  bool open_without_keys_;
  std::map<std::string, Identity> by_hash_;
  std::optional<std::chrono::steady_clock::time_point> loaded_;
};

}  // namespace billing::keys
