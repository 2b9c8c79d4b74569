#include "rooms/keys/key_ring.hpp"

#include <algorithm>

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

Refusal not_from_here() {
  Refusal refusal(
      401, "unauthorized",
      "Without an API key only this very machine is served, asked as 127.0.0.1, localhost or [::1], and to no other site's pages. "
      "`billing keys create` makes a key.");
  refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
  return refusal;
}

/// "localhost:8080" → "localhost", "[::1]:8080" → "[::1]"
std::string_view without_port(std::string_view authority) {
  const auto colon = authority.rfind(':');
  const bool inside_brackets = colon != authority.npos && authority.find(']', colon) != authority.npos;
  return colon == authority.npos || inside_brackets ? authority : authority.substr(0, colon);
}

/// A loopback socket alone does not tell: a proxy on this machine asks for others, and a name that somebody points here (DNS rebinding) makes
/// their page ours.
bool is_from_here(const http::Request& request, const std::vector<std::string>& origins) {
  for (const auto* forwarded : {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"}) {
    if (request.has_header(forwarded)) return false;
  }
  const auto host = request.header("Host");
  const auto name = without_port(host);
  if (name != "127.0.0.1" && name != "localhost" && name != "[::1]") return false;
  if (!request.has_header("Origin")) return true;
  const auto origin = request.header("Origin");
  return origin == "http://" + std::string{host} || std::ranges::find(origins, origin) != origins.end();
}

}  // namespace

Task<void> KeyRing::refresh(pg::Session& db) {
  const auto started = std::chrono::steady_clock::now();
  if (loaded_ && started - *loaded_ < fresh_for) co_return;
  std::vector<ApiKey> active;
  bool ever = true;
  bool away = false;
  try {
    active = co_await find_active_keys(db);
    ever = !active.empty() || co_await ever_a_key(db);
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
  ever_a_key_ = ever;
  loaded_ = started;
}

Task<Identity> KeyRing::identify(pg::Session& db, const http::Request& request) {
  co_return co_await identify(db, request, bearer_token(request.header("Authorization")));
}

Task<Identity> KeyRing::identify(pg::Session& db, const http::Request& request, std::string_view key) {
  co_await refresh(db);
  if (!ever_a_key_ && open_without_keys_) {
    if (!is_from_here(request, origins_)) throw not_from_here();
    co_return Identity{"", "anonymous", Scope::admin};
  }
  const auto found = key.empty() ? by_hash_.end() : by_hash_.find(sha256_hex(key));
  if (found == by_hash_.end()) throw unauthorized(!key.empty());
  co_return found->second;
}

}  // namespace billing::keys
