#include <libpq-fe.h>

#include <memory>
#include <stdexcept>

#include "platform/postgres/pool.hpp"

namespace billing::pg {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument("the database URL is not valid: " + what); }

/// libpq quotes what it choked on, and that may be the password: only single punctuation marks and, where it cannot be a part of
/// the password, the name of an unknown option are let through.
std::string scrubbed(std::string_view message, bool show_names) {
  std::string out;
  while (!message.empty()) {
    const auto open = message.find('"');
    out += message.substr(0, open);
    if (open == std::string_view::npos) break;
    message.remove_prefix(open + 1);
    const auto close = message.find('"');
    const auto quoted = message.substr(0, close);
    const bool punctuation = quoted.size() == 1 && std::string_view{"=]:/"}.contains(quoted);
    const bool name = show_names && quoted.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
    out += punctuation || name ? '"' + std::string{quoted} + '"' : "(not shown)";
    if (close == std::string_view::npos) break;
    message.remove_prefix(close + 1);
  }
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

/// postgresql+asyncpg://… and the like: the part after the + names a driver of another language.
std::string without_driver(std::string_view url, bool& changed) {
  const auto scheme = url.substr(0, url.find("://"));
  const auto plus = scheme.find('+');
  changed = false;
  if (scheme.size() == url.size() || plus == std::string_view::npos) return std::string{url};
  const auto name = scheme.substr(0, plus);
  if (name != "postgresql" && name != "postgres") return std::string{url};
  changed = true;
  return std::string{name} + std::string{url.substr(scheme.size())};
}

bool is_url(std::string_view text) { return text.starts_with("postgresql://") || text.starts_with("postgres://"); }

}  // namespace

std::string normalize_url(std::string_view url, bool& changed) {
  if (url.empty()) refuse("it is empty");
  if (url.find('\0') != std::string_view::npos) refuse("it holds a NUL byte");
  auto normal = without_driver(url, changed);
  if (!is_url(normal) && normal.find("://") != std::string::npos && normal.find('=') == std::string::npos) {
    refuse("it does not begin with postgresql://");
  }
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed{PQconninfoParse(normal.c_str(), &message), &PQconninfoFree};
  const std::unique_ptr<char, decltype(&PQfreemem)> owned{message, &PQfreemem};
  // A '/' in a password ends it early: what follows, up to the @, then looks like something else.
  const auto question = normal.find('?');
  const bool cut = question == std::string::npos || normal.find('@', question) != std::string::npos;
  if (!parsed) refuse(scrubbed(message ? message : "out of memory", is_url(normal) && !cut));
  for (const auto* option = parsed.get(); option->keyword; ++option) {
    if (std::string_view{option->keyword} != "port" || !option->val) continue;
    if (std::string_view{option->val}.find_first_not_of("0123456789,") != std::string_view::npos)
      refuse("the port is not a number (in a password, write / as %2F)");
  }
  return normal;
}

}  // namespace billing::pg
