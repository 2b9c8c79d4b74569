#pragma once

#include "platform/pdf/canvas.hpp"
#include "rooms/paper/paper.hpp"
#include "rooms/paper/words.hpp"

namespace billing::paper {

/// "Invoice 2026-000001"
std::string title_of(const Paper& paper, const Words& words);
/// What it comes to, in one sentence: "USD 69.00 due July 14, 2026".
std::string sentence_of(const Paper& paper, const Words& words);

/// The first page's head: what it is, who writes to whom, what it comes to. Gives where it ends.
double draw_head(pdf::Canvas& canvas, const Paper& paper, const Words& words);
/// That of the others, in one line.
inline constexpr double short_head_end = 74;
void draw_short_head(pdf::Canvas& canvas, const Paper& paper, const Words& words);
/// What lies beneath all else on each page of a paper that is not to be paid.
void draw_stamp(pdf::Canvas& canvas, const Paper& paper, const Words& words);

/// Beneath what flows on each page: which document and which page of it this is, and the seller's words.
class Foot {
 public:
  Foot(pdf::Canvas& canvas, const Paper& paper, const Words& words);
  double top() const { return top_; }
  void draw(pdf::Canvas& canvas, std::size_t page, std::size_t pages) const;

 private:
  const Words& words_;
  std::string document_;
  pdf::Text footer_;
  std::size_t footer_lines_;
  double top_;
};

}  // namespace billing::paper
