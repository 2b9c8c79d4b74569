#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/ids.hpp"
#include "platform/runtime/refusal.hpp"
#include "rooms/context.hpp"

namespace billing::users {

struct User {
  UserId id;
  std::string email;                           // as sent; compared by its email_key
  std::optional<std::string> payment_method;  // the provider's token
  Instant created_at;
  Instant updated_at;
};

/// nullopt when the address is taken, in any letter case and composition. One statement, its audit event included.
Task<std::optional<User>> create_user(Context& context, std::string email);
Task<std::optional<User>> find_user(pg::Session& db, UserId id);
/// Throws `unknown_user` where there is none.
Task<User> require_user(pg::Session& db, UserId id);
/// 404, for a person.
Refusal unknown_user(UserId id);

struct Everybody {};
struct WithAddress {
  std::string email;  // the whole of it
};
struct WithPartOfAddress {
  std::string part;  // no character of it is special
};
/// Addresses are compared in any letter case.
using UserFilter = std::variant<Everybody, WithAddress, WithPartOfAddress, std::vector<UserId>>;
/// Newest first.
Task<std::vector<User>> find_users(pg::Session& db, const UserFilter& filter, std::optional<std::string> after, std::int64_t limit);
/// nullopt for an unknown user; nullopt as `payment_method` clears it.
Task<std::optional<User>> set_payment_method(Context& context, UserId id, std::optional<std::string> payment_method);

/// A user's row is the lock of everything that billing does for that user. Taken in one order, held until the transaction ends. Sent without
/// waiting: whatever is asked next in this transaction is answered under the lock.
void lock_users(pg::Transaction& tx, const std::vector<std::string>& user_ids);
/// As lock_users, but waits for nobody: the ids of those whom it could lock.
Task<std::vector<std::string>> lock_free_users(pg::Transaction& tx, const std::vector<std::string>& user_ids);

}  // namespace billing::users
