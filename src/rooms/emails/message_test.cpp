#include "rooms/emails/message.hpp"

#include <gmock/gmock.h>

#include <ranges>

#include "rooms/emails/template.hpp"

namespace billing::emails {
namespace {

using testing::HasSubstr;
using testing::Not;

Message message() {
  return {.id = "019a8f40-11aa-7b62-a0f4-6d1c8b7e5f03",
          .date = parse_instant("2026-01-31T09:05:07Z").value(),
          .from = {"billing@acme.example", "Acme"},
          .to = {"ada@example.com", "Ada"},
          .subject = "Invoice 2026-000001",
          .language = "en",
          .text = "Hello",
          .html = "<p>Hello</p>"};
}
std::string head_of(const std::string& text) { return text.substr(0, text.find("\r\n\r\n")); }

TEST(Mail, has_the_headers_that_a_mail_needs) {
  const auto head = head_of(to_text(message()));
  for (const auto* header : {"Date: Sat, 31 Jan 2026 09:05:07 +0000\r\n", "From: \"Acme\"\r\n <billing@acme.example>\r\n",
                             "To: \"Ada\"\r\n <ada@example.com>\r\n", "Subject: Invoice 2026-000001\r\n",
                             "Message-ID: <019a8f40-11aa-7b62-a0f4-6d1c8b7e5f03@acme.example>\r\n", "Auto-Submitted: auto-generated\r\n"}) {
    EXPECT_THAT(head, HasSubstr(header));
  }
}

TEST(Mail, no_name_and_no_subject_can_begin_another_header) {
  auto evil = message();
  evil.subject = "Invoice\r\nBcc: everybody@example.com\r\n\r\nbody";
  evil.to.name = "Ada\"\r\nBcc: everybody@example.com";
  evil.from.name = "Acme\nX-Evil: 1";
  evil.reply_to = Mailbox{"a@example.com", "x\rX-Evil: 2"};
  const auto head = head_of(to_text(evil));
  EXPECT_THAT(head, HasSubstr("Message-ID"));
  for (const auto line : std::views::split(head, std::string_view{"\r\n"})) {
    const std::string_view text{line.begin(), line.end()};
    EXPECT_FALSE(text.starts_with("Bcc") || text.starts_with("X-Evil")) << text;
    EXPECT_EQ(text.find_first_of("\r\n"), std::string_view::npos);
  }
}

TEST(Mail, is_ascii_in_lines_of_at_most_78_octets_whatever_it_says) {
  auto long_one = message();
  long_one.subject = "Die Rechnung für März, Größe 日本語 und sehr viel mehr, was auf keine Zeile passt, die jemand liest";
  long_one.to.name = "Jürgen Ångström 日本語";
  for (int i = 0; i < 500; ++i) long_one.text += "Zahlung für Öl. ";
  long_one.attachment = Attachment{"2026-000001.pdf", "application/pdf", std::string(10'000, '\xff')};
  const auto text = to_text(long_one);
  for (const auto line : std::views::split(text, std::string_view{"\r\n"})) EXPECT_LE(std::ranges::distance(line), 78);
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  EXPECT_THAT(text, HasSubstr("Subject: =?UTF-8?B?"));
  EXPECT_THAT(text, HasSubstr("filename=\"2026-000001.pdf\""));
}

TEST(Mail, a_sender_is_an_address_with_or_without_a_name) {
  EXPECT_EQ(parse_mailbox("billing@acme.example")->address, "billing@acme.example");
  const auto named = parse_mailbox(R"( "Acme, Inc." <billing@acme.example> )");
  EXPECT_EQ(named->name, "Acme, Inc.");
  EXPECT_EQ(named->address, "billing@acme.example");
  for (const auto* wrong : {"", "acme", "Acme <billing@acme.example", "Acme <a@b>", "a@acme.example\r\nBcc: b@acme.example"}) {
    EXPECT_FALSE(parse_mailbox(wrong)) << wrong;
  }
}

TEST(Mail, a_paragraph_that_wants_what_is_not_known_is_left_out) {
  constexpr std::string_view text =
      "About {{what}}\n\n{{?name}}Hello {{name}},\n\n{{!name}}Hello,\n\n| Due | {{due}}\n| On | {{day}}\n\n> Pay | {{link}}\n";
  const auto without = render(text, "{{body}}", {{"what", "it"}, {"due", "5.00"}});
  EXPECT_EQ(without.subject, "About it");
  EXPECT_THAT(without.text, testing::StartsWith("Hello,\n\nDue:  5.00\n\n-- \n"));
  const auto with =
      render(text, "{{body}}", {{"what", "it"}, {"name", "Ada"}, {"day", "May 1"}, {"due", "5.00"}, {"link", "https://x.example/?a=1&b"}});
  EXPECT_THAT(with.text, testing::StartsWith("Hello Ada,\n\nDue:  5.00\nOn:   May 1\n\nPay:\nhttps://x.example/?a=1&b\n\n"));
  EXPECT_THAT(with.html, HasSubstr("href=\"https://x.example/?a=1&amp;b\""));
  EXPECT_THROW(render(text, "{{body}}", {}), std::logic_error);
}

TEST(Mail, what_a_value_says_is_text_and_no_markup) {
  const auto mail = render("S\n\nHello {{name}}", layout(),
                           {{"name", "<b>{{seller}}</b>"}, {"seller", "A & B"}, {"footer", "</td>"}, {"language", "en"}});
  EXPECT_THAT(mail.html, HasSubstr("Hello &lt;b&gt;{{seller}}&lt;/b&gt;"));
  EXPECT_THAT(mail.html, HasSubstr("A &amp; B"));
  EXPECT_THAT(mail.html, Not(HasSubstr("</td></td>")));
}

TEST(Mail, each_kind_is_there_in_each_language) {
  for (const auto* kind : {"invoice_issued", "payment_failed", "payment_succeeded", "trial_ending", "card_needed"}) {
    EXPECT_NE(template_of(kind, "de-AT"), template_of(kind, "en")) << kind;
    EXPECT_EQ(template_of(kind, "fr"), template_of(kind, "en")) << kind;
  }
}

}  // namespace
}  // namespace billing::emails
