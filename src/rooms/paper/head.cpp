#include "rooms/paper/head.hpp"

#include <algorithm>

#include "rooms/paper/look.hpp"

namespace billing::paper {
namespace {

using pdf::Align;

std::string_view kind_text(const Paper& paper, const Words& words) {
  return paper.kind == Kind::invoice ? words.invoice : words.credit_note;
}

/// "Paid" beside the title.
void draw_mark(pdf::Canvas& canvas, const Paper& paper, const Words& words, double x, double baseline) {
  std::string_view mark;
  pdf::Color color = look::muted;
  switch (paper.state) {
    case State::paid: mark = words.paid, color = look::green; break;
    case State::voided: mark = words.voided, color = look::red; break;
    case State::draft: mark = words.draft; break;
    case State::open:
    case State::issued: return;
  }
  const pdf::Style style{8.5, pdf::Weight::semibold, look::white};
  const auto width = canvas.width_of(mark, style);
  canvas.box(x, baseline - 14.5, width + 14, 16, 8, color);
  canvas.write(mark, style, x + 7, baseline - 3.5);
}

/// Number and dates, a row each.
double draw_facts(pdf::Canvas& canvas, const Paper& paper, const Words& words, double y) {
  std::vector<std::pair<std::string_view, std::string>> facts;
  if (!paper.number.empty()) facts.emplace_back(words.number, paper.number);
  if (!paper.invoice_number.empty()) facts.emplace_back(words.of_invoice, paper.invoice_number);
  facts.emplace_back(words.issued_on, day_text(date_of(paper.created), words));
  if (paper.due_on) facts.emplace_back(words.due_on, day_text(*paper.due_on, words));
  if (paper.period) facts.emplace_back(words.period, period_text(*paper.period, words));
  double widest = 0;
  for (const auto& [name, value] : facts) widest = std::max(widest, canvas.width_of(name, look::quiet));
  for (const auto& [name, value] : facts) {
    canvas.write(name, look::quiet, look::left, y);
    canvas.write(value, &value == &facts.front().second ? look::strong : look::body, look::left + widest + 18, y);
    y += 14;
  }
  return y;
}

double draw_party(pdf::Canvas& canvas, const Party& party, std::string_view heading, const Words& words, double x, double top,
                  double width) {
  canvas.write(heading, look::label, x, top + 8);
  auto y = top + 14;
  const auto say = [&](std::string_view text, const pdf::Style& style, std::size_t lines) {
    if (!text.empty()) y = canvas.draw(canvas.set(text, style, width, lines), x, y);
  };
  say(party.name, look::strong, 3);
  for (std::size_t i = 0; i < std::min<std::size_t>(party.address.size(), 8); ++i) say(party.address[i], look::body, 2);
  say(party.email, look::body, 2);
  if (!party.tax_id.empty()) say(fill(words.tax_id, party.tax_id), look::body, 2);
  return y;
}

bool says_something(const Party& party) {
  return !party.name.empty() || !party.address.empty() || !party.tax_id.empty() || !party.email.empty();
}

}  // namespace

std::string title_of(const Paper& paper, const Words& words) {
  std::string title{kind_text(paper, words)};
  return paper.number.empty() ? title + " (" + std::string{words.draft} + ")" : title + " " + paper.number;
}

std::string sentence_of(const Paper& paper, const Words& words) {
  const auto total = price_text(paper.total_cents, paper.currency);
  const auto due = price_text(paper.due_cents, paper.currency);
  switch (paper.state) {
    case State::draft: return fill(words.is_draft, total);
    case State::voided: return fill(words.was_voided, total);
    case State::issued: return fill(words.credited, total);
    case State::paid: return paper.paid_on ? fill(words.was_paid_on, total, day_text(*paper.paid_on, words)) : fill(words.was_paid, total);
    case State::open: return paper.due_on ? fill(words.to_pay_by, due, day_text(*paper.due_on, words)) : fill(words.to_pay, due);
  }
  return total;
}

double draw_head(pdf::Canvas& canvas, const Paper& paper, const Words& words) {
  const double baseline = look::top + 24;
  const auto kind = kind_text(paper, words);
  canvas.write(kind, look::title, look::left, baseline);
  draw_mark(canvas, paper, words, look::left + canvas.width_of(kind, look::title) + 12, baseline);
  const auto logo = paper.logo.empty() ? 0 : canvas.picture(paper.logo, look::right, look::top - 2, 170, 54);
  if (logo == 0 && !paper.seller.name.empty()) {
    canvas.draw(canvas.set(paper.seller.name, {13, pdf::Weight::semibold, look::ink}, look::right - look::middle, 2), look::right,
                look::top + 5, Align::right);
  }

  auto y = draw_facts(canvas, paper, words, baseline + 30) + 8;
  const auto buyer_heading = paper.kind == Kind::invoice ? words.bill_to : words.credit_to;
  if (says_something(paper.seller)) {
    const auto seller = draw_party(canvas, paper.seller, words.from, words, look::left, y, look::middle - look::left - 24);
    y = std::max(seller, draw_party(canvas, paper.buyer, buyer_heading, words, look::middle, y, look::right - look::middle));
  } else {
    y = draw_party(canvas, paper.buyer, buyer_heading, words, look::left, y, look::right - look::left);
  }

  y += 22;
  y = canvas.draw(canvas.set(sentence_of(paper, words), look::sentence, look::right - look::left, 2), look::left, y);
  return y + 14;
}

void draw_short_head(pdf::Canvas& canvas, const Paper& paper, const Words& words) {
  canvas.write(title_of(paper, words), look::strong, look::left, look::top + 8);
  if (!paper.seller.name.empty()) {
    canvas.draw(canvas.set(paper.seller.name, look::quiet, look::right - look::middle, 1), look::right, look::top - 1.6, Align::right);
  }
}

void draw_stamp(pdf::Canvas& canvas, const Paper& paper, const Words& words) {
  if (paper.state == State::voided) canvas.stamp(words.voided, look::watermark);
  if (paper.state == State::draft) canvas.stamp(words.draft, look::watermark);
}

namespace {
constexpr std::size_t most_footer_lines = 6;
constexpr double foot_head = 22;  // the rule, and the line with the page's number
}  // namespace

Foot::Foot(pdf::Canvas& canvas, const Paper& paper, const Words& words)
    : words_(words), document_(sentence_of(paper, words)), footer_(canvas.set(paper.footer, look::small, look::right - look::left)) {
  if (!paper.number.empty()) document_ = paper.number + " · " + document_;
  footer_lines_ = paper.footer.empty() ? 0 : std::min(footer_.lines(), most_footer_lines);
  top_ = look::bottom - foot_head;
  for (std::size_t line = 0; line < footer_lines_; ++line) top_ -= footer_.height(line);
}

void Foot::draw(pdf::Canvas& canvas, std::size_t page, std::size_t pages) const {
  canvas.rule(look::left, look::right, top_, 0.5, look::hair);
  const auto baseline = top_ + 15;
  canvas.write(document_, look::small, look::left, baseline);
  canvas.write(fill(words_.page, std::to_string(page), std::to_string(pages)), look::small, look::right, baseline, Align::right);
  auto y = top_ + foot_head;
  for (std::size_t line = 0; line < footer_lines_; ++line) {
    canvas.draw(footer_, line, look::left, y + footer_.ascent(line));
    y += footer_.height(line);
  }
}

}  // namespace billing::paper
