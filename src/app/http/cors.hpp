#pragma once

#include <string>
#include <vector>

#include "platform/http/message.hpp"

namespace billing::app {

/// An OPTIONS request of a browser that asks whether it may send another.
bool is_preflight(const http::Request& request);
/// 204, with permission only for an origin of CORS_ORIGINS.
http::Response preflight_answer(const http::Request& request, const std::vector<std::string>& origins);
/// Lets a page of an allowed origin read the answer, problems included.
void add_cors_headers(const http::Request& request, const std::vector<std::string>& origins, http::Response& response);

}  // namespace billing::app
