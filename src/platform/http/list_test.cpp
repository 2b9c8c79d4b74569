#include "platform/http/list.hpp"

#include <gtest/gtest.h>

#include "platform/runtime/refusal.hpp"

namespace billing::http {
namespace {

bool asks_for_csv(std::string_view accept, std::string_view query = "") {
  Request request;
  request.query = query;
  if (!accept.empty()) request.headers.emplace_back("Accept", accept);
  return wants_csv(request);
}

TEST(List, IsAFileForWhoPrefersOne) {
  for (const auto* accept : {"text/csv", "TEXT/CSV", "text/csv; header=present", "text/csv, */*", "text/csv, application/json;q=0.9",
                             "application/json;q=0.1, text/csv; q=0.2"}) {
    EXPECT_TRUE(asks_for_csv(accept)) << accept;
  }
  for (const auto* accept : {"", "*/*", "text/*", "application/json", "application/json, text/csv", "text/csv;q=0",
                             "text/csv;q=0.5, application/json", "text/html, application/xhtml+xml, */*;q=0.8", "text/csvx", ";,;q="}) {
    EXPECT_FALSE(asks_for_csv(accept)) << accept;
  }
}

TEST(List, TheFormatOfTheAddressGoesFirst) {
  EXPECT_TRUE(asks_for_csv("application/json", "format=csv"));
  EXPECT_FALSE(asks_for_csv("text/csv", "format=json"));
  EXPECT_THROW(asks_for_csv("", "format=xml"), Refusal);
  EXPECT_THROW(asks_for_csv("", "format="), Refusal);
}

}  // namespace
}  // namespace billing::http
