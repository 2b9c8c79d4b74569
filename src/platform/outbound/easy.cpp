#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <new>

#include "platform/outbound/address.hpp"
#include "platform/outbound/transfers.hpp"

namespace billing::outbound {
namespace {

CURL* new_handle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  auto* handle = curl_easy_init();
  if (!handle) throw std::bad_alloc();
  return handle;
}

}  // namespace

Easy::Easy(Reach reach) : reach_(reach), handle_(new_handle()) {
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_PROXY, "");  // or the environment's would be asked to connect, whose addresses we do not see
  curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle_, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &Easy::open_socket);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
  // A name that is still being looked up when time is over is left to its thread; else the reactor would wait for it.
  curl_easy_setopt(handle_, CURLOPT_QUICK_EXIT, 1L);
}

Easy::~Easy() { curl_easy_cleanup(handle_); }

std::string Easy::error() const { return error_; }

bool Easy::may_have_arrived() const {
  curl_off_t began = 0;
  long sent = 0;
  curl_easy_getinfo(handle_, CURLINFO_PRETRANSFER_TIME_T, &began);
  curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &sent);
  return began > 0 || sent > 0;
}

curl_socket_t Easy::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& easy = *static_cast<Easy*>(self);
  const bool refused = (easy.reach_.public_only && !is_public(address->addr)) || (easy.reach_.only_loopback && !is_loopback(address->addr));
  if (refused) {
    easy.address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace billing::outbound
