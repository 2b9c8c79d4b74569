#include "rooms/emails/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "rooms/users/email.hpp"

namespace billing::emails {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t line_octets = 76;

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() / 3 * 4 + 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? alphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

/// In lines, each ended.
std::string base64_lines(std::string_view bytes) {
  const auto all = base64(bytes);
  std::string out;
  for (std::size_t at = 0; at < all.size(); at += line_octets) out.append(all, at, line_octets).append("\r\n");
  return out;
}

/// On one line, whatever it was: a control character is a space.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  return out;
}

bool is_plain(std::string_view text) {
  return text.find("=?") == std::string_view::npos && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// Words for people in a header: as they are where they are plain and short, else as encoded words (RFC 2047), none of which cuts a character.
std::string encoded(std::string_view words) {
  const auto text = one_line(words);
  if (is_plain(text) && text.size() <= 60) return text;
  constexpr std::size_t most = 36;  // octets of one encoded word, so that it fits behind the header's name
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    auto count = std::min(most, rest.size());
    while (count < rest.size() && (static_cast<unsigned char>(rest[count]) & 0xC0) == 0x80) --count;
    out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(rest.substr(0, count)) + "?=";
    rest.remove_prefix(count);
  }
  return out;
}

std::string box_text(const Mailbox& box) {
  const auto address = one_line(box.address);
  if (box.name.empty()) return address;
  const auto name = one_line(box.name);
  if (!is_plain(name) || name.size() > 60) return encoded(name) + "\r\n <" + address + '>';
  std::string quoted;
  for (const char c : name) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return '"' + quoted + "\"\r\n <" + address + '>';
}

/// "Mon, 31 Jan 2026 09:00:00 +0000"
std::string date_text(Instant at) {
  constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = date_of(at);
  const std::chrono::year_month_day civil{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", days[std::chrono::weekday{day}.c_encoding()],
                     static_cast<unsigned>(civil.day()), months[static_cast<unsigned>(civil.month()) - 1], static_cast<int>(civil.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string part(std::string_view type, std::string_view bytes) {
  return fmt::format("Content-Type: {}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", type, base64_lines(bytes));
}

std::string bodies(const Message& message, const std::string& boundary) {
  return fmt::format("Content-Type: multipart/alternative;\r\n boundary=\"{0}\"\r\n\r\n--{0}\r\n{1}--{0}\r\n{2}--{0}--\r\n", boundary,
                     part("text/plain; charset=utf-8", message.text), part("text/html; charset=utf-8", message.html));
}

std::string attached(const Attachment& attachment) {
  std::string name;
  for (const char c : attachment.name)
    name += (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ? c : '_';
  return fmt::format("Content-Type: {}\r\nContent-Disposition: attachment; filename=\"{}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
                     one_line(attachment.type), name, base64_lines(attachment.bytes));
}

}  // namespace

std::optional<Mailbox> parse_mailbox(std::string_view text) {
  const auto trim = [](std::string_view part) {
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    return part;
  };
  text = trim(text);
  Mailbox box;
  const auto open = text.rfind('<');
  if (open == std::string_view::npos) {
    box.address = text;
  } else {
    if (!text.ends_with('>')) return std::nullopt;
    box.address = text.substr(open + 1, text.size() - open - 2);
    auto name = trim(text.substr(0, open));
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) name = name.substr(1, name.size() - 2);
    box.name = name;
  }
  const bool is_clean = std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  if (!is_clean || !users::is_email(box.address)) return std::nullopt;
  return box;
}

std::string to_text(const Message& message) {
  const auto domain = message.from.address.substr(message.from.address.find('@') + 1);
  std::string out = "Date: " + date_text(message.date) + "\r\n";
  out += "From: " + box_text(message.from) + "\r\nTo: " + box_text(message.to) + "\r\n";
  if (message.reply_to) out += "Reply-To: " + box_text(*message.reply_to) + "\r\n";
  out += "Subject: " + encoded(message.subject) + "\r\n";
  out += "Message-ID: <" + message.id + '@' + domain + ">\r\n";
  out += "Content-Language: " + one_line(message.language) + "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
  const auto inner = "inner-" + message.id;
  if (!message.attachment) return out + bodies(message, inner);
  const auto outer = "outer-" + message.id;
  return out + fmt::format("Content-Type: multipart/mixed;\r\n boundary=\"{0}\"\r\n\r\n--{0}\r\n{1}--{0}\r\n{2}--{0}--\r\n", outer,
                           bodies(message, inner), attached(*message.attachment));
}

}  // namespace billing::emails
