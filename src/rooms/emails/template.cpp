#include "rooms/emails/template.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <vector>

#include "platform/runtime/embedded.hpp"

namespace billing {
extern const EmbeddedFile embedded_emails[];
extern const std::size_t embedded_emails_count;
}  // namespace billing

namespace billing::emails {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

/// The words with their values; nullopt where they want what is not known, or is known.
std::optional<std::string> filled(std::string_view words, const Values& values) {
  std::string out;
  while (true) {
    const auto begin = words.find("{{");
    const auto end = words.find("}}", begin);
    out.append(words.substr(0, begin));
    if (end == std::string_view::npos) return out;
    auto name = words.substr(begin + 2, end - begin - 2);
    const char mark = name.front();
    if (mark == '?' || mark == '!') name.remove_prefix(1);
    const auto value = values.find(name);
    if ((value == values.end()) != (mark == '!')) return std::nullopt;
    if (mark != '?' && mark != '!') out += value->second;
    words.remove_prefix(end + 2);
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

using Row = std::pair<std::string, std::string>;

/// "label | value"
std::optional<Row> row_of(std::string_view line, const Values& values) {
  const auto bar = line.find('|');
  if (bar == std::string_view::npos) throw std::logic_error("a row of a mail's template has no '|'");
  const auto label = filled(trimmed(line.substr(0, bar)), values);
  const auto value = filled(trimmed(line.substr(bar + 1)), values);
  if (!label || !value) return std::nullopt;
  return Row{*label, *value};
}

/// How many characters it has.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class Writer {
 public:
  explicit Writer(const Values& values) : values_(values) {}

  void paragraph(std::string_view text) {
    if (text.starts_with('|')) return rows(text);
    if (text.starts_with('>')) {
      if (const auto button = row_of(text.substr(1), values_)) add_button(*button);
      return;
    }
    const bool headline = text.starts_with('#');
    const auto words = filled(trimmed(text.substr(headline ? 1 : 0)), values_);
    if (!words) return;
    text_ += *words + "\n\n";
    html_ += headline ? R"(<h1 style="margin:0 0 20px;font-size:26px;line-height:1.25;font-weight:600;color:#1f2430">)" + escaped(*words) +
                            "</h1>\n"
                      : R"(<p style="margin:0 0 16px">)" + escaped(*words) + "</p>\n";
  }

  std::string text() const { return text_; }
  std::string html() const { return html_; }

 private:
  void rows(std::string_view text) {
    std::vector<Row> all;
    for (const auto line : std::views::split(text, '\n')) {
      if (auto row = row_of(std::string_view{line.begin(), line.end()}.substr(1), values_)) all.push_back(std::move(*row));
    }
    if (all.empty()) return;
    std::size_t widest = 0;
    for (const auto& row : all) widest = std::max(widest, width(row.first));
    html_ += R"(<table width="100%" cellpadding="0" cellspacing="0" style="margin:8px 0 24px;font-size:15px">)"
             "\n";
    for (const auto& [label, value] : all) {
      text_ += label + ':' + std::string(widest - width(label) + 2, ' ') + value + '\n';
      html_ +=
          R"(<tr><th class="row quiet" scope="row" align="left" style="padding:8px 12px 8px 0;border-bottom:1px solid #eceef2;font-weight:400;color:#6b7280">)" +
          escaped(label) + R"(</th><td class="row" align="right" style="padding:8px 0;border-bottom:1px solid #eceef2;font-weight:500">)" +
          escaped(value) + "</td></tr>\n";
    }
    text_ += '\n';
    html_ += "</table>\n";
  }

  void add_button(const Row& button) {
    text_ += button.first + ":\n" + button.second + "\n\n";
    html_ +=
        R"(<p style="margin:0 0 24px"><a href=")" + escaped(button.second) +
        R"(" style="display:inline-block;padding:11px 20px;border-radius:7px;background:#4f46e5;color:#ffffff;font-weight:600;text-decoration:none">)" +
        escaped(button.first) + "</a></p>\n";
  }

  const Values& values_;
  std::string text_;
  std::string html_;
};

}  // namespace

Rendered render(std::string_view text, std::string_view layout, const Values& values) {
  const auto first = text.find('\n');
  Rendered rendered;
  rendered.subject = filled(text.substr(0, first), values).value_or("");
  if (rendered.subject.empty()) throw std::logic_error("the subject of a mail wants what is not known");
  Writer writer(values);
  for (const auto part : std::views::split(text.substr(first), std::string_view{"\n\n"})) {
    const auto paragraph = trimmed({part.begin(), part.end()});
    if (!paragraph.empty()) writer.paragraph(paragraph);
  }
  const auto known = [&values](std::string_view name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string{} : found->second;
  };
  rendered.text = writer.text() + "-- \n" + known("seller") + '\n';
  if (const auto footer = known("footer"); !footer.empty()) rendered.text += footer + '\n';
  Values outside{{"subject", escaped(rendered.subject)},
                 {"seller", escaped(known("seller"))},
                 {"footer", escaped(known("footer"))},
                 {"language", escaped(known("language"))},
                 {"body", writer.html()}};
  rendered.html = filled(layout, outside).value();
  return rendered;
}

namespace {
std::string_view file(const std::string& name) {
  const std::span files{embedded_emails, embedded_emails_count};
  const auto found = std::ranges::find(files, name, &EmbeddedFile::name);
  if (found == files.end()) throw std::logic_error("there is no template " + name);
  return found->bytes;
}
}  // namespace

std::string_view language_of(std::string_view wished) {
  const auto tag = wished.substr(0, wished.find('-'));
  return tag == "de" || tag == "DE" ? "de" : "en";
}
std::string_view template_of(std::string_view kind, std::string_view language) {
  return file(std::string{kind} + '.' + std::string{language_of(language)} + ".txt");
}
std::string_view layout() { return file("layout.html"); }

}  // namespace billing::emails
