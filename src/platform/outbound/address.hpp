#pragma once

struct sockaddr;

namespace billing::outbound {

/// Whether an address is one of the public Internet's: not of this machine, a private network, a link (clouds' metadata too), a carrier's NAT, nor reserved
/// or multicast. An IPv4 address inside an IPv6 one (mapped, NAT64) counts as itself; other tunnels count as not public.
bool is_public(const sockaddr& address);

/// 127.0.0.0/8 or ::1, mapped ones too.
bool is_loopback(const sockaddr& address);

}  // namespace billing::outbound
