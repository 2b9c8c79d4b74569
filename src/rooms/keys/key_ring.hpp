#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/message.hpp"
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
  /// As long as there has never been a key, who asks from this very machine is an anonymous admin if `open_without_keys`, and nobody is anybody
  /// otherwise. Pages of `origins` may ask like that too.
  explicit KeyRing(bool open_without_keys, std::vector<std::string> origins = {})
      : open_without_keys_(open_without_keys), origins_(std::move(origins)) {}

  /// Refusal 401 when the request's Authorization names no active key.
  Task<Identity> identify(pg::Session& db, const http::Request& request);
  /// Refusal 401 when `key` is none that is active.
  Task<Identity> identify(pg::Session& db, const http::Request& request, std::string_view key);

 private:
  Task<void> refresh(pg::Session& db);

  bool open_without_keys_;
  std::vector<std::string> origins_;
  bool ever_a_key_ = true;  // revoked ones too: once there has been one, the door stays shut
  std::map<std::string, Identity> by_hash_;
  std::optional<std::chrono::steady_clock::time_point> loaded_;
};

}  // namespace billing::keys
