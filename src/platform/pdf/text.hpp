#pragma once

#include <pango/pangocairo.h>

#include <memory>
#include <vector>

#include "platform/pdf/canvas.hpp"

namespace billing::pdf {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

struct LineBox {
  PangoLayoutLine* line;  // the layout's
  double height, ascent, width;
};

struct Text::Set {
  Owned<PangoLayout> layout;
  std::vector<LineBox> lines;
  Color color;
};

}  // namespace billing::pdf
