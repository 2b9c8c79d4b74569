#include "rooms/webhooks/url.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "platform/outbound/address.hpp"

namespace billing::webhooks {
namespace {

/// What stands between scheme and path.
std::string_view authority_of(std::string_view url) {
  url.remove_prefix(std::min(url.size(), url.find("://") + 3));
  return url.substr(0, url.find_first_of("/?#"));
}

std::string_view host_of(std::string_view url) {
  auto host = authority_of(url);
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool is_visible(char c) { return c > ' ' && c < 0x7f; }

}  // namespace

std::optional<std::string> problem_of_url(std::string_view url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return "must begin with https:// or http://";
  if (!std::ranges::all_of(url, is_visible)) return "must have no blanks, and other letters than ASCII's percent-encoded";
  if (host_of(url).empty()) return "must name a host, such as https://example.com/webhooks";
  if (authority_of(url).contains('@')) return "must hold no user and password: each delivery is signed instead";
  if (url.contains('#')) return "must have no fragment (#…): it is never sent";
  return std::nullopt;
}

bool names_private_address(std::string_view url) {
  const std::string host{host_of(url)};
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) return !outbound::is_public(reinterpret_cast<const sockaddr&>(v4));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) return !outbound::is_public(reinterpret_cast<const sockaddr&>(v6));
  return host == "localhost" || host.ends_with(".localhost");
}

}  // namespace billing::webhooks
