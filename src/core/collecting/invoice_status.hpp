#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace billing {

enum class InvoiceStatus : std::uint8_t { open, paid, void_ };
std::string_view to_text(InvoiceStatus status);  // "open", "paid", "void"
std::optional<InvoiceStatus> parse_invoice_status(std::string_view text);

/// Where an invoice's collection stands: not tried yet, tried and to be tried again, given up, nothing left to do.
enum class Collection : std::uint8_t { pending, retrying, uncollected, done };
std::string_view to_text(Collection collection);
std::optional<Collection> parse_collection(std::string_view text);

}  // namespace billing
