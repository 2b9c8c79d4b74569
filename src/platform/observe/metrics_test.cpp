#include "platform/observe/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace billing {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, RequestsAreCountedAndTimedByRoute) {
  Metrics metrics;
  metrics.request_served("/plans/{code}", "GET", 200, 0.0004);
  metrics.request_served("/plans/{code}", "GET", 200, 0.3);
  metrics.request_served("/plans/{code}", "GET", 404, 11);
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr("# TYPE billing_http_requests_total counter"));
  EXPECT_THAT(text, HasSubstr("# HELP billing_http_requests_total Requests answered"));
  EXPECT_THAT(text, HasSubstr(R"(billing_http_requests_total{method="GET",route="/plans/{code}",status="200"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"(billing_http_requests_total{method="GET",route="/plans/{code}",status="404"} 1)"));
  EXPECT_THAT(text, HasSubstr("# TYPE billing_http_request_duration_seconds histogram"));
  const std::string bucket = R"(billing_http_request_duration_seconds_bucket{method="GET",route="/plans/{code}",le=)";
  EXPECT_THAT(text, HasSubstr(bucket + R"("0.0005"} 1)"));
  EXPECT_THAT(text, HasSubstr(bucket + R"("0.25"} 1)"));
  EXPECT_THAT(text, HasSubstr(bucket + R"("0.5"} 2)"));
  EXPECT_THAT(text, HasSubstr(bucket + R"("10"} 2)"));
  EXPECT_THAT(text, HasSubstr(bucket + R"("+Inf"} 3)"));
}

TEST(Metrics, AMethodThatAClientMadeUpIsOther) {
  Metrics metrics;
  metrics.request_served("none", "BREW", 405, 0.001);
  metrics.request_served("none", "STIR", 405, 0.001);
  EXPECT_THAT(metrics.render(), HasSubstr(R"(billing_http_requests_total{method="other",route="none",status="405"} 2)"));
}

TEST(Metrics, CountsAddUpAndGaugesStand) {
  Metrics metrics;
  metrics.count("invoices", {{"outcome", "created"}});
  metrics.count("invoices", {{"outcome", "created"}}, 41);
  metrics.count("invoices", {{"outcome", "voided"}});
  metrics.set("queue_depth", {{"stream", "jobs"}}, 7);
  metrics.set("queue_depth", {{"stream", "jobs"}}, 3);
  metrics.set("plain", {}, 1.5);
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr(R"(billing_invoices_total{outcome="created"} 42)"));
  EXPECT_THAT(text, HasSubstr(R"(billing_invoices_total{outcome="voided"} 1)"));
  EXPECT_THAT(text, HasSubstr("# HELP billing_invoices_total Invoices"));
  EXPECT_THAT(text, HasSubstr(R"(billing_queue_depth{stream="jobs"} 3)"));
  EXPECT_THAT(text, HasSubstr("# HELP billing_plain plain"));
  EXPECT_THAT(text, HasSubstr("billing_plain 1.5"));
}

TEST(Metrics, SeveralLabelsMakeASeriesForEachOfTheirValues) {
  Metrics metrics;
  metrics.count("jobs", {{"job", "bill_users"}, {"outcome", "done"}});
  metrics.count("jobs", {{"job", "bill_users"}, {"outcome", "failed"}}, 2);
  metrics.set("postgres_waiting", {{"thread", "0"}, {"pool", "jobs"}}, 3);
  metrics.set("postgres_waiting", {{"thread", "1"}, {"pool", "jobs"}}, 4);
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr(R"(billing_jobs_total{job="bill_users",outcome="done"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(billing_jobs_total{job="bill_users",outcome="failed"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"(billing_postgres_waiting{pool="jobs",thread="0"} 3)"));
  EXPECT_THAT(text, HasSubstr(R"(billing_postgres_waiting{pool="jobs",thread="1"} 4)"));
}

TEST(Metrics, TwoOfThemKeepApart) {
  Metrics first;
  first.request_served("/", "GET", 200, 0.001);
  auto second = std::make_unique<Metrics>();
  second->request_served("/", "GET", 200, 0.001);
  second = std::make_unique<Metrics>();
  EXPECT_THAT(second->render(), Not(HasSubstr("method")));
  second->request_served("/", "GET", 200, 0.001);
  EXPECT_THAT(first.render(), HasSubstr("status=\"200\"} 1"));
  EXPECT_THAT(second->render(), HasSubstr("status=\"200\"} 1"));
}

TEST(Metrics, ALabelWithoutBoundIsBounded) {
  Metrics metrics;
  for (int i = 0; i < 5'000; ++i) metrics.count("cache", {{"key", std::to_string(i)}});
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr(R"(billing_cache_total{key="other"} 4000)"));
  EXPECT_THAT(text, Not(HasSubstr(R"(key="4999")")));
  EXPECT_THAT(text, HasSubstr(R"(billing_cache_total{key="999"} 1)"));
}

TEST(Metrics, AreSafeFromAnyThread) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics, t] {
      for (int i = 0; i < 10'000; ++i) {
        metrics.request_served(i % 2 ? "/a" : "/b", "GET", 200, 0.001);
        metrics.count("jobs", {{"outcome", i % 2 ? "done" : "failed"}});
        metrics.set("due", {{"kind", "invoice"}}, t);
        if (i % 2000 == 0) metrics.render();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const auto text = metrics.render();
  EXPECT_THAT(text, HasSubstr(R"(billing_http_requests_total{method="GET",route="/a",status="200"} 20000)"));
  EXPECT_THAT(text, HasSubstr(R"(billing_jobs_total{outcome="done"} 20000)"));
}

}  // namespace
}  // namespace billing
