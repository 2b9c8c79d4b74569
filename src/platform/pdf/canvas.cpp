#include "platform/pdf/canvas.hpp"

#include <cairo-pdf.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <new>
#include <numbers>
#include <stdexcept>

#include "platform/pdf/catalog.hpp"
#include "platform/pdf/picture.hpp"
#include "platform/pdf/presentable.hpp"
#include "platform/pdf/text.hpp"

namespace billing::pdf {
namespace {

/// The first that is installed; what it has no sign for comes from those after it, and then from any font.
constexpr auto families = "Open Sans, Noto Sans, DejaVu Sans, Noto Sans CJK JP, Droid Sans Fallback, sans-serif";
constexpr std::size_t most_bytes = 64 << 20;
constexpr std::size_t most_characters = 4'000;

PangoWeight pango_weight(Weight weight) {
  switch (weight) {
    case Weight::normal: return PANGO_WEIGHT_NORMAL;
    case Weight::semibold: return PANGO_WEIGHT_SEMIBOLD;
    case Weight::bold: return PANGO_WEIGHT_BOLD;
  }
  return PANGO_WEIGHT_NORMAL;
}

double points(int units) { return static_cast<double>(units) / PANGO_SCALE; }

std::string iso(Instant at) { return to_text(std::chrono::floor<std::chrono::seconds>(at)); }

cairo_status_t keep(void* closure, const unsigned char* data, unsigned int length) noexcept {
  auto& bytes = *static_cast<std::string*>(closure);
  if (bytes.size() + length > most_bytes) return CAIRO_STATUS_WRITE_ERROR;
  try {
    bytes.append(reinterpret_cast<const char*>(data), length);
  } catch (const std::bad_alloc&) {
    return CAIRO_STATUS_NO_MEMORY;
  }
  return CAIRO_STATUS_SUCCESS;
}

struct EndSurface {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct EndCairo {
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};

struct EndAttributes {
  void operator()(PangoAttrList* list) const { pango_attr_list_unref(list); }
};

void require_success(cairo_status_t status) {
  if (status == CAIRO_STATUS_NO_MEMORY) throw std::bad_alloc();
  if (status != CAIRO_STATUS_SUCCESS) throw std::runtime_error(std::string{"the PDF cannot be made: "} + cairo_status_to_string(status));
}

}  // namespace

struct Canvas::State {
  Info info;
  std::string bytes;
  std::unique_ptr<cairo_surface_t, EndSurface> surface;
  std::unique_ptr<cairo_t, EndCairo> cairo;
  Owned<PangoContext> context;
  std::unique_ptr<PangoAttrList, EndAttributes> plain{pango_attr_list_new()};

  explicit State(const Info& about);
  Owned<PangoLayout> layout(std::string_view text, const Style& style) const;
  void use(Color color) const { cairo_set_source_rgb(cairo.get(), color.red, color.green, color.blue); }
  void show(PangoLayoutLine* line, Color color, double x, double baseline) const;
};

Canvas::State::State(const Info& about) : info(about) {
  surface.reset(cairo_pdf_surface_create_for_stream(keep, &bytes, page_width, page_height));
  cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_4);
  const auto tell = [this](cairo_pdf_metadata_t what, const std::string& text) {
    cairo_pdf_surface_set_metadata(surface.get(), what, presentable(text, 500, false).c_str());
  };
  tell(CAIRO_PDF_METADATA_TITLE, info.title);
  tell(CAIRO_PDF_METADATA_AUTHOR, info.author);
  tell(CAIRO_PDF_METADATA_SUBJECT, info.subject);
  tell(CAIRO_PDF_METADATA_CREATOR, "billing");
  tell(CAIRO_PDF_METADATA_CREATE_DATE, iso(info.created));
  cairo.reset(cairo_create(surface.get()));
  require_success(cairo_status(cairo.get()));

  context.reset(pango_cairo_create_context(cairo.get()));
  pango_context_set_language(context.get(), pango_language_from_string(info.language.c_str()));
  pango_context_set_base_dir(context.get(), PANGO_DIRECTION_WEAK_LTR);
  // Paper has no pixels to fit letters to.
  auto* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context.get(), options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(context.get(), FALSE);
  // Whoever searches or copies "off" finds three letters, and an address that is broken has no hyphen more.
  pango_attr_list_insert(plain.get(), pango_attr_insert_hyphens_new(FALSE));
  pango_attr_list_insert(plain.get(), pango_attr_font_features_new("liga 0, clig 0"));
}

Owned<PangoLayout> Canvas::State::layout(std::string_view text, const Style& style) const {
  Owned<PangoLayout> made{pango_layout_new(context.get())};
  auto* font = pango_font_description_new();
  pango_font_description_set_family_static(font, families);
  pango_font_description_set_weight(font, pango_weight(style.weight));
  pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
  pango_layout_set_font_description(made.get(), font);
  pango_font_description_free(font);
  pango_layout_set_attributes(made.get(), plain.get());
  pango_layout_set_text(made.get(), text.data(), static_cast<int>(text.size()));
  return made;
}

void Canvas::State::show(PangoLayoutLine* line, Color color, double x, double baseline) const {
  use(color);
  cairo_move_to(cairo.get(), x, baseline);
  pango_cairo_show_layout_line(cairo.get(), line);
}

Text::Text(std::unique_ptr<Set> set) : set_(std::move(set)) {}
Text::Text(Text&&) noexcept = default;
Text& Text::operator=(Text&&) noexcept = default;
Text::~Text() = default;

std::size_t Text::lines() const { return set_->lines.size(); }
double Text::height(std::size_t line) const { return set_->lines.at(line).height; }
double Text::ascent(std::size_t line) const { return set_->lines.at(line).ascent; }
double Text::height() const {
  double sum = 0;
  for (const auto& line : set_->lines) sum += line.height;
  return sum;
}

Canvas::Canvas(const Info& info) : state_(std::make_unique<State>(info)) {}
Canvas::~Canvas() = default;

Text Canvas::set(std::string_view text, const Style& style, double width, std::size_t most_lines) {
  auto set = std::make_unique<Text::Set>();
  set->layout = state_->layout(presentable(text, most_characters, true), style);
  set->color = style.color;
  auto* layout = set->layout.get();
  pango_layout_set_width(layout, static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  if (most_lines > 0) {
    // The height is counted in lines of each paragraph: line ends are none here.
    pango_layout_set_height(layout, -static_cast<int>(most_lines));
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  }
  auto* at = pango_layout_get_iter(layout);
  do {
    PangoRectangle logical;
    int top = 0;
    int bottom = 0;
    pango_layout_iter_get_line_extents(at, nullptr, &logical);
    pango_layout_iter_get_line_yrange(at, &top, &bottom);
    set->lines.push_back({pango_layout_iter_get_line_readonly(at), points(bottom - top), points(pango_layout_iter_get_baseline(at) - top),
                          points(logical.width)});
  } while (pango_layout_iter_next_line(at));
  pango_layout_iter_free(at);
  return Text{std::move(set)};
}

double Canvas::width_of(std::string_view text, const Style& style) {
  const auto layout = state_->layout(presentable(text, most_characters, false), style);
  PangoRectangle logical;
  pango_layout_line_get_extents(pango_layout_get_line_readonly(layout.get(), 0), nullptr, &logical);
  return points(logical.width);
}

// Pango would align text of a right-to-left script at the other side: where a column begins is for us to say.
void Canvas::draw(const Text& text, std::size_t line, double x, double baseline, Align align) {
  const auto& box = text.set_->lines.at(line);
  state_->show(box.line, text.set_->color, align == Align::left ? x : x - box.width, baseline);
}

double Canvas::draw(const Text& text, double x, double top, Align align) {
  for (std::size_t line = 0; line < text.lines(); ++line) {
    draw(text, line, x, top + text.ascent(line), align);
    top += text.height(line);
  }
  return top;
}

void Canvas::write(std::string_view text, const Style& style, double x, double baseline, Align align) {
  const auto layout = state_->layout(presentable(text, most_characters, false), style);
  auto* line = pango_layout_get_line_readonly(layout.get(), 0);
  PangoRectangle logical{};
  if (align == Align::right) pango_layout_line_get_extents(line, nullptr, &logical);
  state_->show(line, style.color, x - points(logical.width), baseline);
}

void Canvas::rule(double from_x, double to_x, double y, double thickness, Color color) {
  auto* cairo = state_->cairo.get();
  state_->use(color);
  cairo_rectangle(cairo, from_x, y - thickness / 2, to_x - from_x, thickness);
  cairo_fill(cairo);
}

void Canvas::box(double x, double y, double width, double height, double radius, Color color) {
  auto* cairo = state_->cairo.get();
  constexpr auto quarter = std::numbers::pi / 2;
  cairo_new_sub_path(cairo);
  cairo_arc(cairo, x + width - radius, y + radius, radius, -quarter, 0);
  cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, quarter);
  cairo_arc(cairo, x + radius, y + height - radius, radius, quarter, 2 * quarter);
  cairo_arc(cairo, x + radius, y + radius, radius, 2 * quarter, 3 * quarter);
  cairo_close_path(cairo);
  state_->use(color);
  cairo_fill(cairo);
}

void Canvas::stamp(std::string_view text, Color color) {
  auto* cairo = state_->cairo.get();
  const auto angle = std::atan2(page_height, page_width);
  Style style{100, Weight::bold, color};
  style.size *= 0.62 * std::hypot(page_width, page_height) / std::max(width_of(text, style), 300.0);
  cairo_save(cairo);
  cairo_translate(cairo, page_width / 2, page_height / 2);
  cairo_rotate(cairo, -angle);
  write(text, style, -width_of(text, style) / 2, style.size * 0.36);
  cairo_restore(cairo);
}

double Canvas::picture(std::string_view png, double x, double y, double most_width, double most_height) {
  const auto image = decode_png(png);
  if (!image) return 0;
  const auto width = static_cast<double>(cairo_image_surface_get_width(image.get()));
  const auto height = static_cast<double>(cairo_image_surface_get_height(image.get()));
  const auto scale = std::min({most_width / width, most_height / height, 1.0});
  auto* cairo = state_->cairo.get();
  cairo_save(cairo);
  cairo_translate(cairo, x - width * scale, y);
  cairo_scale(cairo, scale, scale);
  cairo_set_source_surface(cairo, image.get(), 0, 0);
  cairo_paint(cairo);
  cairo_restore(cairo);
  return height * scale;
}

void Canvas::next_page() { cairo_show_page(state_->cairo.get()); }

std::string Canvas::finish() {
  cairo_show_page(state_->cairo.get());
  require_success(cairo_status(state_->cairo.get()));
  cairo_surface_finish(state_->surface.get());
  require_success(cairo_surface_status(state_->surface.get()));
  return with_catalog(std::move(state_->bytes), state_->info);
}

}  // namespace billing::pdf
