#include "rooms/credit_notes/store.hpp"

#include <algorithm>

#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"

namespace billing::credit_notes {

std::string_view to_text(Kind kind) { return kind == Kind::correction ? "correction" : "goodwill"; }

std::optional<Kind> parse_kind(std::string_view text) {
  for (const auto kind : {Kind::correction, Kind::goodwill}) {
    if (text == to_text(kind)) return kind;
  }
  return std::nullopt;
}

namespace {
constexpr pg::Statement insert_rows{R"(
  INSERT INTO credit_notes (id, kind, invoice_id, user_id, currency, amount_cents, applied_cents, to_balance_cents, reason, memo, created_at,
                            tax_cents, taxes, buyer, seller_version, refund_cents)
  SELECT id, kind, invoice_id, user_id, currency, applied + refunded + to_balance, applied, to_balance, reason, memo, $1, tax, taxes, buyer,
         (SELECT max(version) FROM sellers), refunded
  FROM unnest($2::uuid[], $3::credit_note_kind[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::text[],
              $11::bigint[], $12::jsonb[], $13::jsonb[], $14::bigint[])
    AS n (id, kind, invoice_id, user_id, currency, applied, to_balance, reason, memo, tax, taxes, buyer, refunded))"};
constexpr pg::Statement insert_lines{R"(
  INSERT INTO credit_note_lines (id, credit_note_id, position, line_id, amount_cents, explanation, tax_cents)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::json[], $7::bigint[]))"};

void send_rows(pg::Transaction& tx, const std::vector<NewNote>& notes, Instant now) {
  std::vector<CreditNoteId> ids;
  std::vector<InvoiceId> invoices;
  std::vector<UserId> users;
  std::vector<std::string> kinds, currencies, reasons, taxes, buyers;
  std::vector<std::int64_t> applied, to_balance, tax_cents, refunded;
  std::vector<std::optional<std::string>> memos;
  for (const auto& note : notes) {
    ids.push_back(note.id);
    kinds.emplace_back(to_text(note.kind));
    invoices.push_back(note.invoice_id);
    users.push_back(note.user_id);
    currencies.emplace_back(note.applied.currency().code());
    applied.push_back(note.applied.minor());
    to_balance.push_back(note.to_balance.minor());
    reasons.push_back(note.reason);
    memos.push_back(note.memo);
    tax_cents.push_back(note.tax.minor());
    taxes.push_back(note.taxes_json);
    buyers.push_back(note.buyer_json);
    refunded.push_back(note.refunded.minor());
  }
  pg::Params params;
  params.add(now).add_array(ids).add_array(kinds).add_array(invoices).add_array(users).add_array(currencies).add_array(applied);
  params.add_array(to_balance).add_array(reasons).add_array(memos).add_array(tax_cents);
  params.add_array(taxes).add_array(buyers).add_array(refunded);
  tx.send(insert_rows, std::move(params));
}

void send_lines(pg::Transaction& tx, const std::vector<NewNote>& notes) {
  std::vector<pg::UuidBytes> ids;
  std::vector<CreditNoteId> of_notes;
  std::vector<InvoiceLineId> lines;
  std::vector<std::int64_t> positions, amounts, taxes;
  std::vector<std::optional<std::string>> explanations;
  for (const auto& note : notes) {
    std::int64_t position = 0;
    for (const auto& line : note.lines) {
      ids.push_back(new_uuid7());
      of_notes.push_back(note.id);
      positions.push_back(position++);
      lines.push_back(line.line);
      amounts.push_back(line.amount.minor());
      explanations.push_back(line.explanation_json);
      taxes.push_back(line.tax);
    }
  }
  pg::Params params;
  params.add_array(ids)
      .add_array(of_notes)
      .add_array(positions)
      .add_array(lines)
      .add_array(amounts)
      .add_array(explanations)
      .add_array(taxes);
  tx.send(insert_lines, std::move(params));
}
}  // namespace

void insert_notes(pg::Transaction& tx, const Context& context, const std::vector<NewNote>& notes) {
  if (notes.empty()) return;
  send_rows(tx, notes, context.clock.now());
  send_lines(tx, notes);
  std::vector<audit::Entry> entries;
  for (const auto& note : notes) entries.push_back({"credit_note.created", "credit_note", note.id.text(), note.user_id.text(), {}, {}});
  audit::record(tx, context, entries);
}

namespace {

#define NOTE_COLUMNS                                                                                                                \
  "n.id, number, kind, invoice_id, user_id, currency, amount_cents, applied_cents, to_balance_cents, reason, memo, created_at, "    \
  "tax_cents, taxes, buyer, (SELECT shown FROM sellers WHERE version = seller_version), refund_cents, refund_id, refund_statuses, " \
  "refund_failed"
// The last ones from here: what has become of its refunds.
#define WITH_REFUNDS                                                                                                                    \
  "LEFT JOIN LATERAL (SELECT (array_agg(id ORDER BY id))[1] AS refund_id, string_agg(status::text, ',') AS refund_statuses, "           \
  "coalesce(sum(amount_cents) FILTER (WHERE status = 'failed'), 0) AS refund_failed FROM refunds WHERE credit_note_id = n.id) AS r ON " \
  "n.refund_cents > 0 "

std::vector<PaymentStatus> statuses_of(std::string_view text) {
  std::vector<PaymentStatus> statuses;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    statuses.push_back(parse_payment_status(text.substr(0, comma)).value());
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return statuses;
}

std::optional<RefundOfNote> refund_of(pg::Row row, Currency currency) {
  if (row.integer(16) == 0) return std::nullopt;
  return RefundOfNote{row.as<RefundId>(17), {row.integer(16), currency}, {row.integer(19), currency}, together(statuses_of(row.text(18)))};
}

CreditNote note_of(pg::Row row) {
  const auto currency = row.as<Currency>(5);
  return {.id = row.as<CreditNoteId>(0),
          .number = row.optional_text(1).value_or(""),
          .kind = row.as(2, parse_kind),
          .invoice_id = row.as<InvoiceId>(3),
          .user_id = row.as<UserId>(4),
          .amount = {row.integer(6), currency},
          .applied = {row.integer(7), currency},
          .to_balance = {row.integer(8), currency},
          .reason = std::string{row.text(9)},
          .memo = row.optional_text(10),
          .created_at = row.instant(11),
          .tax = {row.integer(12), currency},
          .taxes_json = std::string{row.text(13)},
          .buyer_json = std::string{row.text(14)},
          .seller_json = std::string{row.text(15)},
          .refund = refund_of(row, currency)};
}

constexpr pg::Statement select_page{"SELECT " NOTE_COLUMNS R"(
  FROM credit_notes n LEFT JOIN document_numbers ON document_id = n.id )" WITH_REFUNDS R"(
  WHERE ($1::uuid IS NULL OR user_id = $1) AND ($2::uuid IS NULL OR invoice_id = $2) AND ($3::uuid IS NULL OR n.id < $3)
  ORDER BY n.id DESC LIMIT $4)",
                                    pg::Planned::for_its_values};
constexpr pg::Statement select_one{"SELECT " NOTE_COLUMNS R"(
  FROM credit_notes n LEFT JOIN document_numbers ON document_id = n.id )" WITH_REFUNDS R"( WHERE n.id = $1)"};
constexpr pg::Statement select_lines{R"(
  SELECT n.id, n.line_id, l.description, n.amount_cents, n.explanation, n.tax_cents
  FROM credit_note_lines n JOIN invoice_lines l ON l.id = n.line_id WHERE n.credit_note_id = $1 ORDER BY n.position)"};

}  // namespace

Task<std::vector<CreditNote>> find_notes(pg::Session& db, const Filter& filter, std::optional<std::string> after, std::int64_t limit) {
  pg::Params params;
  params.add(filter.user.transform(&UserId::text)).add(filter.invoice.transform(&InvoiceId::text)).add(after).add(limit);
  std::vector<CreditNote> notes;
  for (const auto row : co_await db.query(select_page, std::move(params))) notes.push_back(note_of(row));
  co_return notes;
}

Task<std::optional<CreditNote>> find_note(pg::Session& db, CreditNoteId id) {
  const auto rows = co_await db.query(select_one, pg::Params{}.add(id.text()));
  if (rows.empty()) co_return std::nullopt;
  co_return note_of(rows[0]);
}

namespace {
constexpr pg::Statement select_by_ids{"SELECT " NOTE_COLUMNS R"(
  FROM credit_notes n LEFT JOIN document_numbers ON document_id = n.id )" WITH_REFUNDS
                                      R"( WHERE n.id = ANY ((SELECT $1::uuid[])::uuid[]))"};
}

Task<std::vector<CreditNote>> find_notes(pg::Session& db, const std::vector<CreditNoteId>& ids) {
  std::vector<CreditNote> notes;
  for (const auto row : co_await db.query(select_by_ids, pg::Params{}.add_array(ids))) notes.push_back(note_of(row));
  co_return notes;
}

Task<std::vector<Line>> find_lines(pg::Session& db, CreditNoteId id) {
  std::vector<Line> lines;
  for (const auto row : co_await db.query(select_lines, pg::Params{}.add(id.text()))) {
    lines.push_back({std::string{row.text(0)}, row.as<InvoiceLineId>(1), std::string{row.text(2)}, row.integer(3), row.optional_text(4),
                     row.integer(5)});
  }
  co_return lines;
}

}  // namespace billing::credit_notes
