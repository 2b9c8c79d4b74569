#include "demo/demo_client.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <stdexcept>

namespace billing::app::demo {
namespace {

/// Never leaves before it has its answer.
struct Ourselves final : http::Peer {
  bool left() const override { return false; }
};

}  // namespace

Task<boost::json::value> Client::call(http::Method method, std::string path, boost::json::object body, int expected) {
  const auto text = boost::json::serialize(body);
  http::Request request;
  request.method = method;
  request.method_text = method == http::Method::get ? "GET" : method == http::Method::post ? "POST" : "PATCH";
  const std::string_view target = path;
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
  request.headers.emplace_back("Host", "localhost");  // without a key only this machine is served, asked by its name
  if (method != http::Method::get) {
    request.body = text;
    request.headers.emplace_back("Content-Type", "application/json");
  }
  request.request_id = "demo";
  const auto response = co_await service_.handle(request, Ourselves{});
  if (response.status >= 300 && response.status != expected) {
    throw std::runtime_error(fmt::format("{} {} was answered {}: {}", request.method_text, path, response.status, response.body));
  }
  co_return boost::json::parse(response.body);
}

Task<boost::json::value> Client::post(std::string path, boost::json::object body, int expected) {
  return call(http::Method::post, std::move(path), std::move(body), expected);
}

Task<boost::json::value> Client::get(std::string path) { return call(http::Method::get, std::move(path), {}); }

std::string text_of(const boost::json::value& value, std::string_view name) { return std::string{value.at(name).as_string()}; }

}  // namespace billing::app::demo
