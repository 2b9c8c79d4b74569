#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/redis/client.hpp"

struct redisReader;

namespace billing::redis {

/// A command as it goes over the wire.
std::string encode(const std::vector<std::string>& words);

/// Makes replies of the bytes that come in, in any portions.
class Decoder {
 public:
  Decoder();

  void feed(std::string_view bytes);
  /// The next reply that is complete. Throws std::runtime_error for bytes that are not the protocol's.
  std::optional<Reply> next();

 private:
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
};

}  // namespace billing::redis
