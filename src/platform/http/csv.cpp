#include "platform/http/csv.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace billing::http::csv {
namespace {

/// A spreadsheet reads what begins so as a formula.
bool begins_a_formula(std::string_view text) {
  constexpr std::string_view beginnings[] = {"=", "+", "-", "@", "\t", "\r", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  return std::ranges::any_of(beginnings, [text](std::string_view beginning) { return text.starts_with(beginning); });
}

/// Whether a spreadsheet may take what follows for a cell of its own.
bool may_end_a_cell(char c) { return std::string_view{";\t\r\n"}.contains(c); }

std::string harmless(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((i == 0 || may_end_a_cell(text[i - 1])) && begins_a_formula(text.substr(i))) out += '\'';
    out += text[i];
  }
  return out;
}

}  // namespace

Cell words(Text text) { return {std::string{text.view()}, true}; }
Cell exact(Text text) { return {std::string{text.view()}, false}; }

Cell words_at(Text json, std::string_view pointer) {
  if (json.view().empty()) return {};
  const auto value = boost::json::parse(json.view());
  boost::system::error_code none;
  const auto* found = value.find_pointer(pointer, none);
  return found && found->is_string() ? words(std::string_view{found->as_string()}) : Cell{};
}

Cell number(std::optional<std::int64_t> number) {
  return exact(number.transform([](auto n) { return std::to_string(n); }));
}
Cell day(std::optional<Date> day) {
  return exact(day.transform([](Date one) { return to_text(one); }));
}
Cell time(std::optional<Instant> at) {
  return exact(at.transform([](Instant one) { return to_text(one); }));
}
Cell truth(bool value) { return exact(value ? "true" : "false"); }

void append_cell(std::string& out, const Cell& cell) {
  const auto text = cell.foreign ? harmless(cell.text) : cell.text;
  if (text.find_first_of(",\"\r\n;\t") == std::string::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace billing::http::csv
