#include "rooms/paper/flow.hpp"

#include <algorithm>
#include <memory>

#include "rooms/paper/look.hpp"

namespace billing::paper {
namespace {

using pdf::Align;
using pdf::Canvas;

constexpr double gap = 16;      // between columns
constexpr double padding = 5.5;  // above and below a line of the table
constexpr std::size_t most_explanations = 60;
constexpr std::size_t kept_together = 5;  // of a long line's pieces: so many at its beginning and at its end

using Shared = std::shared_ptr<const pdf::Text>;

/// Each line of the text is a piece, so that it may be parted where it is longer than a page.
void add_text(std::vector<Block>& blocks, const Shared& text, double x, double before, bool in_table) {
  for (std::size_t line = 0; line < text->lines(); ++line) {
    blocks.push_back({{text->height(line), line == 0 ? before : 0, Hold::weak}, in_table, [text, line, x](Canvas& canvas, double top) {
                        canvas.draw(*text, line, x, top + text->ascent(line));
                      }});
  }
}

/// Draws something more with a piece that is there already.
void also(Block& block, std::function<void(Canvas&, double top)> more) {
  block.draw = [first = std::move(block.draw), more = std::move(more)](Canvas& canvas, double top) {
    first(canvas, top);
    more(canvas, top);
  };
}

void add_line(std::vector<Block>& blocks, Canvas& canvas, const Paper& paper, const Line& line, const Columns& columns) {
  const auto first = blocks.size();
  auto description = std::make_shared<const pdf::Text>(canvas.set(line.description, look::body, columns.description_width));
  add_text(blocks, description, look::left, 0, true);
  for (std::size_t i = 0; i < std::min(line.explanation.size(), most_explanations); ++i) {
    add_text(blocks, std::make_shared<const pdf::Text>(canvas.set(line.explanation[i], look::small, columns.description_width)), look::left,
             0, true);
  }
  const auto ascent = description->ascent(0);
  const auto amount = amount_text(line.amount_cents, paper.currency);
  const auto quantity = line.quantity ? count_text(*line.quantity) : std::string{};
  auto& top = blocks[first];
  top.draw = [inner = std::move(top.draw)](Canvas& on, double y) { inner(on, y + padding); };
  also(top, [=](Canvas& on, double y) {
    on.write(amount, look::body, look::right, y + padding + ascent, Align::right);
    if (!quantity.empty()) on.write(quantity, look::body, columns.quantity, y + padding + ascent, Align::right);
  });
  top.piece.height += padding;
  auto& last = blocks.back();
  last.piece.height += padding;
  also(last, [height = last.piece.height](Canvas& on, double y) { on.rule(look::left, look::right, y + height, 0.5, look::hair); });
  for (auto i = first + kept_together; i + kept_together < blocks.size(); ++i) blocks[i - 1].piece.hold = Hold::none;
  last.piece.hold = Hold::none;
}

struct Sum {
  std::string label;
  std::string amount;
  pdf::Style style = look::body;
  bool ruled = false;
};

/// What the lines come to, and what is left of it to pay, so that a reader can add it up.
std::vector<Sum> sums_of(const Paper& paper, const Words& words) {
  const auto amount = [&paper](std::int64_t minor) { return amount_text(minor, paper.currency); };
  const auto with_percent = [](const Tax& tax) { return tax.name + " " + tax.percent + " %"; };
  std::vector<Sum> sums;
  auto lines = paper.total_cents;
  for (const auto& tax : paper.taxes) lines -= tax.inclusive ? 0 : tax.tax_cents;
  const bool inclusive = std::ranges::any_of(paper.taxes, &Tax::inclusive);
  const auto total_label = paper.kind == Kind::invoice ? words.total : words.total_credited;
  if (paper.discount_cents != 0) sums.push_back({fill(words.discount, amount(paper.discount_cents)), {}, look::quiet});
  if (!paper.taxes.empty()) sums.push_back({std::string{words.subtotal}, amount(lines)});
  for (const auto& tax : paper.taxes) {
    if (!tax.inclusive) sums.push_back({fill(words.tax_on, with_percent(tax), amount(tax.net_cents)), amount(tax.tax_cents)});
  }
  sums.push_back({std::string{total_label}, price_text(paper.total_cents, paper.currency), look::strong, true});
  for (const auto& tax : paper.taxes) {
    if (tax.inclusive)
      sums.push_back({fill(words.tax_included, with_percent(tax), amount(tax.net_cents)), amount(tax.tax_cents), look::quiet});
  }
  if (inclusive && paper.subtotal_cents) sums.push_back({std::string{words.net_total}, amount(*paper.subtotal_cents), look::quiet});
  for (const auto& each : paper.settled) {
    sums.push_back({each.label, amount(paper.kind == Kind::invoice ? -each.amount_cents : each.amount_cents)});
  }
  if (paper.kind == Kind::invoice && paper.state != State::voided && paper.state != State::draft) {
    sums.push_back({std::string{words.due}, price_text(paper.due_cents, paper.currency), look::large, true});
  }
  return sums;
}

void add_sums(std::vector<Block>& blocks, Canvas& canvas, const Paper& paper, const Words& words) {
  constexpr double row = 4;  // between rows
  double before = 10;
  for (const auto& sum : sums_of(paper, words)) {
    const auto room = look::right - look::middle - (sum.amount.empty() ? 0 : canvas.width_of(sum.amount, sum.style) + gap);
    auto label = std::make_shared<const pdf::Text>(canvas.set(sum.label, sum.style, room, 3));
    const auto above = sum.ruled ? row + 2 : row / 2;
    blocks.push_back({{above + label->height() + row / 2, before, Hold::strong}, false, [=](Canvas& on, double y) {
                        if (sum.ruled) on.rule(look::middle, look::right, y + 1, 0.6, look::ink);
                        on.draw(*label, look::middle, y + above);
                        on.write(sum.amount, sum.style, look::right, y + above + label->ascent(0), Align::right);
                      }});
    before = sum.ruled ? 2 : 0;
  }
  blocks.back().piece.hold = paper.notes.empty() ? Hold::none : Hold::weak;  // no page with nothing but a word about payment
}

void add_notes(std::vector<Block>& blocks, Canvas& canvas, const Paper& paper, const Words& words) {
  double before = 22;
  const auto say = [&](std::string_view text, const pdf::Style& style, bool with_next) {
    add_text(blocks, std::make_shared<const pdf::Text>(canvas.set(text, style, look::right - look::left - 60)), look::left, before, false);
    blocks.back().piece.hold = with_next ? Hold::weak : Hold::none;
    before = 3;
  };
  if (!paper.notes.empty()) say(paper.kind == Kind::invoice ? words.payment : words.reason, look::strong, true);
  for (const auto& note : paper.notes) say(note, look::body, false);
}

}  // namespace

Columns columns_of(Canvas& canvas, const Paper& paper, const Words& words) {
  const auto currency = paper.currency;
  std::string amount, quantity;
  for (const auto& line : paper.lines) {
    auto text = amount_text(line.amount_cents, currency);
    if (text.size() > amount.size()) amount = std::move(text);
    if (!line.quantity) continue;
    text = count_text(*line.quantity);
    if (text.size() > quantity.size()) quantity = std::move(text);
  }
  const auto wide = [&](std::string_view head, std::string_view longest) {
    return std::max(canvas.width_of(head, look::label), canvas.width_of(longest, look::body));
  };
  auto end = look::right - wide(fill(words.amount, currency.code()), amount) - gap;
  if (quantity.empty()) return {0, end - look::left};
  return {end, end - wide(words.quantity, quantity) - gap - look::left};
}

void draw_table_head(Canvas& canvas, const Paper& paper, const Words& words, const Columns& columns, double top) {
  const auto baseline = top + 10;
  canvas.write(words.description, look::label, look::left, baseline);
  if (columns.quantity > 0) canvas.write(words.quantity, look::label, columns.quantity, baseline, Align::right);
  canvas.write(fill(words.amount, paper.currency.code()), look::label, look::right, baseline, Align::right);
  canvas.rule(look::left, look::right, top + table_head_height - 2, 0.8, look::ink);
}

std::vector<Block> flow_of(Canvas& canvas, const Paper& paper, const Words& words, const Columns& columns) {
  std::vector<Block> blocks;
  for (const auto& line : paper.lines) add_line(blocks, canvas, paper, line, columns);
  if (!blocks.empty()) blocks.back().piece.hold = Hold::strong;  // no sums without a line
  add_sums(blocks, canvas, paper, words);
  add_notes(blocks, canvas, paper, words);
  return blocks;
}

}  // namespace billing::paper
