#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/money/money.hpp"

namespace billing::paper {

/// How an amount came about, from the explanation that is stored with its line, in sentences for whoever is to pay it. Only what its description does
/// not say already; nothing of what this does not know.
std::vector<std::string> explained(std::string_view explanation_json, Currency currency);

}  // namespace billing::paper
