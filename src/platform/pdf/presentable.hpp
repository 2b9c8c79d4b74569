#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace billing::pdf {

/// A text as it can be set: UTF-8, no control characters (line ends stay where `keep_lines`), no turning of what stands beside it, no towers of
/// combining marks, and at most `most` characters, the last of which is then "…".
std::string presentable(std::string_view text, std::size_t most, bool keep_lines);

}  // namespace billing::pdf
