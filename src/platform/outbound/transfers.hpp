#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "platform/runtime/reactor.hpp"
#include "platform/runtime/task.hpp"

namespace billing::outbound {

/// Where connections may lead; looked at for the address that is connected to, not for the name that led to it.
struct Reach {
  bool public_only = false;      // no address of this machine or of a private network (outbound/address.hpp)
  bool only_loopback = false;    // of this machine alone; with `public_only`: nothing
};

/// One transfer as libcurl has it: the options of a protocol are set on `get()` by whoever knows it (http_client.cpp; mail's likewise). What every transfer of ours has is
/// set: certificates are verified, no redirect is followed, no proxy and no signal is used, no address outside of `reach` is connected to.
class Easy {
 public:
  explicit Easy(Reach reach);
  ~Easy();
  Easy(const Easy&) = delete;
  Easy& operator=(const Easy&) = delete;

  CURL* get() const { return handle_; }
  /// libcurl's words for what went wrong.
  std::string error() const;
  /// Whether an address was not connected to, as `reach` has it.
  bool address_refused() const { return address_refused_; }
  /// Whether something may have been sent after the connection had come about.
  bool may_have_arrived() const;

 private:
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  Reach reach_;
  bool address_refused_ = false;
  CURL* handle_;
  char error_[CURL_ERROR_SIZE] = {};
};

struct TransferOptions {
  std::size_t most_running = 32;
  std::size_t most_running_per_host = 8;  // so that one that is slow leaves room for the others
  std::size_t most_waiting = 1'000;
  long most_kept_connections = 32;
};

/// How a transfer ended: by libcurl's code; or it never began.
struct Ran {
  enum class End { done, too_many, too_late, closed } end = End::done;
  CURLcode code = CURLE_OK;
};

/// Runs transfers on a reactor, by libcurl's multi-socket interface. Each has its own connections, which it keeps for the next transfer: what may not share
/// them, or shall not wait for each other, takes one of its own. Its thread only.
class Transfers {
 public:
  Transfers(Reactor& reactor, TransferOptions options);
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  /// Runs it as soon as there is room, for `timeout` in all, waiting included. `host` is whom the limit per host is for. Destroying the
  /// coroutine ends it.
  Task<Ran> run(Easy& easy, std::string host, std::chrono::milliseconds timeout);
  /// Ends those that run or wait (`closed`), and refuses new ones.
  void close();
  std::size_t running() const;
  std::size_t waiting() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace billing::outbound
