#include "rooms/emails/compose.hpp"

#include <algorithm>

#include "rooms/paper/words.hpp"

namespace billing::emails {
namespace {

constexpr std::string_view german_months[] = {"Januar", "Februar", "März",      "April",   "Mai",      "Juni",
                                              "Juli",   "August",  "September", "Oktober", "November", "Dezember"};

/// Amounts, days and reasons as a language has them.
class Language {
 public:
  explicit Language(std::string_view wished) : german_(language_of(wished) == "de") {}

  std::string amount(Money money) const {
    auto text = paper::amount_text(money.minor(), money.currency());
    if (!german_) return std::string{money.currency().code()} + ' ' + text;
    for (char& c : text) c = c == ',' ? '.' : c == '.' ? ',' : c;
    return text + ' ' + std::string{money.currency().code()};
  }
  std::string day(Date day) const {
    if (!german_) return paper::day_text(day, paper::words_of("en"));
    const std::chrono::year_month_day date{day};
    return std::to_string(static_cast<unsigned>(date.day())) + ". " + std::string{german_months[static_cast<unsigned>(date.month()) - 1]} +
           ' ' + std::to_string(static_cast<int>(date.year()));
  }
  std::string period(const Period& period) const {
    const Date last = std::max(period.start, period.end - std::chrono::days{1});
    if (!german_) return paper::period_text(period, paper::words_of("en"));
    if (last == period.start) return day(last);
    const std::chrono::year_month_day from{period.start};
    const std::chrono::year_month_day to{last};
    const bool same_month = from.year() == to.year() && from.month() == to.month();
    const auto begin = same_month ? std::to_string(static_cast<unsigned>(from.day())) + '.' : day(period.start);
    return begin + " – " + day(last);
  }
  std::string reason(std::string_view code) const {
    struct Reason {
      std::string_view code, english, german;
    };
    static constexpr Reason reasons[] = {
        {"insufficient_funds", "there was not enough money on the account", "das Konto war nicht ausreichend gedeckt"},
        {"expired_card", "the card has expired", "die Karte ist abgelaufen"},
        {"lost_card", "the card is blocked", "die Karte ist gesperrt"},
        {"stolen_card", "the card is blocked", "die Karte ist gesperrt"},
        {"authentication_required", "the bank asked for a confirmation", "die Bank hat um eine Bestätigung gebeten"},
    };
    const auto* found = std::ranges::find(reasons, code, &Reason::code);
    if (found != std::end(reasons)) return std::string{german_ ? found->german : found->english};
    return german_ ? "die Zahlung wurde abgelehnt" : "the payment was declined";
  }
  std::string price(Money money, std::string_view interval) const {
    struct Interval {
      std::string_view name, english, german;
    };
    static constexpr Interval intervals[] = {{"day", " a day", " pro Tag"},
                                             {"week", " a week", " pro Woche"},
                                             {"month", " a month", " pro Monat"},
                                             {"year", " a year", " pro Jahr"}};
    const auto* found = std::ranges::find(intervals, interval, &Interval::name);
    if (found == std::end(intervals)) return amount(money);
    return amount(money) + std::string{german_ ? found->german : found->english};
  }

 private:
  bool german_;
};

/// As one value of a query may be written.
std::string for_url(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
    out += plain ? std::string{c} : std::string{'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

void replace(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
}

/// Where the customer mends it: what the provider wants confirmed, else the seller's own page.
std::optional<std::string> link_of(const Facts& facts) {
  if (facts.payment && facts.payment->action_url) return facts.payment->action_url;
  auto link = facts.payment_url;
  if (!link) return std::nullopt;
  replace(*link, "{user_id}", facts.user_id.text());
  replace(*link, "{external_id}", for_url(facts.external_id.value_or("")));
  replace(*link, "{invoice_id}", facts.invoice ? facts.invoice->id : "");
  return link;
}

void add_invoice(Values& values, const Facts::Invoice& invoice, const Language& words) {
  values["number"] = invoice.number;
  values["total"] = words.amount(invoice.amount);
  values["period"] = words.period(invoice.period);
  if (invoice.due.is_zero()) {
    values["nothing_due"] = "";
  } else {
    values["due"] = words.amount(invoice.due);
    if (!(invoice.due == invoice.amount)) values["settled"] = words.amount(invoice.amount - invoice.due);
    if (invoice.due_on) values["due_on"] = words.day(*invoice.due_on);
    values[invoice.due_on ? "by_invoice" : "automatic"] = "";
  }
  if (invoice.next_attempt_at) values["next_attempt"] = words.day(date_of(*invoice.next_attempt_at));
}

}  // namespace

std::string_view pointless(std::string_view kind, const Facts& facts) {
  if (facts.anonymized) return "the customer was anonymized";
  if (facts.invoice && facts.invoice->status == "void") return "the invoice was voided";
  const bool asks = kind == "payment_failed" || kind == "card_needed";
  if (asks && facts.invoice && facts.invoice->status == "paid") return "the invoice was paid meanwhile";
  if (kind == "trial_ending" && facts.trial && !facts.trial->trialing) return "the trial ended meanwhile";
  return {};
}

Values values_of(std::string_view kind, const Facts& facts) {
  const Language words(facts.language);
  Values values{{"language", std::string{language_of(facts.language)}}};
  if (facts.name) values["name"] = *facts.name;
  if (facts.footer) values["footer"] = *facts.footer;
  if (facts.card_missing) values["card_missing"] = "";
  if (facts.invoice) add_invoice(values, *facts.invoice, words);
  if (facts.payment) {
    values["amount"] = words.amount(facts.payment->amount);
    values["paid_on"] = words.day(facts.payment->on);
    values["reason"] = words.reason(facts.payment->failure_code.value_or(""));
    if (facts.payment->waits) {
      values["action"] = "";
      values.erase("next_attempt");  // then it is only asked whether it was confirmed
    }
  }
  if (facts.trial) {
    values["plan"] = facts.trial->plan;
    values["ends_on"] = words.day(facts.trial->ends_on);
    values["price"] = words.price(facts.trial->price, facts.trial->interval);
  }
  const bool asks = kind == "payment_failed" || kind == "card_needed" || kind == "trial_ending";
  if (asks) {
    if (auto link = link_of(facts)) values["link"] = *std::move(link);
  }
  return values;
}

Message compose(const EmailId& id, std::string_view kind, const Facts& facts, const Mailbox& from, Instant now) {
  auto values = values_of(kind, facts);
  values["seller"] = facts.seller.value_or(from.name.empty() ? from.address : from.name);
  auto rendered = render(template_of(kind, facts.language), layout(), values);
  Message message{.id = id.text(),
                  .date = now,
                  .from = {from.address, from.name.empty() ? facts.seller.value_or("") : from.name},
                  .to = {facts.email, facts.name.value_or("")},
                  .reply_to = {},
                  .subject = std::move(rendered.subject),
                  .language = values["language"],
                  .text = std::move(rendered.text),
                  .html = std::move(rendered.html),
                  .attachment = {}};
  if (facts.seller_email) message.reply_to = Mailbox{*facts.seller_email};
  return message;
}

}  // namespace billing::emails
