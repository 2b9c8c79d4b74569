#include "rooms/verify/checks.hpp"

namespace billing::verify {
namespace {

constexpr pg::Statement refunded_at_most_paid{R"(
  SELECT p.id::text, count(*) OVER ()
  FROM payments p
  JOIN invoices i ON i.id = p.invoice_id
  LEFT JOIN (SELECT payment_id, sum(amount_cents) AS refunded FROM refunds WHERE status <> 'failed' GROUP BY payment_id) r ON r.payment_id = p.id
  LEFT JOIN (SELECT invoice_id, sum(amount_cents) AS refunded FROM refunds WHERE status <> 'failed' GROUP BY invoice_id) o ON o.invoice_id = i.id
  WHERE p.refunded_cents <> coalesce(r.refunded, 0)
     OR (p.refunded_cents > 0 AND (p.refunded_cents > p.amount_cents - p.overpaid_cents OR p.status <> 'succeeded' OR p.kind = 'recorded' OR o.refunded > i.paid_cents))
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement refunds_are_their_notes{R"(
  SELECT n.id::text, count(*) OVER ()
  FROM credit_notes n
  LEFT JOIN (
    SELECT r.credit_note_id, sum(r.amount_cents) AS amount,
           bool_and((p.invoice_id = n.invoice_id AND r.invoice_id = n.invoice_id AND p.user_id = n.user_id AND r.user_id = n.user_id AND p.currency = n.currency
                     AND r.currency = n.currency AND p.provider = r.provider AND p.payment_method IS NOT DISTINCT FROM r.payment_method) IS TRUE) AS fits
    FROM refunds r LEFT JOIN payments p ON p.id = r.payment_id LEFT JOIN credit_notes n ON n.id = r.credit_note_id
    GROUP BY r.credit_note_id
  ) r ON r.credit_note_id = n.id
  WHERE n.refund_cents <> coalesce(r.amount, 0) OR NOT coalesce(r.fits, true)
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement failed_refunds_became_balance{R"(
  SELECT coalesce(r.id, g.id)::text, count(*) OVER ()
  FROM (SELECT * FROM refunds WHERE status = 'failed') r
  FULL JOIN (SELECT * FROM grants WHERE source = 'failed_refund') g ON g.refund_id = r.id
  WHERE (r.amount_cents = g.amount_cents AND r.user_id = g.user_id AND r.currency = g.currency AND r.credit_note_id = g.credit_note_id) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement pending_refunds_are_due{R"(
  SELECT id::text, count(*) OVER ()
  FROM refunds
  WHERE (status = 'pending') <> (next_attempt_at IS NOT NULL) OR (status = 'pending' AND calls = 0 AND failure_code IS NOT NULL)
     OR (status <> 'pending' AND calls = 0)
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement refunds_are_audited{R"(
  SELECT r.id::text, count(*) OVER ()
  FROM refunds r
  LEFT JOIN (SELECT entity_id, bool_or(action = 'payment.refund_started') AS made, array_agg(to_state) AS states
             FROM audit_events WHERE entity = 'payment' GROUP BY entity_id) a ON a.entity_id = r.id::text
  WHERE (a.made AND r.status::text = ANY (a.states)) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"refunded_at_most_paid",
     "What a payment has as refunded are its refunds that have not failed, no more than it brought, nor all of them than was paid of the "
     "invoice.",
     refunded_at_most_paid},
    {"refunds_are_their_notes", "What a note gives back to the card are its refunds, each of a payment of its invoice.",
     refunds_are_their_notes},
    {"failed_refunds_became_balance", "What could not be refunded is a grant, and every such grant has its refund.",
     failed_refunds_became_balance},
    {"pending_refunds_are_due", "A refund is due until it has ended, and it ends by what the provider said.", pending_refunds_are_due},
    {"refunds_are_audited", "The audit holds how every refund was started and how it ended.", refunds_are_audited},
};

}  // namespace

std::span<const Check> refund_checks() { return all; }

}  // namespace billing::verify
