#include "rooms/users/store.hpp"

#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/users/email.hpp"

namespace billing::users {
namespace {

User user_of(pg::Row row) { return {row.as<UserId>(0), std::string{row.text(1)}, row.optional_text(2), row.instant(3), row.instant(4)}; }

std::optional<User> first_user(const pg::Result& rows) {
  if (rows.empty()) return std::nullopt;
  return user_of(rows[0]);
}

constexpr pg::Statement insert_user{R"(
  WITH made AS (
    INSERT INTO users (id, email, email_key, created_at, updated_at) VALUES ($1, $2, $7, $3, $3)
    ON CONFLICT DO NOTHING
    RETURNING id, email, payment_method, created_at, updated_at
  ), audited AS (
    INSERT INTO audit_events (id, at, actor, key_id, action, entity, entity_id, user_id)
    SELECT $4::uuid, $3, $5::text, $6::uuid, 'user.created', 'user', id::text, id FROM made
  )
  SELECT id, email, payment_method, created_at, updated_at FROM made)"};

}  // namespace

Task<std::optional<User>> create_user(Context& context, std::string email) {
  pg::Params params;
  params.add(uuid_text(new_uuid7())).add(email).add(context.clock.now()).add(uuid_text(new_uuid7())).add(context.actor);
  params.add(audit::key_of(context)).add(email_key(email));
  co_return first_user(co_await context.db.query(insert_user, std::move(params)));
}

namespace {
constexpr pg::Statement select_user{"SELECT id, email, payment_method, created_at, updated_at FROM users WHERE id = $1"};
}

Task<std::optional<User>> find_user(pg::Session& db, UserId id) {
  co_return first_user(co_await db.query(select_user, pg::Params{}.add(id.text())));
}

Task<User> require_user(pg::Session& db, UserId id) {
  auto user = co_await find_user(db, id);
  if (!user) throw unknown_user(id);
  co_return *std::move(user);
}

Refusal unknown_user(UserId id) { return not_found("There is no user " + id.text() + "."); }

namespace {

constexpr pg::Statement select_users{R"(
  SELECT id, email, payment_method, created_at, updated_at FROM users
  WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2)"};
constexpr pg::Statement select_user_by_email{R"(
  SELECT id, email, payment_method, created_at, updated_at FROM users
  WHERE email_key = $3 AND ($1::uuid IS NULL OR id < $1) LIMIT $2)"};
/// Reads the addresses from the newest on: a tenth of a second for 100,000 users when nobody has it.
constexpr pg::Statement select_users_by_part{R"(
  SELECT id, email, payment_method, created_at, updated_at FROM users
  WHERE strpos(email_key, $3) > 0 AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2)",
                                             pg::Planned::once, pg::Lane::scan};
constexpr pg::Statement select_users_by_id{R"(
  SELECT id, email, payment_method, created_at, updated_at FROM users
  WHERE id = ANY ($3::uuid[]) AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2)"};

/// The statement of a filter, with its own value after those that all have.
struct Selection {
  pg::Session& db;
  pg::Params params;

  Task<pg::Result> operator()(const Everybody&) { return db.query(select_users, std::move(params)); }
  Task<pg::Result> operator()(const WithAddress& one) {
    return db.query(select_user_by_email, std::move(params.add(email_key(one.email))));
  }
  Task<pg::Result> operator()(const WithPartOfAddress& some) {
    return db.query(select_users_by_part, std::move(params.add(email_key(some.part))));
  }
  Task<pg::Result> operator()(const std::vector<UserId>& ids) {
    std::vector<std::string> texts;
    for (const auto& id : ids) texts.push_back(id.text());
    return db.query(select_users_by_id, std::move(params.add_array(texts)));
  }
};

}  // namespace

Task<std::vector<User>> find_users(pg::Session& db, const UserFilter& filter, std::optional<std::string> after, std::int64_t limit) {
  const auto rows = co_await std::visit(Selection{db, pg::Params{}.add(after).add(limit)}, filter);
  std::vector<User> users;
  for (const auto row : rows) users.push_back(user_of(row));
  co_return users;
}

namespace {
constexpr pg::Statement update_payment_method{R"(
  WITH changed AS (
    UPDATE users SET payment_method = $2, updated_at = $3 WHERE id = $1
    RETURNING id, email, payment_method, created_at, updated_at
  ), audited AS (
    INSERT INTO audit_events (id, at, actor, key_id, action, entity, entity_id, user_id)
    SELECT $4::uuid, $3, $5::text, $6::uuid, 'user.payment_method_changed', 'user', id::text, id FROM changed
  )
  SELECT id, email, payment_method, created_at, updated_at FROM changed)",
                                              pg::Planned::once, pg::Lane::alone};  // whoever bills the user has it locked
}

Task<std::optional<User>> set_payment_method(Context& context, UserId id, std::optional<std::string> payment_method) {
  pg::Params params;
  params.add(id.text()).add(payment_method).add(context.clock.now()).add(uuid_text(new_uuid7())).add(context.actor);
  params.add(audit::key_of(context));
  co_return first_user(co_await context.db.query(update_payment_method, std::move(params)));
}

namespace {
constexpr pg::Statement lock_rows{"SELECT FROM users WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY id FOR NO KEY UPDATE"};
}

namespace {
constexpr pg::Statement lock_free_rows{R"(
  SELECT id FROM users WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)"};
}

Task<std::vector<std::string>> lock_free_users(pg::Transaction& tx, const std::vector<std::string>& user_ids) {
  std::vector<std::string> locked;
  for (const auto row : co_await tx.query(lock_free_rows, pg::Params{}.add_array(user_ids))) locked.emplace_back(row.text(0));
  co_return locked;
}

void lock_users(pg::Transaction& tx, const std::vector<std::string>& user_ids) { tx.send(lock_rows, pg::Params{}.add_array(user_ids)); }

}  // namespace billing::users
