#pragma once

#include <boost/json.hpp>
#include <charconv>
#include <string>
#include <utility>

#include "platform/http/answer.hpp"

namespace billing {

/// So many rows of a list are counted and summed up, which takes a fraction of a second; of more nobody is told a sum.
inline constexpr std::int64_t most_summed_up = 100'000;

/// A sum of many 64-bit amounts, as decimal text, may not fit: null then, rather than a wrong number or an error for everybody.
inline boost::json::value fitting(const std::string& digits) {
  std::int64_t value = 0;
  const auto* last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, value);
  return error == std::errc{} && end == last ? boost::json::value(value) : boost::json::value();
}

/// What a list comes to: how many there are, and an entry a currency, each with a member `count`.
inline http::Response totals_answer(boost::json::array amounts) {
  std::int64_t count = 0;
  for (const auto& of : amounts) count += of.at("count").as_int64();
  const bool complete = count <= most_summed_up;
  if (!complete) {
    count = most_summed_up;
    amounts.clear();
  }
  return http::answer(200, boost::json::object{{"count", count}, {"complete", complete}, {"amounts", std::move(amounts)}});
}

}  // namespace billing
