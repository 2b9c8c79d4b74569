#include "rooms/keys/store.hpp"

#include "core/ids.hpp"
#include "platform/runtime/digest.hpp"
#include "platform/runtime/uuid7.hpp"

namespace billing::keys {

std::string_view to_text(Scope scope) {
  constexpr std::string_view names[] = {"read", "ingest", "write", "admin"};
  return names[static_cast<std::size_t>(scope)];
}

std::optional<Scope> parse_scope(std::string_view text) {
  for (const auto scope : {Scope::read, Scope::ingest, Scope::write, Scope::admin}) {
    if (to_text(scope) == text) return scope;
  }
  return std::nullopt;
}

bool includes(Scope held, Scope needed) {
  if (held == needed || held == Scope::admin) return true;
  return held == Scope::write && needed != Scope::admin;
}

namespace {

std::vector<ApiKey> keys_of(const pg::Result& rows) {
  std::vector<ApiKey> keys;
  for (const auto row : rows) {
    keys.push_back({std::string{row.text(0)}, std::string{row.text(1)}, row.as(2, parse_scope), std::string{row.text(3)}, row.instant(4),
                    row.optional_instant(5)});
  }
  return keys;
}

constexpr pg::Statement select_active{"SELECT id, name, scope, key_hash, created_at, revoked_at FROM api_keys WHERE revoked_at IS NULL"};
constexpr pg::Statement select_any{"SELECT EXISTS (SELECT FROM api_keys)"};
constexpr pg::Statement select_all{"SELECT id, name, scope, key_hash, created_at, revoked_at FROM api_keys ORDER BY id DESC"};

}  // namespace

Task<std::vector<ApiKey>> find_active_keys(pg::Session& db) { co_return keys_of(co_await db.query(select_active)); }

Task<bool> ever_a_key(pg::Session& db) { co_return (co_await db.query(select_any))[0].boolean(0); }

Task<std::vector<ApiKey>> find_keys(pg::Session& db) { co_return keys_of(co_await db.query(select_all)); }

namespace {

constexpr pg::Statement insert_key{R"(
  INSERT INTO api_keys (id, name, scope, key_hash, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING)"};

pg::Params row_of(const Clock& clock, const std::string& name, Scope scope, const std::string& key) {
  pg::Params params;
  params.add(uuid_text(new_uuid7())).add(name).add(to_text(scope)).add(sha256_hex(key)).add(clock.now());
  return params;
}

}  // namespace

Task<std::optional<std::string>> create_key(pg::Session& db, const Clock& clock, std::string name, Scope scope) {
  const auto key = "bk_" + random_hex(32);
  const auto inserted = co_await db.query(insert_key, row_of(clock, name, scope, key));
  if (inserted.affected() == 0) co_return std::nullopt;
  co_return key;
}

namespace {
constexpr pg::Statement revoke_others{R"(
  UPDATE api_keys SET revoked_at = $3 WHERE name = $1 AND key_hash <> $2 AND revoked_at IS NULL)"};
constexpr pg::Statement upsert_key{R"(
  INSERT INTO api_keys (id, name, scope, key_hash, created_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (key_hash) DO UPDATE SET name = excluded.name, scope = excluded.scope WHERE api_keys.revoked_at IS NULL)"};
}  // namespace

Task<bool> ensure_key(pg::Session& db, const Clock& clock, std::string name, std::string key) {
  auto tx = co_await db.begin();
  tx.send(revoke_others, pg::Params{}.add(name).add(sha256_hex(key)).add(clock.now()));
  const auto upserted = co_await tx.query(upsert_key, row_of(clock, name, Scope::admin, key));
  if (upserted.affected() == 0) co_return false;
  co_await tx.commit();
  co_return true;
}

namespace {
constexpr pg::Statement update_revoked{"UPDATE api_keys SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL"};
}

Task<bool> revoke_key(pg::Session& db, const Clock& clock, std::string name) {
  co_return (co_await db.query(update_revoked, pg::Params{}.add(name).add(clock.now()))).affected() == 1;
}

}  // namespace billing::keys
