#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace billing::app {

/// What may be held in request bodies at once, of so much memory: an eighth, from 16 to 256 MiB.
std::size_t body_budget(std::optional<std::uint64_t> memory);

/// The limit in the text of a cgroup's memory.max; nullopt for "max" and for what is none.
std::optional<std::uint64_t> cgroup_limit(std::string_view text);

/// The least of what this process may use: its cgroup's limit, RLIMIT_AS and the machine's memory.
std::optional<std::uint64_t> memory_of_process();

}  // namespace billing::app
