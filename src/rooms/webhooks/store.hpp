#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "rooms/context.hpp"

namespace billing::webhooks {

using EndpointId = Id<struct EndpointTag>;

/// Where events go to. Never with its secrets.
struct Endpoint {
  EndpointId id;
  std::string url;
  std::optional<std::vector<std::string>> types;  // as they were given, `invoice.*` among them; nullopt: all
  std::optional<std::string> description;
  bool active = true;
  std::optional<Instant> disabled_at;
  std::optional<std::string> disabled_reason;
  std::optional<Instant> failing_since;
  std::optional<Instant> hold_until;
  std::optional<Instant> previous_until;  // until when the secret before signs as well
  std::int64_t next_sequence = 0;
  std::int64_t waiting = 0;  // events that it has not been sent yet, of all types
  Instant created_at;
  Instant updated_at;
};

/// It is sent what happens from now on.
Task<void> insert_endpoint(Context& context, EndpointId id, const std::string& url, const std::optional<std::vector<std::string>>& types,
                           const std::optional<std::string>& description, const std::string& secret);
/// Newest first.
Task<std::vector<Endpoint>> find_endpoints(pg::Session& db, std::optional<std::string> after, std::int64_t limit);
/// Throws 404 for an unknown one.
Task<Endpoint> require_endpoint(pg::Session& db, EndpointId id);

/// What is named is set.
struct EndpointChange {
  std::optional<std::string> url;
  bool has_types = false;
  std::optional<std::vector<std::string>> types;
  bool has_description = false;
  std::optional<std::string> description;
  std::optional<bool> active;  // true: also one that was disabled is sent to again, from where it stopped
};
Task<void> update_endpoint(Context& context, EndpointId id, const EndpointChange& change);
Task<void> delete_endpoint(Context& context, EndpointId id);
/// The one before signs as well for a day.
Task<void> rotate_secret(Context& context, EndpointId id, const std::string& secret);

/// Endpoints that there is something to be sent to now, and that nobody is at.
Task<std::vector<EndpointId>> find_ready(pg::Session& db, std::int64_t limit);

/// One process' right to send to an endpoint.
struct Claim {
  EndpointId id;
  std::int64_t number;  // of claims of the endpoint: an older one is over
  std::string url;
  std::optional<std::vector<std::string>> types;
  std::vector<std::string> secrets;  // each signs
  std::int64_t next_sequence;
  bool failing;
};
/// nullopt: it is not ready, or somebody else is at it.
Task<std::optional<Claim>> claim(const Context& context, EndpointId id);

}  // namespace billing::webhooks
