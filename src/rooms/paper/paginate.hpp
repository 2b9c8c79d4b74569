#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace billing::paper {

/// How strongly a piece holds on to the next one. A weak hold gives way before a strong one, and either only where the pieces that it holds together
/// are more than a page.
enum class Hold : std::uint8_t { none, weak, strong };

struct Piece {
  double height;
  double before = 0;  // space above it, unless it begins a page
  Hold hold = Hold::none;
};

/// For each page the index of its first piece; the first page is there whatever happens. `first` and `others` are what pages have room for, `first` of
/// the first. A piece higher than a page has one of its own.
std::vector<std::size_t> paginate(std::span<const Piece> pieces, double first, double others);

}  // namespace billing::paper
