#pragma once

#include <string>
#include <string_view>

namespace billing::redis {

/// Where a Redis URL leads.
struct Address {
  std::string host;  // of TCP; empty for a unix socket
  std::string port;
  std::string path;  // of a unix socket
  std::string user;
  std::string password;
  std::string database = "0";
};

/// Throws std::invalid_argument, naming what is wrong without showing the password.
Address parse_url(std::string_view url);

}  // namespace billing::redis
