#pragma once

#include <string>
#include <string_view>

#include "platform/http/message.hpp"

namespace billing::app {

/// Whether another site's page made the browser send this: the browser says so itself (Sec-Fetch-Site), or the Origin is not where it went to.
bool came_from_elsewhere(const http::Request& request);

/// The session's token out of the request's cookies; empty where there is none, and where the cookie does not count: a browser sends it along whoever
/// asks, so a request from elsewhere has none, nor has a write that no page of ours vouches for.
std::string_view session_token(const http::Request& request);

/// Set-Cookie for a session, until the browser is closed; with an empty token it takes the cookie back.
std::string session_cookie(const http::Request& request, std::string_view token);

}  // namespace billing::app
