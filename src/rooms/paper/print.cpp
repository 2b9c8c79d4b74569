#include <stdexcept>

#include "rooms/paper/flow.hpp"
#include "rooms/paper/head.hpp"
#include "rooms/paper/look.hpp"
#include "rooms/paper/paper.hpp"

namespace billing::paper {
namespace {

pdf::Info info_of(const Paper& paper, const Words& words) {
  return {.title = title_of(paper, words),
          .author = paper.seller.name,
          .subject = sentence_of(paper, words),
          .language = std::string{words.language},
          .created = paper.created};
}

std::vector<Piece> pieces_of(const std::vector<Block>& blocks) {
  std::vector<Piece> pieces;
  for (const auto& block : blocks) pieces.push_back(block.piece);
  return pieces;
}

}  // namespace

std::string print(const Paper& paper) {
  if (paper.lines.size() > most_lines) throw std::invalid_argument("more lines than a paper has");
  const auto& words = words_of(paper.language);
  pdf::Canvas canvas(info_of(paper, words));
  const auto columns = columns_of(canvas, paper, words);
  const auto blocks = flow_of(canvas, paper, words, columns);
  draw_stamp(canvas, paper, words);
  auto top = draw_head(canvas, paper, words);

  const Foot foot(canvas, paper, words);
  const auto room_below = [&foot](double y) { return foot.top() - 8 - table_head_height - y; };
  const auto starts = paginate(pieces_of(blocks), room_below(top), room_below(short_head_end));
  for (std::size_t page = 0; page < starts.size(); ++page) {
    if (page > 0) {
      canvas.next_page();
      draw_stamp(canvas, paper, words);
      draw_short_head(canvas, paper, words);
      top = short_head_end;
    }
    const auto end = page + 1 < starts.size() ? starts[page + 1] : blocks.size();
    if (starts[page] < end && blocks[starts[page]].in_table) {
      draw_table_head(canvas, paper, words, columns, top);
      top += table_head_height;
    }
    for (auto i = starts[page]; i < end; ++i) {
      const auto& piece = blocks[i].piece;
      if (i > starts[page]) top += piece.before;
      blocks[i].draw(canvas, top);
      top += piece.height;
    }
    foot.draw(canvas, page + 1, starts.size());
  }
  return canvas.finish();
}

}  // namespace billing::paper
