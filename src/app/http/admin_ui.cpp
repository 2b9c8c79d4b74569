#include "app/http/admin_ui.hpp"

#include <algorithm>
#include <span>

#include "app/embedded_files.hpp"
#include "platform/http/answer.hpp"
#include "platform/runtime/refusal.hpp"

namespace billing::app {
namespace {

constexpr std::string_view not_built = R"(<!doctype html>
<html lang="en"><meta charset="utf-8"><title>billing</title>
<body style="font: 16px/1.5 system-ui; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>The admin UI is not in this build</h1>
<p>The API is there all the same: <a href="/docs">/docs</a>. To have the UI, build it before the binary:</p>
<pre>script/setup serve &amp;&amp; script/build release billing</pre>
)";

/// Everything is the UI's own. (Styles are also written into elements, by the component library.)
constexpr auto content_security_policy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors "
    "'none'";

const UiFile* find_file(std::string_view path) {
  const std::span files{embedded_ui, embedded_ui_count};
  const auto found = std::ranges::find(files, path, &UiFile::path);
  return found == files.end() ? nullptr : &*found;
}

std::string_view content_type(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".woff2", "font/woff2"},
      {".json", "application/json"},
      {".txt", "text/plain; charset=utf-8"},
  };
  const auto* found = std::ranges::find_if(types, [path](const auto& type) { return path.ends_with(type.first); });
  return found == std::end(types) ? "application/octet-stream" : found->second;
}

/// Whether an Accept-Encoding header names the coding, and not to refuse it ("br;q=0").
bool accepts(std::string_view header, std::string_view coding) {
  while (!header.empty()) {
    const auto end = std::min(header.find(','), header.size());
    auto item = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    const auto name = item.substr(0, item.find_first_of("; "));
    if (name != coding) continue;
    const auto weight = item.find("q=");
    return weight == std::string_view::npos || item.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

struct Variant {
  std::string_view bytes;
  std::string_view coding;  // empty: none
};

Variant choose(const UiFile& file, std::string_view accept_encoding) {
  if (!file.brotli.empty() && accepts(accept_encoding, "br")) return {file.brotli, "br"};
  if (!file.gzip.empty() && accepts(accept_encoding, "gzip")) return {file.gzip, "gzip"};
  return {file.bytes, {}};
}

http::Response answer_file(const UiFile& file, const http::Request& request) {
  const auto variant = choose(file, request.header("Accept-Encoding"));
  const auto etag = "\"" + std::string{file.hash} + (variant.coding.empty() ? "" : "-" + std::string{variant.coding}) + "\"";
  http::Response response;
  response.content_type = content_type(file.path);
  response.set("ETag", etag);
  response.set("Cache-Control", file.path.starts_with("assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  response.set("Vary", "Accept-Encoding");
  response.set("Content-Security-Policy", content_security_policy);
  response.set("X-Content-Type-Options", "nosniff");
  if (http::has_already(request, etag)) {
    response.status = 304;
    return response;
  }
  if (!variant.coding.empty()) response.set("Content-Encoding", std::string{variant.coding});
  response.body = variant.bytes;
  return response;
}

}  // namespace

Task<http::Response> to_admin_ui(App&, Context&, const http::Request&) {
  http::Response response;
  response.status = 302;
  response.set("Location", "/admin/");
  co_return response;
}

Task<http::Response> admin_ui_file(App&, Context&, const http::Request& request) {
  const auto& path = request.path_params.at(0);
  if (const auto* file = find_file(path == "licenses" ? "licenses.txt" : std::string_view{path})) co_return answer_file(*file, request);
  if (path.starts_with("assets/"))
    throw billing::not_found("The admin UI has no file " + path + ". Load the page again: it may be of another version.");
  if (const auto* page = find_file("index.html")) co_return answer_file(*page, request);
  co_return answer_file({"index.html", not_built, {}, {}, "not-built"}, request);
}

}  // namespace billing::app
