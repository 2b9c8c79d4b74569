#include <boost/json.hpp>

#include "platform/runtime/uuid7.hpp"
#include "rooms/audit/store.hpp"
#include "rooms/invoices/explanation.hpp"
#include "rooms/invoices/store.hpp"

namespace billing::invoices {
namespace {

/// Numbers are drawn by the statement that writes the invoices: gapless, because a rollback takes both back.
constexpr pg::Statement insert_rows{R"(
  WITH counter AS (
    INSERT INTO document_counters AS c (series, year, last) VALUES ('INV', $1::int, $2::bigint)
    ON CONFLICT (series, year) DO UPDATE SET last = c.last + excluded.last
    RETURNING year, last
  )
  INSERT INTO invoices (id, number, kind, user_id, period_start, period_end, amount_cents, currency, status, collection, next_attempt_at,
                        usage, created_at, updated_at, paid_at)
  SELECT id, year || '-' || lpad(n::text, greatest(6, length(n::text)), '0'), 'subscription', user_id, period_start, period_end, amount_cents, currency,
         CASE WHEN amount_cents = 0 THEN 'paid' ELSE 'open' END::invoice_status,
         CASE WHEN amount_cents = 0 THEN 'done' ELSE 'pending' END::invoice_collection,
         CASE WHEN amount_cents = 0 THEN NULL ELSE $3::timestamptz END,
         usage, $3, $3, CASE WHEN amount_cents = 0 THEN $3::timestamptz END
  FROM (
    SELECT i.*, counter.year, counter.last - $2 + i.position AS n
    FROM counter, unnest($4::uuid[], $5::uuid[], $6::date[], $7::date[], $8::bigint[], $9::text[], $10::json[]) WITH ORDINALITY
      AS i (id, user_id, period_start, period_end, amount_cents, currency, usage, position)
  ) AS numbered)"};

std::string usage_json(const InvoiceDraft& draft) {
  boost::json::object usage;
  for (const auto& [metric, quantity] : draft.usage) usage[metric] = quantity;
  return boost::json::serialize(usage);
}

void send_invoices(pg::Transaction& tx, const std::vector<NewInvoice>& invoices, Instant now) {
  std::vector<std::string> ids, users, starts, ends, currencies, usages;
  std::vector<std::int64_t> amounts;
  for (const auto& [id, user_id, draft] : invoices) {
    ids.push_back(id.text());
    users.push_back(user_id.text());
    starts.push_back(to_text(draft.period.start));
    ends.push_back(to_text(draft.period.end));
    amounts.push_back(draft.amount.minor());
    currencies.emplace_back(draft.currency.code());
    usages.push_back(usage_json(draft));
  }
  const std::chrono::year_month_day today{date_of(now)};
  pg::Params params;
  params.add(static_cast<int>(today.year())).add(static_cast<std::int64_t>(invoices.size())).add(now);
  params.add_array(ids).add_array(users).add_array(starts).add_array(ends).add_array(amounts).add_array(currencies).add_array(usages);
  tx.send(insert_rows, std::move(params));
}

// A line's sequence is one more than the greatest of its key's lines, void ones included.
constexpr pg::Statement insert_line_rows{R"(
  INSERT INTO invoice_lines (id, invoice_id, user_id, position, kind, item, sequence, subscription_id, plan_code, version, metric, period_start,
                             period_end, quantity, amount_cents, description, explanation)
  SELECT n.id, invoice_id, user_id, position, kind, item,
         coalesce((SELECT max(l.sequence) + 1 FROM invoice_lines l
                   WHERE l.subscription_id = n.subscription_id AND l.period_start = n.period_start AND l.item = n.item), 0),
         subscription_id, plan_code,
         (SELECT t.version FROM subscription_terms t WHERE t.subscription_id = n.subscription_id AND t.starts < n.period_end
          ORDER BY t.starts DESC LIMIT 1),
         metric, period_start, period_end, quantity, amount_cents, description, explanation
  FROM (
    SELECT u.*, CASE WHEN metric IS NULL THEN 'base' ELSE 'usage:' || metric END AS item
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::line_kind[], $6::uuid[], $7::text[], $8::text[], $9::date[],
                $10::date[], $11::bigint[], $12::bigint[], $13::text[], $14::json[])
      AS u (id, invoice_id, user_id, position, kind, subscription_id, plan_code, metric, period_start, period_end, quantity, amount_cents,
            description, explanation)
  ) AS n)"};

struct LineColumns {
  std::vector<std::string> ids, invoices, users, kinds, subscriptions, plans, starts, ends, descriptions, explanations;
  std::vector<std::optional<std::string>> metrics;
  std::vector<std::int64_t> positions, quantities, amounts;

  void add(const NewInvoice& invoice, std::int64_t position, const LineDraft& line) {
    ids.push_back(uuid_text(new_uuid7()));
    invoices.push_back(invoice.id.text());
    users.push_back(invoice.user_id.text());
    positions.push_back(position);
    kinds.emplace_back(to_text(line.kind));
    subscriptions.push_back(line.subscription_id.text());
    plans.push_back(line.plan_code);
    metrics.push_back(line.kind == LineKind::usage ? std::optional{line.metric} : std::nullopt);
    starts.push_back(to_text(line.period.start));
    ends.push_back(to_text(line.period.end));
    quantities.push_back(line.quantity);
    amounts.push_back(line.amount.minor());
    descriptions.push_back(line.description);
    explanations.push_back(explanation_json(line.explanation));
  }
};

void send_lines(pg::Transaction& tx, const std::vector<NewInvoice>& invoices) {
  LineColumns columns;
  for (const auto& invoice : invoices) {
    std::int64_t position = 0;
    for (const auto& line : invoice.draft.lines) columns.add(invoice, position++, line);
  }
  pg::Params params;
  params.add_array(columns.ids).add_array(columns.invoices).add_array(columns.users).add_array(columns.positions);
  params.add_array(columns.kinds).add_array(columns.subscriptions).add_array(columns.plans).add_array(columns.metrics);
  params.add_array(columns.starts).add_array(columns.ends).add_array(columns.quantities).add_array(columns.amounts);
  params.add_array(columns.descriptions).add_array(columns.explanations);
  tx.send(insert_line_rows, std::move(params));
}

}  // namespace

void insert_invoices(pg::Transaction& tx, const Context& context, const std::vector<NewInvoice>& invoices) {
  if (invoices.empty()) return;
  std::vector<audit::Entry> entries;
  for (const auto& [id, user_id, draft] : invoices) {
    const auto* status = draft.amount.is_zero() ? "paid" : "open";
    entries.push_back({"invoice.created", "invoice", id.text(), user_id.text(), {}, status});
  }
  audit::record(tx, context, entries);
  send_invoices(tx, invoices, context.clock.now());
  send_lines(tx, invoices);
}

}  // namespace billing::invoices
