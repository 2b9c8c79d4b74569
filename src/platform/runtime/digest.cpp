#include "platform/runtime/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "base/hex.hpp"

namespace billing {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest;
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not to be had from OpenSSL");
  }
  return hex(digest);
}

}  // namespace billing
