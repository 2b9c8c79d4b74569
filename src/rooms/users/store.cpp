#include "rooms/users/store.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "platform/http/answer.hpp"
#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/users/address.hpp"
#include "rooms/users/email.hpp"

namespace billing::users {
namespace {

#define USER_COLUMNS                                                                                                     \
  "id, email, payment_method, created_at, updated_at, name, external_id, phone, address, tax_id, tax_status, language, " \
  "collection = 'manual', net_days, metadata, anonymized_at"

/// Of USER_COLUMNS.
User user_of(pg::Row row) {
  return {.id = row.as<UserId>(0),
          .email = std::string{row.text(1)},
          .payment_method = row.optional_text(2),
          .created_at = row.instant(3),
          .updated_at = row.instant(4),
          .details = {.name = row.optional_text(5),
                      .external_id = row.optional_text(6),
                      .phone = row.optional_text(7),
                      .address_json = row.optional_text(8),
                      .tax_id = row.optional_text(9),
                      .tax_status = row.as(10, parse_tax_status),
                      .language = std::string{row.text(11)},
                      .manual = row.boolean(12),
                      .net_days = row.integer(13),
                      .metadata_json = std::string{row.text(14)}},
          .anonymized_at = row.optional_instant(15)};
}

std::optional<User> first_user(const pg::Result& rows) {
  if (rows.empty()) return std::nullopt;
  return user_of(rows[0]);
}

// Who is taken is left out, also by one of the same statement.
constexpr const char* insert_sql = R"(
  WITH sent AS (
    SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[], $10::tax_status[],
                         $11::text[], $12::user_collection[], $13::bigint[], $14::jsonb[], $15::text[], $16::uuid[], $17::text[], $18::uuid[])
      AS s (id, email, email_key, name, external_id, phone, address, tax_id, tax_status, language, collection, net_days, metadata, payment_method,
            audit_id, actor, key_id)
  ), made AS (
    INSERT INTO users (id, email, email_key, created_at, updated_at, name, external_id, phone, address, tax_id, tax_status, language, collection,
                       net_days, metadata, payment_method)
    SELECT id, email, email_key, $1, $1, name, external_id, phone, address, tax_id, tax_status, language, collection, net_days, metadata, payment_method
    FROM sent ORDER BY email_key
    ON CONFLICT DO NOTHING
    RETURNING *
  ), audited AS (
    INSERT INTO audit_events (id, at, actor, key_id, action, entity, entity_id, user_id)
    SELECT audit_id, $1, actor, key_id, 'user.created', 'user', id::text, id FROM sent WHERE id IN (SELECT id FROM made)
  )
  SELECT )" USER_COLUMNS " FROM made";
constexpr pg::Statement insert_one{insert_sql};
constexpr pg::Statement insert_several{insert_sql, pg::Planned::once, pg::Lane::together};

pg::Params params_of(const std::vector<NewUser>& users, const std::vector<UserId>& ids, Instant now) {
  std::vector<std::string> emails, keys, statuses, languages, collections, metadata, actors;
  std::vector<std::optional<std::string>> names, external_ids, phones, addresses, tax_ids, methods, api_keys;
  std::vector<std::int64_t> net_days;
  std::vector<pg::UuidBytes> audit_ids;
  for (const auto& [user, actor, api_key] : users) {
    const auto& details = user.details;
    emails.push_back(user.email);
    keys.push_back(email_key(user.email));
    names.push_back(details.name);
    external_ids.push_back(details.external_id);
    phones.push_back(details.phone);
    addresses.push_back(details.address_json);
    tax_ids.push_back(details.tax_id);
    statuses.emplace_back(to_text(details.tax_status));
    languages.push_back(details.language);
    collections.emplace_back(details.manual ? "manual" : "automatic");
    net_days.push_back(details.net_days);
    metadata.push_back(details.metadata_json);
    methods.push_back(user.payment_method);
    audit_ids.push_back(new_uuid7());
    actors.push_back(actor);
    api_keys.push_back(api_key);
  }
  pg::Params params;
  params.add(now).add_array(ids).add_array(emails).add_array(keys).add_array(names).add_array(external_ids).add_array(phones);
  params.add_array(addresses).add_array(tax_ids).add_array(statuses).add_array(languages).add_array(collections).add_array(net_days);
  params.add_array(metadata).add_array(methods).add_array(audit_ids).add_array(actors).add_array(api_keys);
  return params;
}

}  // namespace

Task<std::vector<std::optional<User>>> insert_users(pg::Session& db, const std::vector<NewUser>& users, Instant now) {
  std::vector<UserId> ids;
  for (std::size_t i = 0; i < users.size(); ++i) ids.emplace_back(new_uuid7());
  std::vector<std::optional<User>> made(users.size());
  for (const auto row : co_await db.query(users.size() == 1 ? insert_one : insert_several, params_of(users, ids, now))) {
    auto user = user_of(row);
    made[static_cast<std::size_t>(std::ranges::lower_bound(ids, user.id) - ids.begin())] = std::move(user);  // ids rise as they are made
  }
  co_return made;
}

namespace {

constexpr pg::Statement select_version{"SELECT " USER_COLUMNS ", xmin::text FROM users WHERE id = $1"};
// One statement, waiting by itself: whoever bills the user has it locked. Who has changed meanwhile is not the version that was read.
constexpr pg::Statement update_user{R"(
  WITH changed AS (
    UPDATE users
    SET email = $2, email_key = $7, updated_at = $3, name = $8, external_id = $9, phone = $10, address = $11, tax_id = $12, tax_status = $13,
        language = $14, collection = $15, net_days = $16, metadata = $17, payment_method = $18
    WHERE id = $1 AND xmin::text = $19
    RETURNING *
  ), audited AS (
    INSERT INTO audit_events (id, at, actor, key_id, action, entity, entity_id, user_id)
    SELECT $4::uuid, $3, $5::text, $6::uuid, $20::text, 'user', id::text, id FROM changed
  )
  SELECT )" USER_COLUMNS " FROM changed",
                                    pg::Planned::once, pg::Lane::alone};

}  // namespace

Task<UserVersion> require_version(pg::Session& db, UserId id) {
  const auto rows = co_await db.query(select_version, pg::Params{}.add(id.text()));
  if (rows.empty()) throw unknown_user(id);
  co_return UserVersion{user_of(rows[0]), std::string{rows[0].text(16)}};
}

Task<std::optional<User>> save_user(Context& context, const UserVersion& before, const User& after) {
  const bool method_alone = before.user.payment_method != after.payment_method;
  pg::Params params;
  params.add(after.id.text()).add(after.email).add(context.clock.now()).add(uuid_text(new_uuid7())).add(context.actor);
  params.add(audit::key_of(context)).add(email_key(after.email));
  const auto& details = after.details;
  params.add(details.name).add(details.external_id).add(details.phone).add(details.address_json).add(details.tax_id);
  params.add(to_text(details.tax_status)).add(details.language).add(details.manual ? "manual" : "automatic").add(details.net_days);
  params.add(details.metadata_json).add(after.payment_method);
  params.add(before.version).add(method_alone ? "user.payment_method_changed" : "user.updated");
  try {
    co_return first_user(co_await context.db.query(update_user, std::move(params)));
  } catch (const pg::StatementError& error) {
    if (error.constraint == "users_email_key") throw email_taken(after.email);
    if (error.constraint == "users_external_id") throw external_id_taken(after.details.external_id.value_or(""));
    throw;
  }
}

Refusal email_taken(const std::string& email) {
  return conflict("email_taken", "A user with the address " + email + " exists already: GET /users?email=… finds it.");
}

Refusal external_id_taken(const std::string& external_id) {
  return conflict("external_id_taken",
                  "A user with the external_id " + external_id + " exists already: GET /users?external_id=… finds it.");
}

namespace {
constexpr pg::Statement clear_user{R"(
  UPDATE users
  SET email = id || '@anonymized.invalid', email_key = id || '@anonymized.invalid', name = NULL, external_id = NULL, phone = NULL, address = NULL,
      tax_id = NULL, payment_method = NULL, metadata = '{}', anonymized_at = coalesce(anonymized_at, $2), updated_at = $2
  WHERE id = $1)"};
constexpr pg::Statement select_billed{R"(
  SELECT id, tax_status, address->>'country', collection = 'manual', net_days, email, name, phone, address, tax_id, language
  FROM users WHERE id = ANY ((SELECT $1::uuid[])::uuid[]))"};
}  // namespace

void anonymize(pg::Transaction& tx, const Context& context, UserId id) {
  tx.send(clear_user, pg::Params{}.add(id.text()).add(context.clock.now()));
  audit::record(tx, context, {{"user.anonymized", "user", id.text(), id.text(), {}, {}}});
}

pg::Query billed_query(const std::vector<UserId>& user_ids) { return {select_billed, pg::Params{}.add_array(user_ids)}; }

std::map<UserId, Billed> read_billed(const pg::Result& rows) {
  std::map<UserId, Billed> billed;
  for (const auto row : rows) {
    billed.emplace(row.as<UserId>(0), Billed{.tax_status = row.as(1, parse_tax_status),
                                             .country = row.optional_text(2),
                                             .manual = row.boolean(3),
                                             .net_days = row.integer(4),
                                             .email = std::string{row.text(5)},
                                             .name = row.optional_text(6),
                                             .phone = row.optional_text(7),
                                             .address_json = row.optional_text(8),
                                             .tax_id = row.optional_text(9),
                                             .language = std::string{row.text(10)}});
  }
  return billed;
}

std::string buyer_json(const Billed& billed) {
  return boost::json::serialize(boost::json::object{{"name", http::nullable(billed.name)},
                                                    {"email", billed.email},
                                                    {"phone", http::nullable(billed.phone)},
                                                    {"address", address_json(billed.address_json)},
                                                    {"tax_id", http::nullable(billed.tax_id)},
                                                    {"tax_status", to_text(billed.tax_status)},
                                                    {"language", billed.language}});
}

namespace {
constexpr pg::Statement select_user{"SELECT " USER_COLUMNS " FROM users WHERE id = $1"};
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

constexpr pg::Statement select_users{"SELECT " USER_COLUMNS R"( FROM users
  WHERE ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2)"};
constexpr pg::Statement select_user_by_email{"SELECT " USER_COLUMNS R"( FROM users
  WHERE email_key = $3 AND ($1::uuid IS NULL OR id < $1) LIMIT $2)"};
constexpr pg::Statement select_user_by_external_id{"SELECT " USER_COLUMNS R"( FROM users
  WHERE external_id = $3 AND ($1::uuid IS NULL OR id < $1) LIMIT $2)"};
/// Reads the addresses from the newest on: a tenth of a second for 100,000 users when nobody has it.
constexpr pg::Statement select_users_by_part{"SELECT " USER_COLUMNS R"( FROM users
  WHERE strpos(email_key, $3) > 0 AND ($1::uuid IS NULL OR id < $1) ORDER BY id DESC LIMIT $2)",
                                             pg::Planned::once, pg::Lane::scan};
constexpr pg::Statement select_users_by_id{"SELECT " USER_COLUMNS R"( FROM users
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
  Task<pg::Result> operator()(const WithExternalId& one) {
    return db.query(select_user_by_external_id, std::move(params.add(one.external_id)));
  }
  Task<pg::Result> operator()(const std::vector<UserId>& ids) { return db.query(select_users_by_id, std::move(params.add_array(ids))); }
};

}  // namespace

Task<std::vector<User>> find_users(pg::Session& db, const UserFilter& filter, std::optional<std::string> after, std::int64_t limit) {
  const auto rows = co_await std::visit(Selection{db, pg::Params{}.add(after).add(limit)}, filter);
  std::vector<User> users;
  for (const auto row : rows) users.push_back(user_of(row));
  co_return users;
}

namespace {
constexpr pg::Statement lock_rows{"SELECT FROM users WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY id FOR NO KEY UPDATE"};
}

namespace {
constexpr pg::Statement lock_free_rows{R"(
  SELECT id FROM users WHERE id = ANY ((SELECT $1::uuid[])::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)"};
}

Task<std::vector<UserId>> lock_free_users(pg::Transaction& tx, const std::vector<UserId>& user_ids) {
  std::vector<UserId> locked;
  for (const auto row : co_await tx.query(lock_free_rows, pg::Params{}.add_array(user_ids))) locked.push_back(row.as<UserId>(0));
  co_return locked;
}

void lock_users(pg::Transaction& tx, const std::vector<UserId>& user_ids) { tx.send(lock_rows, pg::Params{}.add_array(user_ids)); }

}  // namespace billing::users
