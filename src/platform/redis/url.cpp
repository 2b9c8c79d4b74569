#include "platform/redis/url.hpp"

#include <stdexcept>

#include "base/percent.hpp"
#include "platform/redis/client.hpp"

namespace billing::redis {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument("the Redis URL is not valid: " + what); }

std::string percent_decoded(std::string_view text) {
  auto decoded = percent_decode(text, Plus::is_plus);
  if (!decoded) refuse("a % is not followed by two hex digits");
  return std::move(*decoded);
}

std::string digits(std::string_view text, std::size_t at_most, const char* what) {
  if (text.empty() || text.size() > at_most || text.find_first_not_of("0123456789") != std::string_view::npos) {
    refuse(std::string{"the "} + what + " is not a number");
  }
  return std::string{text};
}

/// Takes what stands before `mark` off the front of `rest`; the mark goes too. Without one, all of it.
std::string_view take_until(std::string_view& rest, char mark) {
  const auto at = rest.find(mark);
  const auto taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

void take_login(std::string_view& rest, Address& address) {
  const auto at = rest.rfind('@');
  if (at == std::string_view::npos) return;
  auto password = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const bool has_user = password.contains(':');
  const auto user = has_user ? take_until(password, ':') : std::string_view{};
  address.user = percent_decoded(user);
  address.password = percent_decoded(password);
}

void take_host(std::string_view authority, Address& address) {
  if (authority.starts_with('[')) {
    authority.remove_prefix(1);
    if (!authority.contains(']')) refuse("an IPv6 address has no closing ]");
    address.host = take_until(authority, ']');
    if (!authority.empty() && !authority.starts_with(':')) refuse("something stands between ] and the port");
    if (!authority.empty()) authority.remove_prefix(1);
  } else {
    address.host = take_until(authority, ':');
  }
  if (address.host.empty()) refuse("it names no host");
  address.port = authority.empty() ? "6379" : digits(authority, 5, "port");
}

Address parse_tcp(std::string_view rest) {
  Address address;
  // A password may hold a '/' as it is; behind the last @ only the host, the port and the database are left.
  take_login(rest, address);
  if (rest.contains('?')) refuse("it has parameters, and redis:// takes none");
  const auto authority = take_until(rest, '/');
  take_host(authority, address);
  if (!rest.empty()) address.database = digits(rest, 5, "database");
  return address;
}

Address parse_unix(std::string_view rest) {
  Address address;
  auto path = take_until(rest, '?');
  take_login(path, address);
  address.path = percent_decoded(path);
  if (!address.path.starts_with('/')) refuse("the path of a unix socket begins with /");
  if (address.path.size() > 107) refuse("the path of the unix socket is too long");
  if (rest.empty()) return address;
  if (!rest.starts_with("db=")) refuse("unix:// takes no parameter but db");
  address.database = digits(rest.substr(3), 5, "database");
  return address;
}

}  // namespace

Address parse_url(std::string_view url) {
  if (url.empty()) refuse("it is empty");
  if (url.starts_with("redis://")) return parse_tcp(url.substr(8));
  if (url.starts_with("unix://")) return parse_unix(url.substr(7));
  if (url.starts_with("rediss://")) refuse("TLS (rediss://) is not supported; use a tunnel or a private network");
  refuse("it does not begin with redis:// or unix://");
}

void check_url(std::string_view url) { parse_url(url); }

}  // namespace billing::redis
