#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include "platform/runtime/clock.hpp"
#include "platform/runtime/digest.hpp"
#include "platform/runtime/log.hpp"
#include "platform/runtime/refusal.hpp"
#include "platform/runtime/unicode.hpp"
#include "platform/runtime/uuid7.hpp"

namespace billing {
namespace {

using namespace std::chrono;

/// stderr, for as long as it lives, is a pipe.
class StderrPipe {
 public:
  StderrPipe() : saved_(::dup(STDERR_FILENO)) {
    EXPECT_EQ(::pipe(ends_), 0);
    ::dup2(ends_[1], STDERR_FILENO);
    ::close(ends_[1]);
  }
  ~StderrPipe() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(ends_[0]);
  }
  StderrPipe(const StderrPipe&) = delete;
  StderrPipe& operator=(const StderrPipe&) = delete;
  /// All that is in it; nothing is waited for.
  std::string drain() const {
    std::string text;
    char buffer[4096];
    for (pollfd in{ends_[0], POLLIN, 0}; ::poll(&in, 1, 0) == 1;) {
      const auto size = ::read(ends_[0], buffer, sizeof buffer);
      if (size <= 0) break;
      text.append(buffer, static_cast<std::size_t>(size));
    }
    return text;
  }

 private:
  int saved_;
  int ends_[2] = {};
};

TEST(Log, is_utf8_whatever_it_is_given) {
  const StderrPipe pipe;
  log::warn("odd", {{"path", "/\xff\xc3/\xe4\xb8\xad\"\n"}});
  const auto line = pipe.drain();
  EXPECT_EQ(line, valid_utf8(line));
  EXPECT_TRUE(line.contains("/\xef\xbf\xbd\xef\xbf\xbd/\xe4\xb8\xad\\\"\\n")) << line;
}

TEST(Log, waits_for_nobody_who_does_not_read_it_and_tells_how_much_was_lost) {
  const StderrPipe pipe;
  const std::string much(3'000, 'x');
  for (int i = 0; i < 1'000; ++i) log::warn("flood", {{"much", much}});  // a pipe holds 64 KiB
  const auto first = pipe.drain();
  EXPECT_TRUE(first.ends_with("}\n"));
  log::warn("after");
  const auto second = pipe.drain();
  EXPECT_TRUE(second.contains("log_lines_dropped")) << second;
  EXPECT_TRUE(second.contains("\"after\"")) << second;
  const auto written = std::ranges::count(first, '\n');
  EXPECT_TRUE(second.contains("\"lines\":" + std::to_string(1'000 - written))) << second;
}

TEST(Unicode, what_looks_the_same_folds_to_the_same) {
  const std::vector<std::pair<std::string_view, std::string_view>> same{
      {"\u00c4", "a\u0308"}, {"STRASSE", "stra\u00dfe"}, {"\u03a3\u039f\u03a3", "\u03c3\u03bf\u03c2"}, {"\u212b", "\u00e5"}, {"I", "i"}};
  for (const auto& [one, other] : same) EXPECT_EQ(folded(one), folded(other)) << one;
  const std::vector<std::pair<std::string_view, std::string_view>> different{
      {"a", "\u00e4"}, {"\u0131", "i"}, {{"a\0b", 3}, "a"}, {"\uff41", "a"}};
  for (const auto& [one, other] : different) EXPECT_NE(folded(one), folded(other)) << one;
}

TEST(Unicode, each_byte_that_is_none_becomes_a_replacement_character) {
  const std::string r = "\ufffd";
  EXPECT_EQ(valid_utf8("a\xff"
                       "b"),
            "a" + r + "b");
  EXPECT_EQ(valid_utf8("\xe4\xb8"), r + r);                    // cut off
  EXPECT_EQ(valid_utf8("\xc0\xaf\xed\xa0\x80"), r + r + r + r + r);  // overlong, a surrogate
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), r + r + r + r);      // beyond U+10FFFF
  EXPECT_EQ(valid_utf8("\u4e2d\U0001f600"), "\u4e2d\U0001f600");
  const std::string_view nul{"\0x", 2};
  EXPECT_EQ(valid_utf8(nul), nul);
}

TEST(Unicode, letters_are_those_of_every_script_and_their_marks) {
  for (const char32_t c : U"a\u00c4\u4e2d\u0639\u0301\u093f") {
    if (c != 0) EXPECT_TRUE(is_letter(c)) << static_cast<unsigned>(c);
  }
  for (const char32_t c : U"1 -@\u200b\u00a0\u202e\U0001f600") EXPECT_FALSE(is_letter(c)) << static_cast<unsigned>(c);
}

TEST(Digest, is_sha_256) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Uuid7, has_version_7_and_the_variant_of_rfc_9562) {
  const auto id = new_uuid7();
  EXPECT_EQ(id[6] >> 4, 7);
  EXPECT_EQ(id[8] >> 6, 2);
}

TEST(Uuid7, rises_strictly_within_a_process_whatever_thread_makes_it) {
  std::vector<std::array<std::uint8_t, 16>> here;
  for (int i = 0; i < 20'000; ++i) here.push_back(new_uuid7());
  EXPECT_TRUE(std::ranges::is_sorted(here));
  std::vector<std::vector<std::array<std::uint8_t, 16>>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 10'000; ++i) mine.push_back(new_uuid7());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::array<std::uint8_t, 16>> all;
  for (const auto& mine : made) {
    EXPECT_TRUE(std::ranges::is_sorted(mine));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), 40'000u);
}

TEST(SimulatedClock, stands_still_and_never_goes_back) {
  const Instant start{sys_days{2026y / January / 31}};
  SimulatedClock clock{start};
  EXPECT_EQ(clock.now(), start);
  clock.set(start + 24h);
  clock.set(start);
  EXPECT_EQ(clock.now(), start + 24h);
  EXPECT_EQ(clock.today(), (Date{2026y / February / 1}));
}

TEST(Refusal, points_at_the_field) {
  const auto refusal = unacceptable("/email", "must be an address");
  EXPECT_EQ(refusal.status, 422);
  EXPECT_EQ(refusal.code, "unacceptable");
  ASSERT_EQ(refusal.errors.size(), 1u);
  EXPECT_EQ(refusal.errors[0].pointer, "/email");
}

TEST(Log, is_one_line_of_json_whatever_the_values_hold) {
  testing::internal::CaptureStderr();
  log::warn("test", {{"text", "a \"quote\",\na line and \x01"}, {"count", 3}, {"flag", true}});
  const auto line = testing::internal::GetCapturedStderr();
  EXPECT_NE(line.find(R"("level":"warn","event":"test","text":"a \"quote\",\na line and \u0001","count":3,"flag":true})"),
            std::string::npos)
      << line;
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
}

TEST(Log, refuses_a_level_that_is_none) { EXPECT_THROW(log::set_level("loud"), std::invalid_argument); }

}  // namespace
}  // namespace billing
