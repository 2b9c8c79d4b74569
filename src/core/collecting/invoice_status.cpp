#include "core/collecting/invoice_status.hpp"

#include <stdexcept>

namespace billing {

std::string_view to_text(InvoiceStatus status) {
  switch (status) {
    case InvoiceStatus::open: return "open";
    case InvoiceStatus::paid: return "paid";
    case InvoiceStatus::void_: return "void";
  }
  throw std::logic_error("no such invoice status");
}

std::optional<InvoiceStatus> parse_invoice_status(std::string_view text) {
  using enum InvoiceStatus;
  for (const auto status : {open, paid, void_}) {
    if (text == to_text(status)) return status;
  }
  return std::nullopt;
}

std::string_view to_text(Collection collection) {
  switch (collection) {
    case Collection::pending: return "pending";
    case Collection::retrying: return "retrying";
    case Collection::uncollected: return "uncollected";
    case Collection::done: return "done";
  }
  throw std::logic_error("no such collection");
}

std::optional<Collection> parse_collection(std::string_view text) {
  using enum Collection;
  for (const auto collection : {pending, retrying, uncollected, done}) {
    if (text == to_text(collection)) return collection;
  }
  return std::nullopt;
}

}  // namespace billing
