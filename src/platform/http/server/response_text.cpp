#include "platform/http/server/response_text.hpp"

#include <algorithm>
#include <charconv>
#include <random>

#include "platform/http/problem.hpp"
#include "platform/http/text.hpp"

namespace billing::http {
namespace {

std::uint64_t random64() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

/// SplitMix64's finaliser: a bijection, so that ids made from a count never repeat.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out.append(digits.begin(), end);
}

void append_value(std::string& out, std::string_view value) {
  constexpr std::string_view forbidden{"\r\n\0", 3};
  if (value.find_first_of(forbidden) == std::string_view::npos) {
    out += value;
    return;
  }
  for (const char c : value) out += forbidden.contains(c) ? ' ' : c;
}

bool is_ours(std::string_view name) {
  constexpr std::string_view names[] = {"Content-Length", "Transfer-Encoding", "Connection", "Date", "X-Request-Id", "Content-Type"};
  return std::ranges::any_of(names, [&](std::string_view ours) { return same_token(ours, name); });
}

}  // namespace

std::string_view HttpDate::now() {
  const auto now = std::time(nullptr);
  if (now == made_for_) return text_;
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> rest;
  text_ = days[utc.tm_wday];
  text_.append(rest.data(), std::strftime(rest.data(), rest.size(), ", %d ", &utc));
  text_ += months[utc.tm_mon];
  text_.append(rest.data(), std::strftime(rest.data(), rest.size(), " %Y %H:%M:%S GMT", &utc));
  made_for_ = now;
  return text_;
}

RequestIds::RequestIds() : seed_{random64(), random64()} {}

void RequestIds::next(std::string& out) {
  constexpr auto digits = "0123456789abcdef";
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;
  ++count_;
  out.clear();
  for (const auto seed : seed_) {
    const auto bits = mix(seed + count_ * golden);
    for (int shift = 60; shift >= 0; shift -= 4) out += digits[(bits >> shift) & 15];
  }
}

bool is_request_id(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, allowed);
}

bool has_body(Method method, int status) { return method != Method::head && status != 204 && status != 304 && status >= 200; }

void append_head(std::string& out, const Response& response, const Delivery& delivery) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += reason(response.status);
  out += "\r\nDate: ";
  out += delivery.date;
  if (response.status != 204 && response.status != 304) {
    if (!response.content_type.empty()) {
      out += "\r\nContent-Type: ";
      append_value(out, response.content_type);
    }
    if (!response.more) {
      out += "\r\nContent-Length: ";
      append_number(out, response.body.size());
    } else if (delivery.http11) {
      out += "\r\nTransfer-Encoding: chunked";
    }
  }
  out += "\r\nX-Request-Id: ";
  append_value(out, delivery.request_id);
  for (const auto& [name, value] : response.headers) {
    if (!is_token(name) || is_ours(name)) continue;
    out += "\r\n";
    out += name;
    out += ": ";
    append_value(out, value);
  }
  if (!delivery.keep_alive) {
    out += "\r\nConnection: close";
  } else if (!delivery.http11) {
    out += "\r\nConnection: keep-alive";
  }
  out += "\r\n\r\n";
}

}  // namespace billing::http
