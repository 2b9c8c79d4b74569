#include "platform/pdf/canvas.hpp"

#include <gtest/gtest.h>

#include "platform/pdf/presentable.hpp"

namespace billing::pdf {
namespace {

const Info info{"Title", "Author", "Subject", "en", Instant{std::chrono::seconds{1'800'000'000}}};

TEST(Presentable, keeps_what_can_be_seen_in_any_script) {
  for (const auto* text : {"Größe 10 %", "請求書", "فاتورة", "τιμολόγιο", "e\u0301", "<b>&amp;</b>"})
    EXPECT_EQ(presentable(text, 100, false), text);
}

TEST(Presentable, replaces_what_cannot) {
  EXPECT_EQ(presentable("a\x01\x1b\tb", 100, false), "a   b");
  EXPECT_EQ(presentable("a\xff\xc3", 100, false), "a\ufffd\ufffd");
  EXPECT_EQ(presentable("a\u202eb\u202c\u2066c\u2069\ufeff", 100, false), "abc");
}

TEST(Presentable, line_ends_stay_where_they_may) {
  EXPECT_EQ(presentable("a\r\nb\u2028c", 100, true), "a\nb\nc");
  EXPECT_EQ(presentable("a\r\nb\u2028c", 100, false), "a b c");
}

TEST(Presentable, stacks_no_towers_of_marks) {
  std::string tower = "a";
  for (int i = 0; i < 100; ++i) tower += "\u0301";
  EXPECT_EQ(presentable(tower + "b", 200, false).size(), 1 + 6 * 2 + 1);
}

TEST(Presentable, ends_in_an_ellipsis_where_it_is_too_long) {
  EXPECT_EQ(presentable("abcdef", 6, false), "abcdef");
  EXPECT_EQ(presentable("abcdefg", 6, false), "abcde…");
  EXPECT_EQ(presentable("", 6, false), "");
}

TEST(Canvas, breaks_text_at_its_width_and_words_that_are_wider) {
  Canvas canvas(info);
  const Style style{10};
  EXPECT_EQ(canvas.set("one two three", style, 500).lines(), 1);
  EXPECT_GT(canvas.set("one two three four five six", style, 60).lines(), 1);
  EXPECT_GT(canvas.set(std::string(200, 'W'), style, 60).lines(), 20);
  EXPECT_EQ(canvas.set(std::string(200, 'W'), style, 60, 2).lines(), 2);
  EXPECT_EQ(canvas.set("", style, 60).lines(), 1);
}

TEST(Canvas, makes_a_file_with_its_language_and_a_time_that_is_given) {
  Canvas canvas(info);
  canvas.write("Hello", {12}, 50, 50);
  const auto pdf = canvas.finish();
  EXPECT_TRUE(pdf.starts_with("%PDF-1.4\n"));
  for (const auto* said : {"/Lang (en)", "/CreationDate (D:20270115080000", "/Title (Title)", "/ID [<"})
    EXPECT_TRUE(pdf.contains(said)) << said;
}

TEST(Canvas, a_language_that_is_none_is_refused) {
  auto odd = info;
  odd.language = "en) /Evil (";
  Canvas canvas(odd);
  EXPECT_THROW(canvas.finish(), std::invalid_argument);
}

TEST(Png, says_why_it_cannot_be_a_picture) {
  const auto png = [](std::string_view size) {
    return "\x89PNG\r\n\x1a\n" + std::string("\0\0\0\x0dIHDR", 8) + std::string{size} + std::string(9, '\0');
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(png_problem("GIF89a"), "is not a PNG file");
  EXPECT_EQ(png_problem(png("\0\0\0\x00\0\0\0\x10"sv)), "is an empty picture");
  EXPECT_EQ(png_problem(png("\0\0\xff\xff\0\0\0\x10"sv)), "is more than 4,000 pixels wide or high");
  EXPECT_EQ(png_problem(png("\0\0\x07\xd1\0\0\x07\xd0"sv)), "has more than 4 million pixels");
  EXPECT_EQ(png_problem(png("\0\0\x07\xd0\0\0\x07\xd0"sv)), std::nullopt);
  EXPECT_EQ(png_problem(png("\0\0\0\x10\0\0\0\x10"sv)), std::nullopt);
  EXPECT_EQ(picture_problem(png("\0\0\0\x10\0\0\0\x10"sv)), "is a PNG file that is damaged");
  EXPECT_EQ(picture_problem("GIF89a"), "is not a PNG file");
  Canvas canvas(info);
  EXPECT_EQ(canvas.picture(png("\0\0\0\x10\0\0\0\x10"sv), 100, 100, 50, 50), 0);  // it ends too early
}

}  // namespace
}  // namespace billing::pdf
