#include "platform/pdf/picture.hpp"

#include <algorithm>
#include <cstring>

#include "platform/pdf/canvas.hpp"

namespace billing::pdf {
namespace {

constexpr std::string_view signature{"\x89PNG\r\n\x1a\n", 8};
constexpr std::uint32_t most_pixels_a_side = 4'000;
constexpr std::uint64_t most_pixels = 4'000'000;  // decoded, 16 MB and some 20 ms, on a thread that answers others as well
constexpr int printed_pixels_a_side = 800;           // for at most 3 inches of paper

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

cairo_status_t read(void* closure, unsigned char* into, unsigned int length) noexcept {
  auto& rest = *static_cast<std::string_view*>(closure);
  if (rest.size() < length) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(into, rest.data(), length);
  rest.remove_prefix(length);
  return CAIRO_STATUS_SUCCESS;
}

Picture scaled_down(Picture picture) {
  const auto width = cairo_image_surface_get_width(picture.get());
  const auto height = cairo_image_surface_get_height(picture.get());
  const auto scale = std::min(1.0, static_cast<double>(printed_pixels_a_side) / std::max(width, height));
  if (scale == 1.0) return picture;
  const auto shrunk = [scale](int length) { return std::max(1, static_cast<int>(length * scale)); };
  Picture smaller{cairo_image_surface_create(CAIRO_FORMAT_ARGB32, shrunk(width), shrunk(height))};
  auto* cairo = cairo_create(smaller.get());
  cairo_scale(cairo, static_cast<double>(shrunk(width)) / width, static_cast<double>(shrunk(height)) / height);
  cairo_set_source_surface(cairo, picture.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_GOOD);
  cairo_paint(cairo);
  cairo_destroy(cairo);
  return smaller;
}

}  // namespace

std::optional<std::string> png_problem(std::string_view png) {
  if (!png.starts_with(signature) || png.size() < 33 || png.substr(12, 4) != "IHDR") return "is not a PNG file";
  const auto width = big_endian(png.substr(16));
  const auto height = big_endian(png.substr(20));
  if (width == 0 || height == 0) return "is an empty picture";
  if (width > most_pixels_a_side || height > most_pixels_a_side) return "is more than 4,000 pixels wide or high";
  if (std::uint64_t{width} * height > most_pixels) return "has more than 4 million pixels";
  return std::nullopt;
}

std::optional<std::string> picture_problem(std::string_view png) {
  if (auto problem = png_problem(png)) return problem;
  if (!decode_png(png)) return "is a PNG file that is damaged";
  return std::nullopt;
}

Picture decode_png(std::string_view png) {
  if (png_problem(png)) return nullptr;
  Picture picture{cairo_image_surface_create_from_png_stream(read, &png)};
  if (cairo_surface_status(picture.get()) != CAIRO_STATUS_SUCCESS) return nullptr;
  return scaled_down(std::move(picture));
}

}  // namespace billing::pdf
