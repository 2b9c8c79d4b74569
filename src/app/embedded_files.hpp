#pragma once

#include <cstddef>

#include "platform/runtime/embedded.hpp"

// What the build puts into the binary: see billing_embed in CMakeLists.txt.
namespace billing {

extern const EmbeddedFile embedded_migrations[];
extern const std::size_t embedded_migrations_count;
extern const EmbeddedFile embedded_seeds[];
extern const std::size_t embedded_seeds_count;
extern const EmbeddedFile embedded_docs[];  // openapi.yaml, docs.html
extern const std::size_t embedded_docs_count;

/// A file of the admin UI (cmake/embed_ui.cmake).
struct UiFile {
  std::string_view path;  // below web/dist
  std::string_view bytes;
  std::string_view brotli;  // the same compressed; empty: not there
  std::string_view gzip;
  std::string_view hash;  // of the bytes
};
extern const UiFile* const embedded_ui;  // none when web/ was not built
extern const std::size_t embedded_ui_count;

}  // namespace billing
