#pragma once

#include <functional>
#include <vector>

#include "platform/pdf/canvas.hpp"
#include "rooms/paper/paginate.hpp"
#include "rooms/paper/paper.hpp"
#include "rooms/paper/words.hpp"

namespace billing::paper {

/// One piece of what flows from page to page, beneath the heads.
struct Block {
  Piece piece;
  bool in_table;  // below the table's head
  std::function<void(pdf::Canvas&, double top)> draw;
};

/// Where the table's columns end, to the right, and how wide its first one is: as wide as the numbers need it.
struct Columns {
  double quantity;  // 0: no line has one
  double description_width;
};
Columns columns_of(pdf::Canvas& canvas, const Paper& paper, const Words& words);
inline constexpr double table_head_height = 20;
void draw_table_head(pdf::Canvas& canvas, const Paper& paper, const Words& words, const Columns& columns, double top);

/// The lines, the sums and the notes, in this order.
std::vector<Block> flow_of(pdf::Canvas& canvas, const Paper& paper, const Words& words, const Columns& columns);

}  // namespace billing::paper
