#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/money/money.hpp"
#include "core/time/period.hpp"
#include "rooms/context.hpp"

namespace billing::emails {

using EmailId = Id<struct EmailTag>;

/// From now on events get mails; those of a time in which nobody looked for a day do not.
Task<void> begin(pg::Session& db);

struct Made {
  std::int64_t events = 0;  // that were looked at
  std::int64_t emails = 0;
};
/// Makes the mails of events that have none yet, of so many events at most: one statement, that waits for nobody.
Task<Made> make_emails(pg::Session& db, std::int64_t most_events);

struct Claimed {
  EmailId id;
  std::string claim;  // names this attempt
  std::string kind;
  std::int64_t attempts;  // with this one
  std::optional<InvoiceId> invoice;
};
/// Takes mails that are due for this process, longest due first.
Task<std::vector<Claimed>> claim_due(pg::Session& db, const std::optional<std::string>& process, std::int64_t most);
/// Ends mails whose process died when the server may have taken them on: nobody knows, and they are not sent again.
Task<void> end_unknown(pg::Session& db);
/// Notes that the end of the mail is about to be sent; false when the attempt has been taken over.
Task<bool> note_ending(pg::Session& db, const Claimed& email);

struct Ended {
  std::string status;  // "pending": to be tried again
  std::optional<std::chrono::seconds> again_after{};
  int code = 0;
  std::string reply{};
  std::optional<std::string> to_address{};
  std::optional<std::string> subject{};
};
/// Writes what became of the attempt, unless it has been taken over; also of one that was held to be unknown meanwhile.
Task<void> finish(pg::Session& db, const Claimed& email, const Ended& ended);

/// How long after its n-th attempt (from 1) a mail that was put off is tried again; nullopt: it is given up.
std::optional<std::chrono::seconds> again_after(std::int64_t attempts);

/// What there is to tell: of the customer, the seller, and what the mail is about.
struct Facts {
  std::string email;
  std::optional<std::string> name;
  std::string language;
  bool anonymized = false;
  bool card_missing = false;
  std::optional<std::string> external_id;
  UserId user_id;

  std::optional<std::string> seller;
  std::optional<std::string> seller_email;
  std::optional<std::string> footer;
  std::optional<std::string> payment_url;

  struct Invoice {
    std::string number;
    std::string id;
    Money amount;
    Money due;
    Period period;
    std::optional<Date> due_on;
    std::string status;
    std::optional<Instant> next_attempt_at;
  };
  std::optional<Invoice> invoice;
  struct Payment {
    Money amount;
    std::optional<std::string> failure_code;
    std::optional<std::string> action_url;
    Date on;
    bool waits = false;  // for its customer
  };
  std::optional<Payment> payment;
  struct Trial {
    std::string plan;
    Date ends_on;
    Money price;
    std::string interval;  // "month"; empty for several
    bool trialing = false;
  };
  std::optional<Trial> trial;
};
Task<Facts> facts_of(pg::Session& db, EmailId id);

/// As the API shows it.
struct Email {
  EmailId id;
  std::string kind;
  UserId user_id;
  std::optional<std::string> invoice_id, payment_id, subscription_id;
  std::string status;
  std::optional<std::string> to_address, subject;
  std::int64_t attempts;
  std::optional<Instant> due_at, attempted_at;
  std::optional<std::int64_t> code;
  std::optional<std::string> reply;
  std::optional<Instant> sent_at;
  Instant created_at;
};
struct EmailFilter {
  std::optional<UserId> user;
  std::optional<std::string> status;
};
/// Newest first.
Task<std::vector<Email>> find_emails(pg::Session& db, const EmailFilter& filter, std::optional<std::string> after, std::int64_t limit);

/// Which kinds are wanted, and where customers enter a card.
struct Settings {
  std::map<std::string, bool> kinds;
  std::optional<std::string> payment_url;
};
Task<Settings> find_settings(pg::Session& db);
/// With its audit event.
void save_settings(pg::Transaction& tx, const Context& context, const Settings& settings);

inline constexpr std::string_view statuses[] = {"pending", "sent", "refused", "given_up", "unknown", "canceled"};

}  // namespace billing::emails
