#include "platform/runtime/refusal.hpp"

namespace billing {

Refusal not_found(std::string detail) { return {404, "not_found", std::move(detail)}; }

Refusal conflict(std::string_view code, std::string detail) { return {409, code, std::move(detail)}; }

Refusal unacceptable(std::string pointer, std::string detail) {
  auto summary = pointer.empty() ? detail : pointer + ": " + detail;
  return {422, "unacceptable", std::move(summary), {{std::move(pointer), std::move(detail)}}};
}

}  // namespace billing
