#include "rooms/webhooks/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <span>
#include <stdexcept>

#include "base/base64.hpp"

namespace billing::webhooks {
namespace {
constexpr std::string_view prefix = "whsec_";

std::string base64_of(std::span<const unsigned char> bytes) {
  return encode_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

std::string new_secret() {
  std::array<unsigned char, 32> bytes;
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) throw std::runtime_error("no random bytes are to be had from OpenSSL");
  return std::string{prefix} + base64_of(bytes);
}

std::string sign(std::string_view secret, std::string_view id, std::string_view timestamp, std::string_view body) {
  if (secret.starts_with(prefix)) secret.remove_prefix(prefix.size());
  const auto key = decode_base64(secret).value();
  std::string message{id};
  message.append(".").append(timestamp).append(".").append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  const auto* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
                          message.size(), digest.data(), &size);
  if (!made) throw std::runtime_error("HMAC-SHA256 is not to be had from OpenSSL");
  return "v1," + base64_of({digest.data(), size});
}

}  // namespace billing::webhooks
