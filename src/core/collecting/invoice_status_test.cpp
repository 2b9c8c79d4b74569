#include "core/collecting/invoice_status.hpp"

#include <gtest/gtest.h>

namespace billing {
namespace {

TEST(InvoiceStatus, statuses_have_one_name_everywhere) {
  for (const auto* text : {"open", "paid", "void"}) EXPECT_EQ(to_text(parse_invoice_status(text).value()), text);
  for (const auto* text : {"", "void_", "Open", "draft"}) EXPECT_FALSE(parse_invoice_status(text)) << text;
  for (const auto* text : {"pending", "retrying", "uncollected", "done"}) EXPECT_EQ(to_text(parse_collection(text).value()), text);
  for (const auto* text : {"", "Done", "open"}) EXPECT_FALSE(parse_collection(text)) << text;
}

}  // namespace
}  // namespace billing
