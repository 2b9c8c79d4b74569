#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "app/app.hpp"
#include "app/http/dispatch.hpp"

namespace billing::app::demo {

/// The API, called from within: the same routes, checks and answers as over HTTP.
class Client {
 public:
  explicit Client(App& app) : dispatcher_(app), service_(dispatcher_.service()) {}

  /// The body of the answer. Throws std::runtime_error for one that is not 2xx, unless it is the status `expected`.
  Task<boost::json::value> call(http::Method method, std::string path, boost::json::object body, int expected = 0);
  Task<boost::json::value> post(std::string path, boost::json::object body, int expected = 0);
  Task<boost::json::value> get(std::string path);

 private:
  Dispatcher dispatcher_;
  http::Service service_;
};

/// A member that is text.
std::string text_of(const boost::json::value& value, std::string_view name);

}  // namespace billing::app::demo
