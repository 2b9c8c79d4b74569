#include "app/work/mailer.hpp"

#include "platform/runtime/log.hpp"

namespace billing::app {
namespace {

constexpr auto between_looks = std::chrono::milliseconds{500};
constexpr std::int64_t events_at_once = 2'000;

}  // namespace

Mailer::Mailer(App& app)
    : app_(app), smtp_(app.reactor, app.shared.metrics, app.shared.config.smtp.value(), {.ca_file = app.shared.config.smtp_ca_file}) {}

void Mailer::stop() {
  stopping_ = true;
  smtp_.close();
}

/// The mails of all events that are there.
Task<void> Mailer::make() {
  while (!stopping_ && (co_await emails::make_emails(app_.background, events_at_once)).events == events_at_once) {
  }
}

Task<void> Mailer::tick(bool& idle) {
  if (!begun_) co_await emails::begin(app_.background);
  begun_ = true;
  co_await make();
  auto context = app_.context(app_.background, "worker");
  const emails::Post post{smtp_, app_.shared.config.mail_from, app_.shared.press, app_.reactor};
  idle = !co_await emails::send_due(context, post);
}

Task<void> Mailer::run() {
  std::string last_trouble;
  while (!stopping_) {
    bool idle = true;
    std::string trouble;
    try {
      co_await tick(idle);
    } catch (const std::exception& error) {
      trouble = error.what();
    }
    if (trouble != std::exchange(last_trouble, trouble) && !trouble.empty()) log::warn("emails_not_looked_for", {{"error", trouble}});
    if (idle && !stopping_) co_await app_.reactor.sleep(between_looks);
  }
}

}  // namespace billing::app
