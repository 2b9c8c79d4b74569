#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

/// A4 pages with text in any script, as a PDF. Lengths are points (1/72 inch), from the upper left corner of a page.
namespace billing::pdf {

inline constexpr double page_width = 595.28;
inline constexpr double page_height = 841.89;

struct Color {
  double red, green, blue;
};
enum class Weight : std::uint8_t { normal, semibold, bold };
enum class Align : std::uint8_t { left, right };

struct Style {
  double size;  // of the font
  Weight weight = Weight::normal;
  Color color{0, 0, 0};
};

/// What a file says about itself.
struct Info {
  std::string title;
  std::string author;
  std::string subject;
  std::string language;  // BCP 47: "en"
  Instant created;
};

/// Text that is set: broken into lines, each in its fonts.
class Text {
 public:
  Text(Text&&) noexcept;
  Text& operator=(Text&&) noexcept;
  ~Text();

  std::size_t lines() const;
  double height(std::size_t line) const;
  double height() const;  // of all lines
  double ascent(std::size_t line) const;  // from its top to its baseline

 private:
  friend class Canvas;
  struct Set;
  explicit Text(std::unique_ptr<Set> set);
  std::unique_ptr<Set> set_;
};

/// Draws one file. For one thread at a time. The same calls with the same fonts installed give the same bytes.
/// Texts are data: nothing in them is markup, what cannot be seen or is not UTF-8 is replaced, words that are too long are broken.
class Canvas {
 public:
  explicit Canvas(const Info& info);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  /// Broken at `width`; what is beyond `most_lines` (0: no limit) ends in "…". "\n" begins a new line.
  Text set(std::string_view text, const Style& style, double width, std::size_t most_lines = 0);
  /// Of one line.
  double width_of(std::string_view text, const Style& style);

  /// One line of a text; `x` is its left or right end.
  void draw(const Text& text, std::size_t line, double x, double baseline, Align align = Align::left);
  /// All lines, from `top` down; gives the lower end.
  double draw(const Text& text, double x, double top, Align align = Align::left);
  /// A short text in one line.
  void write(std::string_view text, const Style& style, double x, double baseline, Align align = Align::left);
  void rule(double from_x, double to_x, double y, double thickness, Color color);
  /// A filled rectangle with round corners.
  void box(double x, double y, double width, double height, double radius, Color color);
  /// A word across the whole page, turned, beneath what is drawn later.
  void stamp(std::string_view text, Color color);
  /// A PNG, scaled down to fit, its upper right corner at (x, y); gives its height, 0 where png_problem() has something against it.
  double picture(std::string_view png, double x, double y, double most_width, double most_height);

  void next_page();
  /// The file. Throws std::runtime_error where it came to more than 64 MB or could not be made. Once.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Why this cannot be a picture here, for a person; nullopt: it can. Looks at what it says of itself, and decodes nothing.
std::optional<std::string> png_problem(std::string_view png);
/// The same, having decoded it: what is no problem here is drawn.
std::optional<std::string> picture_problem(std::string_view png);

}  // namespace billing::pdf
