#include "app/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace billing::app {
namespace {

constexpr std::size_t bar_width = 30;

/// 1234567 → 1,234,567
std::string grouped(std::int64_t number) {
  auto text = std::to_string(number);
  for (auto at = std::ssize(text) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string duration_text(std::int64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

std::string bar_text(const Progress& progress, std::size_t width) {
  const auto share =
      progress.total > 0 ? progress.done * static_cast<std::int64_t>(width) / progress.total : static_cast<std::int64_t>(width);
  const auto full = static_cast<std::size_t>(std::clamp<std::int64_t>(share, 0, static_cast<std::int64_t>(width)));
  return "[" + std::string(full, '#') + std::string(width - full, '.') + "] ";
}

}  // namespace

std::string progress_text(const Progress& progress, std::size_t bar) {
  auto text = bar > 0 ? bar_text(progress, bar) : std::string{};
  text += fmt::format("{} of {} {}", grouped(progress.done), grouped(progress.total), progress.what);
  const auto rate = progress.took.count() > 0 ? progress.done * 1000 / progress.took.count() : 0;
  if (rate > 0) text += fmt::format(", {} a second", grouped(rate));
  const auto left = progress.total - progress.done;
  if (rate > 0 && left > 0) text += fmt::format(", {} left", duration_text((left + rate - 1) / rate));
  return text;
}

ProgressDisplay::ProgressDisplay(std::FILE* out) : out_(out), is_terminal_(::isatty(::fileno(out)) == 1) {}

std::chrono::milliseconds ProgressDisplay::pace() const {
  return is_terminal_ ? std::chrono::milliseconds{500} : std::chrono::milliseconds{5'000};
}

void ProgressDisplay::show(const Progress& progress) {
  if (is_terminal_) {
    fmt::print(out_, "\r\033[K{}", progress_text(progress, bar_width));
  } else {
    fmt::print(out_, "{}\n", progress_text(progress, 0));
  }
  std::fflush(out_);
}

void ProgressDisplay::finish(const Progress& progress) {
  show(progress);
  if (is_terminal_) fmt::print(out_, "\n");
}

}  // namespace billing::app
