#include "rooms/keys/key_ring.hpp"

#include "platform/runtime/digest.hpp"
#include "platform/runtime/refusal.hpp"

namespace billing::keys {
namespace {

constexpr auto fresh_for = std::chrono::seconds{1};

Refusal unauthorized(bool key_sent) {
  Refusal refusal(401, "unauthorized",
                  key_sent ? "This API key is not known, or was revoked."
                           : "Send an API key: Authorization: Bearer <key>. `billing keys create` makes one.");
  refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
  return refusal;
}

/// "Bearer <key>" in any letter case of the scheme; empty for anything else.
std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() <= scheme.size()) return {};
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = authorization[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != scheme[i]) return {};
  }
  return authorization.substr(scheme.size());
}

}  // namespace

Task<void> KeyRing::refresh(pg::Session& db) {
  const auto started = std::chrono::steady_clock::now();
  if (loaded_ && started - *loaded_ < fresh_for) co_return;
  std::vector<ApiKey> active;
  bool away = false;
  try {
    active = co_await find_active_keys(db);
  } catch (const pg::Unavailable&) {
    if (!loaded_) throw;
    away = true;
  } catch (const pg::Timeout&) {
    if (!loaded_) throw;
    away = true;
  }
  if (away) {  // what was known goes on: GET /metrics must answer just then
    loaded_ = std::chrono::steady_clock::now();
    co_return;
  }
  by_hash_.clear();
  for (const auto& key : active) by_hash_[key.hash] = {key.id, "key:" + key.name, key.scope};
  loaded_ = started;
}

Task<Identity> KeyRing::identify(pg::Session& db, std::string_view authorization) {
  co_await refresh(db);
  if (by_hash_.empty() && open_without_keys_) co_return Identity{"", "anonymous", Scope::admin};
  const auto token = bearer_token(authorization);
  const auto found = token.empty() ? by_hash_.end() : by_hash_.find(sha256_hex(token));
  if (found == by_hash_.end()) throw unauthorized(!token.empty());
  co_return found->second;
}

}  // namespace billing::keys
