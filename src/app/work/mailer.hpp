#pragma once

#include "app/app.hpp"
#include "rooms/emails/send_emails.hpp"

namespace billing::app {

/// Makes the mails that events ask for and hands over those that are due, twice a second, where mail is configured. Any number of processes may run it.
class Mailer {
 public:
  explicit Mailer(App& app);

  /// Until `stop`.
  Task<void> run();
  void stop();

 private:
  Task<bool> tick();
  Task<void> make();

  App& app_;
  outbound::SmtpClient smtp_;
  emails::Sending sending_;
  bool begun_ = false;
  bool stopping_ = false;
};

}  // namespace billing::app
