#include "app/process/memory_budget.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

namespace billing::app {
namespace {

std::string contents_of(const std::string& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Of the cgroup (version 2) that this process is in, and of those above it, whose limits hold for it too.
std::optional<std::uint64_t> least_cgroup_limit() {
  const auto own = contents_of("/proc/self/cgroup");
  const auto at = own.find("0::/");
  if (at == std::string::npos) return std::nullopt;
  auto path = own.substr(at + 3, own.find('\n', at) - at - 3);
  std::optional<std::uint64_t> least;
  while (true) {
    const auto limit = cgroup_limit(contents_of("/sys/fs/cgroup" + path + "/memory.max"));
    if (limit) least = std::min(least.value_or(*limit), *limit);
    if (path.empty()) return least;
    path.resize(path.rfind('/'));
  }
}

}  // namespace

std::size_t body_budget(std::optional<std::uint64_t> memory) {
  constexpr std::uint64_t mebibyte = 1024 * 1024;
  return static_cast<std::size_t>(std::clamp(memory.value_or(2048 * mebibyte) / 8, 16 * mebibyte, 256 * mebibyte));
}

std::optional<std::uint64_t> cgroup_limit(std::string_view text) {
  std::uint64_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || (end != text.data() + text.size() && *end != '\n')) return std::nullopt;
  return limit;
}

std::optional<std::uint64_t> memory_of_process() {
  std::optional<std::uint64_t> least = least_cgroup_limit();
  const auto note = [&least](std::uint64_t limit) { least = std::min(least.value_or(limit), limit); };
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) note(limit.rlim_cur);
  const auto pages = sysconf(_SC_PHYS_PAGES);
  if (pages > 0) note(static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
  return least;
}

}  // namespace billing::app
