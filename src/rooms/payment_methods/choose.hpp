#pragma once

#include <string>

#include "rooms/providers/providers.hpp"
#include "rooms/users/store.hpp"

namespace billing::payment_methods {

/// The user is charged by that method from now on: every open invoice that is charged by itself is due at once, and its schedule begins anew. Nothing, where it
/// is charged by it already. Under the user's lock.
Task<void> choose(pg::Transaction& tx, const Context& context, UserId user, const std::string& method);

/// The user as this provider needs it; made known to it first, where it must be. Refusal 503 while the provider cannot be reached.
Task<providers::Customer> customer_of(const Context& context, providers::PaymentProvider& provider, const users::User& user);
/// The same, without making anybody known.
Task<providers::Customer> known_customer(pg::Session& db, const providers::PaymentProvider& provider, const users::User& user);

/// 503, for a person.
Refusal unreachable(const providers::PaymentProvider& provider);

/// What the provider answered, or why not, for a person; `pointer`: the member of the body that it does not know.
template <class Thing>
Thing require(providers::Answer<Thing> answer, const providers::PaymentProvider& provider, const char* pointer = nullptr) {
  if (auto* thing = std::get_if<Thing>(&answer)) return std::move(*thing);
  if (const auto* refused = std::get_if<providers::Refused>(&answer)) {
    if (pointer) throw unacceptable(pointer, refused->detail);
    throw conflict("provider_refused", refused->detail);
  }
  throw unreachable(provider);
}

}  // namespace billing::payment_methods
