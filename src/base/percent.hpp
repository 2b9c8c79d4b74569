#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace billing {

enum class Plus { is_plus, is_space };

/// What a part of a URL says; nullopt when a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

}  // namespace billing
