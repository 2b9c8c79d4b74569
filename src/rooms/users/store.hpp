#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/ids.hpp"
#include "core/tax/rates.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/context.hpp"

namespace billing::users {

/// Who is billed, as documents say it, and how.
struct Details {
  std::optional<std::string> name;
  std::optional<std::string> external_id;  // the caller's own name of the user, unique
  std::optional<std::string> phone;
  std::optional<std::string> address_json;  // {"line1":…}, what is known of it
  std::optional<std::string> tax_id;
  TaxStatus tax_status = TaxStatus::taxable;
  std::string language = "en";
  bool manual = false;         // collection: never charged by itself
  std::int64_t net_days = 30;  // of manual ones: from issue to due
  std::string metadata_json = "{}";
};

struct User {
  UserId id;
  std::string email;                           // as sent; compared by its email_key
  std::optional<std::string> payment_method;  // the provider's token
  Instant created_at;
  Instant updated_at;
  Details details = {};
  std::optional<Instant> anonymized_at = {};
};

/// A user to be, and who creates it: not all who write together need be one.
struct NewUser {
  User user;
  std::string actor;
  std::optional<std::string> api_key;  // its id
};
/// In one statement, their audit events included. nullopt for whom the address, in any letter case and composition, or the external id is taken.
Task<std::vector<std::optional<User>>> insert_users(pg::Session& db, const std::vector<NewUser>& users, Instant now);
/// A user as read, and the name of that version of its row.
struct UserVersion {
  User user;
  std::string version;
};
Task<UserVersion> require_version(pg::Session& db, UserId id);
/// Writes all of a user but who it is, its audit event included; nullopt when it has changed since it was read. Refusal 409 for an address or
/// external id that is another's.
Task<std::optional<User>> save_user(Context& context, const UserVersion& before, const User& after);
Task<std::optional<User>> find_user(pg::Session& db, UserId id);
/// Throws `unknown_user` where there is none.
Task<User> require_user(pg::Session& db, UserId id);
/// 404 and 409, for a person.
Refusal unknown_user(UserId id);
Refusal email_taken(const std::string& email);
Refusal external_id_taken(const std::string& external_id);

struct Everybody {};
struct WithAddress {
  std::string email;  // the whole of it
};
struct WithPartOfAddress {
  std::string part;  // no character of it is special
};
struct WithExternalId {
  std::string external_id;
};
/// Addresses are compared in any letter case.
using UserFilter = std::variant<Everybody, WithAddress, WithPartOfAddress, WithExternalId, std::vector<UserId>>;
/// Newest first.
Task<std::vector<User>> find_users(pg::Session& db, const UserFilter& filter, std::optional<std::string> after, std::int64_t limit);
/// What names a person is gone: address, name, phone, tax id, payment method, metadata. Under the user's lock.
void anonymize(pg::Transaction& tx, const Context& context, UserId id);

/// How a user is billed by what is made now.
struct Billed {
  TaxStatus tax_status = TaxStatus::taxable;
  std::optional<std::string> country = {};
  bool manual = false;
  std::int64_t net_days = 0;
  std::string email = {};
  std::optional<std::string> name = {}, phone = {}, address_json = {}, tax_id = {};
  std::string language = "en";
};
/// From issue to due; nullopt: it is charged by itself.
inline std::optional<std::int64_t> net_days(const Billed& billed) { return billed.manual ? std::optional{billed.net_days} : std::nullopt; }
/// Who it is, as documents keep it.
std::string buyer_json(const Billed& billed);
/// Of these users, to be asked for under their locks, together with others of the transaction.
pg::Query billed_query(const std::vector<UserId>& user_ids);
std::map<UserId, Billed> read_billed(const pg::Result& rows);

/// A user's row is the lock of everything that billing does for that user. Taken in one order, held until the transaction ends. Sent without
/// waiting: whatever is asked next in this transaction is answered under the lock.
void lock_users(pg::Transaction& tx, const std::vector<UserId>& user_ids);
/// As lock_users, but waits for nobody: the ids of those whom it could lock.
Task<std::vector<UserId>> lock_free_users(pg::Transaction& tx, const std::vector<UserId>& user_ids);

}  // namespace billing::users
