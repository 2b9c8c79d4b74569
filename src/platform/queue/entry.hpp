#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/queue/queue.hpp"

namespace billing::queue {

inline constexpr auto group_name = "workers";

/// A ring as a stream holds it.
struct Entry {
  std::string id;
  std::optional<Ring> ring;  // none: the entry is malformed
};

/// What XREADGROUP and XAUTOCLAIM give for one entry; nullopt for what is not even an entry (one that was deleted meanwhile).
std::optional<Entry> parse_entry(const redis::Reply& reply);

}  // namespace billing::queue
