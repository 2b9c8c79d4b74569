#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/message.hpp"

namespace billing::http {

struct Segments;

/// Finds the row of a route table that serves a request. A pattern is literal segments and `{parameter}` segments:
/// "/invoices/{user_id}/{invoice_id}/pay". At the end `{parameter...}` takes the whole rest, slashes and all, also an empty one. A parameter may
/// have a suffix, "/credit_notes/{id}.pdf". A literal segment wins over a parameter ("/usage/batch" over "/usage/{user_id}"), and one with a
/// suffix over one without.
class Router {
 public:
  /// `index` is what `match` gives back: the row in the caller's table.
  void add(Method method, std::string_view pattern, std::size_t index);

  struct Match {
    enum class Kind { found, not_found, method_not_allowed } kind;
    std::size_t index = 0;
    std::vector<std::string> params;  // percent-decoded; a malformed encoding is not_found
    std::string allow;  // "GET, HEAD, POST" when the path is known but the method is not
  };
  /// HEAD is served by GET's row. A trailing slash is another path.
  Match match(Method method, std::string_view path) const;

 private:
  struct Row {
    Method method;
    std::vector<std::string> segments;
    std::size_t index;
  };
  /// The rows of which the path is one, by the most literal of their patterns; empty: none knows it.
  static std::vector<const Row*> knowing(const std::vector<Row>& rows, const Segments& path);

  /// By their first segment, so that a request looks at a few; those that begin with a parameter are under "".
  std::map<std::string, std::vector<Row>, std::less<>> rows_;
};

}  // namespace billing::http
