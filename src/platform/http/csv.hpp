#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"

/// Lists as files for spreadsheets: RFC 4180, in UTF-8.
namespace billing::http::csv {

/// What one cell says.
struct Cell {
  std::string text;
  bool foreign = false;  // somebody else's words
};

/// A text of any kind; none is an empty one.
class Text {
 public:
  Text(std::string_view text) : text_(text) {}
  Text(const char* text) : text_(text) {}
  Text(const std::string& text) : text_(text) {}
  Text(const std::optional<std::string>& text) : text_(text ? std::string_view{*text} : std::string_view{}) {}
  std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

/// Words of customers and operators: whatever they are, no spreadsheet takes them for a formula.
Cell words(Text text);
/// What we write ourselves: ids, amounts, words of a list.
Cell exact(Text text);
/// The words at a pointer into JSON, such as "/address/country"; empty where there are none.
Cell words_at(Text json, std::string_view pointer);
Cell number(std::optional<std::int64_t> number);
Cell day(std::optional<Date> day);
/// In RFC 3339.
Cell time(std::optional<Instant> at);
Cell truth(bool value);

/// One column of a list's file. The first one of each is the id, by which the next page is asked for.
template <class Item>
struct Column {
  std::string_view name;
  Cell (*cell)(const Item&);
};
template <class Item>
using Columns = std::span<const Column<Item>>;

/// Appends a cell, quoted where it must be. In foreign words a `'` goes before each character that begins a formula (= + - @, their full-width forms, tab and
/// carriage return) where a cell begins: at the start, and after what may be taken for the end of a cell or line (; tab, line breaks) where the
/// spreadsheet's separator is not the comma.
void append_cell(std::string& out, const Cell& cell);

/// The first line of a file: the names of its columns.
template <class Item>
std::string head(Columns<Item> columns) {
  std::string line;
  for (const auto& column : columns) line += (line.empty() ? "" : ",") + std::string{column.name};
  return line + "\r\n";
}

/// Appends the line of an item, and gives its id.
template <class Item>
std::string append_line(std::string& out, Columns<Item> columns, const Item& item) {
  auto id = columns.front().cell(item);
  append_cell(out, id);
  for (const auto& column : columns.subspan(1)) {
    out += ',';
    append_cell(out, column.cell(item));
  }
  out += "\r\n";
  return std::move(id.text);
}

}  // namespace billing::http::csv
