#pragma once

#include "platform/pdf/canvas.hpp"

/// Where things are on a page, and how they look.
namespace billing::paper::look {

inline constexpr double left = 48;
inline constexpr double right = pdf::page_width - 48;
inline constexpr double top = 48;
inline constexpr double bottom = pdf::page_height - 34;  // of all that is on a page
inline constexpr double middle = 302;                    // where the right half begins: the buyer, the totals

inline constexpr pdf::Color ink{0.10, 0.12, 0.17};
inline constexpr pdf::Color muted{0.40, 0.43, 0.49};
inline constexpr pdf::Color hair{0.86, 0.88, 0.91};
inline constexpr pdf::Color white{1, 1, 1};
inline constexpr pdf::Color green{0.07, 0.46, 0.31};
inline constexpr pdf::Color red{0.72, 0.11, 0.13};
inline constexpr pdf::Color watermark{0.93, 0.94, 0.95};

inline constexpr pdf::Style title{24, pdf::Weight::semibold, ink};
inline constexpr pdf::Style sentence{15, pdf::Weight::semibold, ink};
inline constexpr pdf::Style strong{9, pdf::Weight::semibold, ink};
inline constexpr pdf::Style body{9, pdf::Weight::normal, ink};
inline constexpr pdf::Style quiet{9, pdf::Weight::normal, muted};
inline constexpr pdf::Style small{7.6, pdf::Weight::normal, muted};
inline constexpr pdf::Style label{7.6, pdf::Weight::semibold, muted};
inline constexpr pdf::Style large{11, pdf::Weight::bold, ink};

}  // namespace billing::paper::look
