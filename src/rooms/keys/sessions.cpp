#include "rooms/keys/sessions.hpp"

#include "platform/runtime/digest.hpp"
#include "platform/runtime/uuid7.hpp"

namespace billing::keys {
namespace {

constexpr pg::Statement delete_idle{"DELETE FROM sessions WHERE used_at <= now() - interval '12 hours'"};
constexpr pg::Statement insert_session{"INSERT INTO sessions (token_hash, key_id) VALUES ($1, $2)"};

}  // namespace

Task<std::string> begin_session(pg::Session& db, std::string key_id) {
  const auto token = "bs_" + random_hex(32);
  co_await db.query(delete_idle);
  co_await db.query(insert_session, pg::Params{}.add(sha256_hex(token)).add(key_id));
  co_return token;
}

namespace {
// Written at most once a minute: a page asks ten things at once.
constexpr pg::Statement select_session{R"(
  WITH live AS (
    SELECT s.token_hash, s.used_at, k.id, k.name, k.scope
    FROM sessions s JOIN api_keys k ON k.id = s.key_id
    WHERE s.token_hash = $1 AND s.used_at > now() - interval '12 hours' AND k.revoked_at IS NULL
  ), used AS (
    UPDATE sessions SET used_at = now() FROM live
    WHERE sessions.token_hash = live.token_hash AND live.used_at < now() - interval '1 minute'
  )
  SELECT id, name, scope FROM live)"};
}  // namespace

Task<std::optional<Identity>> find_session(pg::Session& db, std::string_view token) {
  const auto rows = co_await db.query(select_session, pg::Params{}.add(sha256_hex(token)));
  for (const auto row : rows) {
    co_return Identity{std::string{row.text(0)}, "key:" + std::string{row.text(1)}, *parse_scope(row.text(2))};
  }
  co_return std::nullopt;
}

namespace {
constexpr pg::Statement delete_session{"DELETE FROM sessions WHERE token_hash = $1"};
}

Task<void> end_session(pg::Session& db, std::string_view token) { co_await db.query(delete_session, pg::Params{}.add(sha256_hex(token))); }

}  // namespace billing::keys
