#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace billing::app {

/// How far something has come.
struct Progress {
  std::string_view what;        // "subscriptions billed"
  std::int64_t done = 0;
  std::int64_t total = 0;
  std::chrono::milliseconds took{0};
};

/// In a line: 12,400 of 100,000 subscriptions billed, 4,812 a second, 18 s left. With a bar of `bar` characters before it; 0: without.
std::string progress_text(const Progress& progress, std::size_t bar);

/// Shows it: on a terminal a bar that is drawn over and over, else a line now and then.
class ProgressDisplay {
 public:
  explicit ProgressDisplay(std::FILE* out);

  /// How long to wait before it is shown again.
  std::chrono::milliseconds pace() const;
  void show(const Progress& progress);
  /// For the last time: what comes next goes on a line of its own.
  void finish(const Progress& progress);

 private:
  std::FILE* out_;
  bool is_terminal_;
};

}  // namespace billing::app
