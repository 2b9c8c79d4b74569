#include "app/work/mailer.hpp"

#include "platform/runtime/log.hpp"

namespace billing::app {
namespace {

constexpr auto between_looks = std::chrono::milliseconds{500};
constexpr auto while_busy = std::chrono::milliseconds{20};
constexpr std::int64_t events_at_once = 2'000;

}  // namespace

Mailer::Mailer(App& app)
    : app_(app), smtp_(app.reactor, app.shared.metrics, app.shared.config.smtp.value(), {.ca_file = app.shared.config.smtp_ca_file}) {}

void Mailer::stop() {
  stopping_ = true;
  sending_.stopping = true;
  smtp_.close();
}

/// The mails of all events that are there.
Task<void> Mailer::make() {
  while (!stopping_ && (co_await emails::make_emails(app_.background, events_at_once)).events == events_at_once) {
  }
}

/// Whether any mail is on its way.
Task<bool> Mailer::tick() {
  if (!begun_) co_await emails::begin(app_.background);
  begun_ = true;
  co_await make();
  const emails::Post post{smtp_, app_.shared.config.mail_from, app_.shared.press, app_.reactor};
  co_return co_await emails::send_due(app_.context(app_.background, "worker"), post, sending_);
}

Task<void> Mailer::run() {
  std::string last_trouble;
  while (!stopping_) {
    bool busy = false;
    std::string trouble;
    try {
      busy = co_await tick();
    } catch (const std::exception& error) {
      trouble = error.what();
    }
    if (trouble != std::exchange(last_trouble, trouble) && !trouble.empty()) log::warn("emails_not_looked_for", {{"error", trouble}});
    if (!stopping_) co_await app_.reactor.sleep(busy ? while_busy : between_looks);
  }
  co_await sending_.mails.join();
}

}  // namespace billing::app
