#pragma once

#include <string>

#include "platform/pdf/canvas.hpp"

namespace billing::pdf {

/// What Cairo does not write into a PDF's catalog and trailer: its language, its title in the window's bar, XMP metadata, and an ID that follows from the
/// content. Appended as the format has it for updates, for a file with a plain table of objects (PDF 1.4).
std::string with_catalog(std::string pdf, const Info& info);

}  // namespace billing::pdf
