#include "platform/runtime/unicode.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <stdexcept>

namespace billing {
namespace {

icu::UnicodeString composed(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const auto* nfc = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) throw std::runtime_error(std::string{"ICU: "} + u_errorName(error));
  auto out = nfc->normalize(text, error);
  if (U_FAILURE(error)) throw std::runtime_error(std::string{"ICU: "} + u_errorName(error));
  return out;
}

icu::UnicodeString from_utf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string out;
  return from_utf8(text).toUTF8String(out);
}

std::string folded(std::string_view text) {
  auto characters = composed(from_utf8(text));
  characters.foldCase();
  std::string out;
  composed(characters).toUTF8String(out);
  return out;
}

char32_t take_character(std::string_view& text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::int32_t at = 0;
  UChar32 character = 0;
  U8_NEXT_OR_FFFD(bytes, at, static_cast<std::int32_t>(text.size()), character);
  text.remove_prefix(static_cast<std::size_t>(at));
  return static_cast<char32_t>(character);
}

bool is_letter(char32_t character) {
  constexpr std::uint32_t letters_and_marks = U_GC_L_MASK | U_GC_M_MASK;
  return (U_GET_GC_MASK(static_cast<UChar32>(character)) & letters_and_marks) != 0;
}

}  // namespace billing
