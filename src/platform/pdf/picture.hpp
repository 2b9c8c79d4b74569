#pragma once

#include <cairo.h>

#include <memory>
#include <string_view>

namespace billing::pdf {

struct EndPicture {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Picture = std::unique_ptr<cairo_surface_t, EndPicture>;

/// No larger than print needs; nullptr for what png_problem() refuses or what turns out to be broken.
Picture decode_png(std::string_view png);

}  // namespace billing::pdf
