#include "rooms/verify/checks.hpp"

namespace billing::verify {
namespace {

// Each thing must have been recorded as made, and as having come to the state that it is in.

constexpr pg::Statement invoices_are_audited{R"(
  SELECT i.id::text, count(*) OVER ()
  FROM invoices i
  LEFT JOIN (SELECT entity_id, bool_or(action = 'invoice.created') AS made, array_agg(to_state) AS states
             FROM audit_events WHERE entity = 'invoice' GROUP BY entity_id) a ON a.entity_id = i.id::text
  WHERE (a.made AND i.status::text = ANY (a.states)
         AND (i.collection IN ('pending', 'done') OR i.collection::text = ANY (a.states))
         AND (i.status <> 'open' OR i.due_on IS NULL OR i.overdue_at IS NOT NULL OR 'overdue' = ANY (a.states))) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement subscriptions_are_audited{R"(
  SELECT s.id::text, count(*) OVER ()
  FROM subscriptions s
  LEFT JOIN (SELECT entity_id, bool_or(action = 'subscription.created') AS made, array_agg(to_state) AS states
             FROM audit_events WHERE entity = 'subscription' GROUP BY entity_id) a ON a.entity_id = s.id::text
  WHERE (a.made AND s.status::text = ANY (a.states)) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

// Of a scheduled attempt the payment itself says when it was started.
constexpr pg::Statement payments_are_audited{R"(
  SELECT p.id::text, count(*) OVER ()
  FROM payments p
  LEFT JOIN (SELECT entity_id, bool_or(action IN ('payment.started', 'payment.recorded')) AS made, array_agg(to_state) AS states
             FROM audit_events WHERE entity = 'payment' GROUP BY entity_id) a ON a.entity_id = p.id::text
  WHERE ((p.kind = 'scheduled' OR a.made) AND ((p.kind = 'scheduled' AND p.status = 'pending') OR p.status::text = ANY (a.states))) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"invoices_are_audited", "The audit holds how every invoice was made and came to its status.", invoices_are_audited},
    {"subscriptions_are_audited", "The audit holds how every subscription was made and came to its status.", subscriptions_are_audited},
    {"payments_are_audited", "The audit holds who started a payment that was not scheduled, and how each ended.", payments_are_audited},
};

}  // namespace

std::span<const Check> audit_checks() { return all; }

}  // namespace billing::verify
