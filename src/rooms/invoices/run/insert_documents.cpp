#include <boost/json.hpp>

#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/invoices/explanation.hpp"
#include "rooms/invoices/run/documents.hpp"
#include "rooms/invoices/store.hpp"
#include "rooms/invoices/taxes_json.hpp"
#include "rooms/items/store.hpp"

namespace billing::invoices {
namespace {

constexpr pg::Statement insert_invoices{R"(
  INSERT INTO invoices (id, kind, user_id, period_start, period_end, amount_cents, currency, from_balance_cents, status, collection,
                        next_attempt_at, usage, created_at, updated_at, paid_at, tax_cents, discount_cents, taxes, buyer, seller_version,
                        due_on, overdue_at)
  SELECT id, kind, user_id, period_start, period_end, amount_cents, currency, from_balance_cents,
         CASE WHEN is_paid THEN 'paid' ELSE 'open' END::invoice_status,
         CASE WHEN is_paid THEN 'done' ELSE 'pending' END::invoice_collection,
         CASE WHEN NOT is_paid AND due_on IS NULL THEN $1::timestamptz END,
         usage, $1, $1, CASE WHEN is_paid THEN $1::timestamptz END, tax_cents, discount_cents, taxes, buyer,
         (SELECT max(version) FROM sellers), due_on, CASE WHEN NOT is_paid THEN (due_on + 1)::timestamp AT TIME ZONE 'UTC' END
  FROM (
    SELECT *, amount_cents = from_balance_cents AS is_paid
    FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::date[], $6::bigint[], $7::text[], $8::bigint[], $9::json[], $10::invoice_kind[],
                $11::bigint[], $12::bigint[], $13::jsonb[], $14::jsonb[], $15::date[])
      AS i (id, user_id, period_start, period_end, amount_cents, currency, from_balance_cents, usage, kind, tax_cents, discount_cents, taxes, buyer,
            due_on)
  ) AS made)"};

std::string usage_json(const InvoiceToMake& draft) {
  boost::json::object usage;
  for (const auto& [metric, quantity] : draft.usage) usage[metric] = quantity;
  return boost::json::serialize(usage);
}

std::int64_t discount_of(const InvoiceToMake& draft) {
  Int128 sum = 0;
  for (const auto& line : draft.lines) sum += line.discount.minor();
  return narrowed(sum, "an invoice's discount");
}

void send_invoices(pg::Transaction& tx, const std::vector<NewInvoice>& invoices, Instant now) {
  std::vector<InvoiceId> ids;
  std::vector<UserId> users;
  std::vector<Date> starts, ends;
  std::vector<std::optional<Date>> due_days;
  std::vector<std::string> currencies, usages, kinds, taxes, buyers;
  std::vector<std::int64_t> amounts, from_balance, tax_cents, discounts;
  for (const auto& invoice : invoices) {
    kinds.emplace_back(to_text(invoice.draft.one_off ? InvoiceKind::one_off : InvoiceKind::subscription));
    tax_cents.push_back(invoice.draft.tax.tax.minor());
    discounts.push_back(discount_of(invoice.draft));
    taxes.push_back(taxes_json(invoice.draft.tax.taxes));
    buyers.push_back(invoice.buyer_json);
    due_days.push_back(invoice.due_on);
    ids.push_back(invoice.id);
    users.push_back(invoice.user_id);
    starts.push_back(invoice.draft.period.start);
    ends.push_back(invoice.draft.period.end);
    amounts.push_back(invoice.draft.total().minor());
    currencies.emplace_back(invoice.draft.currency.code());
    from_balance.push_back(invoice.from_balance.minor());
    usages.push_back(usage_json(invoice.draft));
  }
  pg::Params params;
  params.add(now).add_array(ids).add_array(users).add_array(starts).add_array(ends).add_array(amounts).add_array(currencies);
  params.add_array(from_balance).add_array(usages).add_array(kinds).add_array(tax_cents).add_array(discounts).add_array(taxes);
  params.add_array(buyers).add_array(due_days);
  tx.send(insert_invoices, std::move(params));
}

constexpr pg::Statement insert_lines{R"(
  INSERT INTO invoice_lines (id, invoice_id, user_id, position, kind, item, sequence, subscription_id, plan_code, version, metric,
                             period_start, period_end, quantity, amount_cents, description, explanation, tax_inclusive, tax_cents, discount_cents)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::line_kind[], $6::text[], $7::bigint[], $8::uuid[], $9::text[],
                       $10::bigint[], $11::text[], $12::date[], $13::date[], $14::bigint[], $15::bigint[], $16::text[], $17::json[],
                       $18::boolean[], $19::bigint[], $20::bigint[]))"};

struct LineColumns {
  std::vector<InvoiceLineId> ids;
  std::vector<InvoiceId> invoices;
  std::vector<UserId> users;
  std::vector<std::optional<SubscriptionId>> subscriptions;
  std::vector<std::string> kinds, items, descriptions, explanations, inclusive;
  std::vector<std::optional<std::string>> plans, metrics;
  std::vector<std::optional<std::int64_t>> versions;
  std::vector<std::optional<Date>> starts, ends;
  std::vector<std::int64_t> positions, sequences, quantities, amounts, taxes, discounts;

  void begin(const NewInvoice& invoice, std::int64_t position, std::string_view kind, std::string item) {
    ids.emplace_back(new_uuid7());
    invoices.push_back(invoice.id);
    users.push_back(invoice.user_id);
    positions.push_back(position);
    kinds.emplace_back(kind);
    items.push_back(std::move(item));
    taxes.push_back(invoice.draft.tax.lines.at(static_cast<std::size_t>(position)));
  }

  void add(const NewInvoice& invoice, std::int64_t position, const NewLine& line) {
    begin(invoice, position, to_text(line.key.item.kind), line.key.item.text());
    sequences.push_back(line.sequence);
    subscriptions.emplace_back(line.key.subscription);
    plans.emplace_back(line.plan_code);
    versions.emplace_back(line.version);
    metrics.push_back(line.key.item.kind == ItemKind::usage ? std::optional{line.key.item.metric} : std::nullopt);
    starts.emplace_back(line.period.start);
    ends.emplace_back(line.period.end);
    quantities.push_back(line.quantity);
    amounts.push_back(line.amount.minor());
    descriptions.push_back(line.description);
    explanations.push_back(explanation_json(line));
    inclusive.emplace_back(line.taxed.inclusive ? "t" : "f");
    discounts.push_back(line.discount.minor());
  }

  /// Of no subscription, plan and period.
  void add(const NewInvoice& invoice, std::int64_t position, const OneOffItem& item) {
    begin(invoice, position, "item", items::line_item(item.id));
    sequences.push_back(item.sequence);
    for (auto* column : {&plans, &metrics}) column->emplace_back();
    for (auto* column : {&starts, &ends}) column->emplace_back();
    subscriptions.emplace_back();
    versions.emplace_back();
    quantities.push_back(item.quantity);
    amounts.push_back(item.amount.minor());
    descriptions.push_back(item.description);
    explanations.push_back(explanation_json(item));
    inclusive.emplace_back("f");
    discounts.push_back(0);
  }
};

void send_lines(pg::Transaction& tx, const std::vector<NewInvoice>& invoices) {
  LineColumns columns;
  for (const auto& invoice : invoices) {
    std::int64_t position = 0;
    for (const auto& line : invoice.draft.lines) columns.add(invoice, position++, line);
    for (const auto& item : invoice.draft.items) columns.add(invoice, position++, item);
  }
  pg::Params params;
  params.add_array(columns.ids).add_array(columns.invoices).add_array(columns.users).add_array(columns.positions);
  params.add_array(columns.kinds).add_array(columns.items).add_array(columns.sequences).add_array(columns.subscriptions);
  params.add_array(columns.plans).add_array(columns.versions).add_array(columns.metrics).add_array(columns.starts);
  params.add_array(columns.ends).add_array(columns.quantities).add_array(columns.amounts).add_array(columns.descriptions);
  params.add_array(columns.explanations).add_array(columns.inclusive).add_array(columns.taxes).add_array(columns.discounts);
  tx.send(insert_lines, std::move(params));
}

/// Which invoice bills which item.
std::vector<std::pair<ItemId, InvoiceId>> billed_items(const std::vector<NewInvoice>& invoices) {
  std::vector<std::pair<ItemId, InvoiceId>> billed;
  for (const auto& invoice : invoices) {
    for (const auto& item : invoice.draft.items) billed.emplace_back(item.id, invoice.id);
  }
  return billed;
}

constexpr pg::Statement reduce{R"(
  UPDATE invoices i
  SET credited_cents = credited_cents + r.credited, from_balance_cents = from_balance_cents + r.from_balance, updated_at = $1,
      status = CASE WHEN r.pays THEN 'paid' ELSE i.status END, collection = CASE WHEN r.pays THEN 'done' ELSE i.collection END,
      next_attempt_at = CASE WHEN NOT r.pays THEN i.next_attempt_at END, overdue_at = CASE WHEN NOT r.pays THEN i.overdue_at END,
      paid_at = CASE WHEN r.pays THEN $1::timestamptz END
  FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::boolean[]) AS r (id, credited, from_balance, pays)
  WHERE i.id = r.id AND i.status = 'open')"};

void send_reductions(pg::Transaction& tx, const std::vector<Reduction>& reductions, Instant now) {
  std::vector<InvoiceId> ids;
  std::vector<std::int64_t> credited, from_balance;
  std::vector<std::string> pays;
  for (const auto& reduction : reductions) {
    ids.push_back(reduction.id);
    credited.push_back(reduction.credited);
    from_balance.push_back(reduction.from_balance);
    pays.emplace_back(reduction.pays ? "t" : "f");
  }
  tx.send(reduce, pg::Params{}.add(now).add_array(ids).add_array(credited).add_array(from_balance).add_array(pays));
}

audit::Entry balance_used(UserId user) { return {"credit.used", "user", user.text(), user.text(), {}, {}}; }

std::vector<audit::Entry> entries_of(const Documents& documents) {
  std::vector<audit::Entry> entries;
  for (const auto& invoice : documents.invoices) {
    const auto* status = invoice.due.is_zero() ? "paid" : "open";
    entries.push_back({"invoice.created", "invoice", invoice.id.text(), invoice.user_id.text(), {}, status});
    if (invoice.due.is_zero()) entries.push_back({"invoice.paid", "invoice", invoice.id.text(), invoice.user_id.text(), "open", "paid"});
    if (!invoice.from_balance.is_zero()) entries.push_back(balance_used(invoice.user_id));
  }
  for (const auto& reduction : documents.reductions) {
    if (reduction.pays) entries.push_back({"invoice.paid", "invoice", reduction.id.text(), reduction.user_id.text(), "open", "paid"});
    if (reduction.from_balance > 0) entries.push_back(balance_used(reduction.user_id));
  }
  return entries;
}

}  // namespace

void send_documents(pg::Transaction& tx, const Context& context, const Documents& documents) {
  const auto now = context.clock.now();
  audit::record(tx, context, entries_of(documents));
  credit_notes::insert_notes(tx, context, documents.notes);
  refunds::insert_refunds(tx, context, documents.refunds);
  grants::insert_grants(tx, context, documents.grants);
  if (!documents.reductions.empty()) send_reductions(tx, documents.reductions, now);
  if (!documents.invoices.empty()) {
    send_invoices(tx, documents.invoices, now);
    send_lines(tx, documents.invoices);
    items::mark_billed(tx, billed_items(documents.invoices));
  }
  grants::insert_uses(tx, documents.uses, now);
}

}  // namespace billing::invoices
