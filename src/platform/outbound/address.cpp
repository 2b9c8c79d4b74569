#include "platform/outbound/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace billing::outbound {
namespace {

struct Block {
  std::uint32_t first;
  int bits;

  bool holds(std::uint32_t address) const { return (address ^ first) >> (32 - bits) == 0; }
};

constexpr std::uint32_t of(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) { return a << 24 | b << 16 | c << 8 | d; }

/// IANA's special-purpose registry, as far as it is not globally reachable, multicast, and what is reserved.
constexpr std::array not_public{
    Block{of(0, 0, 0, 0), 8},      Block{of(10, 0, 0, 0), 8},     Block{of(100, 64, 0, 0), 10}, Block{of(127, 0, 0, 0), 8},
    Block{of(169, 254, 0, 0), 16}, Block{of(172, 16, 0, 0), 12},  Block{of(192, 0, 0, 0), 24},  Block{of(192, 0, 2, 0), 24},
    Block{of(192, 88, 99, 0), 24}, Block{of(192, 168, 0, 0), 16}, Block{of(198, 18, 0, 0), 15}, Block{of(198, 51, 100, 0), 24},
    Block{of(203, 0, 113, 0), 24}, Block{of(224, 0, 0, 0), 3},
};
constexpr Block loopback{of(127, 0, 0, 0), 8};

using Bytes = std::array<std::uint8_t, 16>;

bool begins_with(const Bytes& address, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

/// The last four bytes, as the host counts.
std::uint32_t tail(const Bytes& address) { return of(address[12], address[13], address[14], address[15]); }

/// The IPv4 address that an IPv6 one stands for: ::ffff:0:0/96 and 64:ff9b::/96.
std::optional<std::uint32_t> inner(const Bytes& address) {
  if (begins_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return tail(address);
  if (begins_with(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return tail(address);
  return std::nullopt;
}

bool is_public(std::uint32_t address) {
  return std::ranges::none_of(not_public, [address](const Block& block) { return block.holds(address); });
}

/// Of IPv6 only 2000::/3 is global unicast, and in it 2001::/23 (protocols, Teredo), 2001:db8::/32 and 3fff::/20 (documentation) and 2002::/16 (6to4)
/// are not.
bool is_public(const Bytes& address) {
  if (const auto ipv4 = inner(address)) return is_public(*ipv4);
  if ((address[0] & 0xe0) != 0x20) return false;
  if (begins_with(address, {0x20, 0x01}) && address[2] < 2) return false;
  const bool documentation = begins_with(address, {0x20, 0x01, 0x0d, 0xb8}) || (begins_with(address, {0x3f, 0xff}) && address[2] < 16);
  return !documentation && !begins_with(address, {0x20, 0x02});
}

std::uint32_t ipv4_of(const sockaddr& address) {
  sockaddr_in full{};
  std::memcpy(&full, &address, sizeof full);
  return ntohl(full.sin_addr.s_addr);
}

Bytes ipv6_of(const sockaddr& address) {
  sockaddr_in6 full{};
  std::memcpy(&full, &address, sizeof full);
  Bytes bytes{};
  std::memcpy(bytes.data(), &full.sin6_addr, bytes.size());
  return bytes;
}

}  // namespace

bool is_public(const sockaddr& address) {
  if (address.sa_family == AF_INET) return is_public(ipv4_of(address));
  return address.sa_family == AF_INET6 && is_public(ipv6_of(address));
}

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) return loopback.holds(ipv4_of(address));
  if (address.sa_family != AF_INET6) return false;
  const auto bytes = ipv6_of(address);
  if (const auto ipv4 = inner(bytes); ipv4 && bytes[10] == 0xff) return loopback.holds(*ipv4);
  Bytes one{};
  one[15] = 1;
  return bytes == one;
}

}  // namespace billing::outbound
