#pragma once

#include <cstddef>
#include <string_view>

namespace billing {

/// A file that the build put into the binary (cmake/embed.cmake).
struct EmbeddedFile {
  std::string_view name;
  std::string_view bytes;
};

}  // namespace billing
