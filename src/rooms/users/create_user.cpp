#include "rooms/users/create_user.hpp"

#include "rooms/audit/store.hpp"
#include "rooms/written_together.hpp"

namespace billing::users {
namespace {

thread_local WrittenTogether<NewUser, std::optional<User>> creating;

}  // namespace

Task<std::optional<User>> create_user(Context& context, User user) {
  co_return co_await creating.write_one(
      context, {std::move(user), std::string{context.actor}, audit::key_of(context)},
      [](const Context& for_all, const std::vector<NewUser>& users) { return insert_users(for_all.db, users, for_all.clock.now()); });
}

}  // namespace billing::users
