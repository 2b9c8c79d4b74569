#include "rooms/webhooks/signature.hpp"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>

#include "base/base64.hpp"
#include "platform/runtime/digest.hpp"

namespace billing::webhooks {
namespace {
constexpr std::string_view prefix = "whsec_";
}  // namespace

std::string new_secret() {
  std::array<unsigned char, 32> bytes;
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) throw std::runtime_error("no random bytes are to be had from OpenSSL");
  return std::string{prefix} + encode_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string sign(std::string_view secret, std::string_view id, std::string_view timestamp, std::string_view body) {
  if (secret.starts_with(prefix)) secret.remove_prefix(prefix.size());
  const auto key = decode_base64(secret).value();
  std::string message{id};
  message.append(".").append(timestamp).append(".").append(body);
  return "v1," + encode_base64(hmac_sha256(key, message));
}

}  // namespace billing::webhooks
