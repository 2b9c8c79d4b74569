#include "rooms/verify/checks.hpp"

namespace billing::verify {
namespace {

// What a payment brought beyond what was due by then became balance.
constexpr pg::Statement paid_is_what_payments_brought{R"(
  SELECT i.id::text, count(*) OVER ()
  FROM invoices i
  LEFT JOIN (SELECT invoice_id, sum(amount_cents - overpaid_cents) AS paid
             FROM payments WHERE status = 'succeeded' AND kind IN ('scheduled', 'manual', 'recorded') GROUP BY invoice_id) p ON p.invoice_id = i.id
  WHERE i.paid_cents <> coalesce(p.paid, 0)
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement overpaid_became_balance{R"(
  SELECT coalesce(p.id, g.id)::text, count(*) OVER ()
  FROM (SELECT * FROM payments WHERE overpaid_cents <> 0) p
  FULL JOIN (SELECT * FROM grants WHERE source = 'overpayment') g ON g.payment_id = p.id
  WHERE (p.status = 'succeeded' AND p.overpaid_cents = g.amount_cents AND p.overpaid_cents <= p.amount_cents AND p.user_id = g.user_id
         AND p.currency = g.currency) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement charged_once{R"(
  SELECT invoice_id::text, count(*) OVER ()
  FROM payments WHERE status = 'succeeded' AND kind IN ('scheduled', 'manual')
  GROUP BY invoice_id HAVING count(*) > 1
  ORDER BY 1 LIMIT 20)"};

// Of money that came in some other way there may be more than was asked for.
constexpr pg::Statement payments_are_of_the_invoices_amount{R"(
  SELECT p.id::text, count(*) OVER ()
  FROM payments p LEFT JOIN invoices i ON i.id = p.invoice_id
  WHERE (p.amount_cents >= 1 AND (p.kind = 'recorded' OR p.amount_cents <= i.amount_cents) AND p.currency = i.currency
         AND p.user_id = i.user_id) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

// A note or the balance may have paid an invoice while an attempt was under way; none is made of a void one.
constexpr pg::Statement pending_payments_are_not_of_void_invoices{R"(
  SELECT p.id::text, count(*) OVER ()
  FROM payments p LEFT JOIN invoices i ON i.id = p.invoice_id
  WHERE p.status = 'pending' AND i.status IS NOT DISTINCT FROM 'void'
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement one_attempt_at_a_time{R"(
  SELECT invoice_id::text, count(*) OVER ()
  FROM payments
  GROUP BY invoice_id
  HAVING count(*) FILTER (WHERE status = 'pending') > 1 OR count(DISTINCT attempt_key) < count(*)
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement status_and_collection_agree{R"(
  SELECT id::text, count(*) OVER ()
  FROM invoices
  WHERE (status = 'paid') <> (paid_at IS NOT NULL) OR (status = 'void') <> (voided_at IS NOT NULL)
     OR (status = 'open') <> (collection <> 'done')
     OR (due_on IS NULL AND (collection IN ('pending', 'retrying')) <> (next_attempt_at IS NOT NULL))
     OR (overdue_at IS NOT NULL AND (status = 'open' AND due_on IS NOT NULL) IS NOT TRUE)
  ORDER BY 1 LIMIT 20)"};

// A call that could not reach the provider leaves its attempt pending, so that it is made again with the same key. What becomes of one whose invoice
// was paid by a note or the balance meanwhile is not counted.
constexpr pg::Statement collection_follows_the_attempts{R"(
  SELECT i.id::text, count(*) OVER ()
  FROM invoices i
  LEFT JOIN (SELECT invoice_id, count(*) FILTER (WHERE decline IS NOT NULL AND kind = 'scheduled') AS declined,
                    count(*) FILTER (WHERE status = 'pending') AS pending
             FROM payments GROUP BY invoice_id) p ON p.invoice_id = i.id
  WHERE i.declined_count > coalesce(p.declined, 0) OR (i.status = 'open' AND i.declined_count < coalesce(p.declined, 0))
     OR (i.status = 'open' AND i.unreachable_count > 0 AND coalesce(p.pending, 0) = 0)
     OR (i.collection = 'pending' AND (i.declined_count > 0 OR i.unreachable_count > 0))
     OR (i.collection = 'uncollected' AND (i.declined_count <= i.schedule_from OR i.unreachable_count > 0))
  ORDER BY 1 LIMIT 20)"};

// What was given up and is tried again, by hand or with a new payment method, still makes past due, until it is paid.
constexpr pg::Statement past_due_has_an_uncollected_invoice{R"(
  SELECT s.id::text, count(*) OVER ()
  FROM subscriptions s
  WHERE s.past_due AND s.status <> 'canceled'
    AND NOT EXISTS (
      SELECT FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
      WHERE l.subscription_id = s.id AND i.status = 'open' AND (i.given_up OR (i.due_on IS NOT NULL AND i.overdue_at IS NULL)))
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement uncollected_makes_past_due{R"(
  SELECT s.id::text, count(*) OVER ()
  FROM subscriptions s
  WHERE NOT s.past_due AND s.status <> 'canceled'
    AND s.id IN (SELECT l.subscription_id FROM invoice_lines l JOIN invoices i ON i.id = l.invoice_id
                 WHERE i.status = 'open' AND (i.given_up OR (i.due_on IS NOT NULL AND i.overdue_at IS NULL)))
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"paid_is_what_payments_brought", "What an invoice has as paid is what its payments that succeeded brought, less what became balance.",
     paid_is_what_payments_brought},
    {"overpaid_became_balance", "What a payment brought beyond what was due is a grant of its user, and every such grant has its payment.",
     overpaid_became_balance},
    {"charged_once", "An invoice is charged at most once.", charged_once},
    {"payments_are_of_the_invoices_amount",
     "Every payment is of the invoice's user and currency, and every attempt for no more than its amount.",
     payments_are_of_the_invoices_amount},
    {"pending_payments_are_not_of_void_invoices", "A void invoice has no payment whose outcome is not known.",
     pending_payments_are_not_of_void_invoices},
    {"one_attempt_at_a_time", "An invoice has at most one pending payment, and each attempt a key of its own.", one_attempt_at_a_time},
    {"status_and_collection_agree", "Status, collection, and the times of payment, void, next attempt and being overdue fit together.",
     status_and_collection_agree},
    {"collection_follows_the_attempts", "An invoice counts its declined attempts, and its collection stands where they leave it.",
     collection_follows_the_attempts},
    {"past_due_has_an_uncollected_invoice", "A subscription is past due only while an invoice with a line of it is uncollected or overdue.",
     past_due_has_an_uncollected_invoice},
    {"uncollected_makes_past_due", "The live subscriptions on an uncollected or overdue invoice are past due.", uncollected_makes_past_due},
};

}  // namespace

std::span<const Check> payment_checks() { return all; }

}  // namespace billing::verify
