#include "rooms/verify/checks.hpp"

namespace billing::verify {
namespace {

// From the oldest that is kept.
constexpr pg::Statement events_have_no_gaps{R"(
  SELECT 'after ' || e.sequence, count(*) OVER ()
  FROM (SELECT sequence, lead(sequence) OVER (ORDER BY sequence) AS next FROM events) e
  WHERE coalesce(e.next, (SELECT sequence FROM event_mark) + 1) <> e.sequence + 1
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement events_are_audited{R"(
  SELECT e.sequence::text, count(*) OVER ()
  FROM events e
  LEFT JOIN audit_events a ON a.id = e.id
  LEFT JOIN event_types t ON t.action = a.action
  WHERE (e.type = t.type AND e.object = t.object AND e.at = a.at AND e.user_id IS NOT DISTINCT FROM a.user_id
         AND e.object_id::text = CASE t.object WHEN 'balance' THEN a.user_id::text ELSE a.entity_id END
         AND a.xid < (SELECT xid FROM event_mark)) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

// Below the mark, and after the oldest that is kept. What came from another cluster (0) is in no order any more: nobody can tell what of it was pruned.
constexpr pg::Statement what_is_audited_is_told_once{R"(
  WITH oldest AS MATERIALIZED (SELECT a.xid, a.id FROM events e JOIN audit_events a ON a.id = e.id ORDER BY e.sequence LIMIT 1)
  SELECT a.id::text, count(*) OVER ()
  FROM audit_events a
  JOIN event_types t ON t.action = a.action
  LEFT JOIN (SELECT id, count(*) AS times FROM events GROUP BY id) e ON e.id = a.id
  WHERE a.xid < (SELECT xid FROM event_mark) AND coalesce(e.times, 0) <> 1
    AND (e.times > 1 OR a.xid > (SELECT xid FROM oldest) OR (a.xid > 0 AND a.xid = (SELECT xid FROM oldest) AND a.id > (SELECT id FROM oldest)))
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement nobody_is_ahead_of_events{R"(
  SELECT name, count(*) OVER ()
  FROM (SELECT id::text, next_sequence - 1 FROM webhook_endpoints UNION ALL SELECT 'e-mail', sequence FROM email_mark) AS readers (name, sequence)
  WHERE sequence > (SELECT sequence FROM event_mark)
  ORDER BY 1 LIMIT 20)"};

// What is replayed may be ahead of what is sent in its order.
constexpr pg::Statement deliveries_are_of_events{R"(
  SELECT d.id::text, count(*) OVER ()
  FROM webhook_deliveries d
  LEFT JOIN webhook_endpoints w ON w.id = d.endpoint_id
  WHERE (w.id IS NOT NULL AND (d.kind = 'test') = (d.sequence IS NULL) AND (d.status = 'pending') = (d.due_at IS NOT NULL)
         AND CASE d.kind WHEN 'event' THEN d.sequence < w.next_sequence WHEN 'replay' THEN d.sequence <= (SELECT sequence FROM event_mark) ELSE true END)
        IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement events_are_delivered_once{R"(
  SELECT endpoint_id || ' ' || sequence, count(*) OVER ()
  FROM webhook_deliveries WHERE kind = 'event'
  GROUP BY endpoint_id, sequence HAVING count(*) > 1
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement mails_are_due_or_ended{R"(
  SELECT id::text, count(*) OVER ()
  FROM emails
  WHERE ((status = 'pending') = (due_at IS NOT NULL) AND (status = 'sent') = (sent_at IS NOT NULL)
         AND (status NOT IN ('sent', 'unknown') OR (ending_at IS NOT NULL AND attempts > 0))
         AND (status = 'pending' OR claim IS NULL)) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

constexpr pg::Statement mails_tell_of_events{R"(
  SELECT m.id::text, count(*) OVER ()
  FROM emails m
  LEFT JOIN audit_events a ON a.id = m.id
  LEFT JOIN event_types t ON t.action = a.action
  WHERE (m.user_id = a.user_id
         AND CASE m.kind
               WHEN 'invoice_issued' THEN t.type = 'invoice.created' AND a.entity_id = m.invoice_id::text
               WHEN 'trial_ending' THEN t.type = 'subscription.trial_ending' AND a.entity_id = m.subscription_id::text
               WHEN 'payment_succeeded' THEN t.type = 'payment.succeeded' AND a.entity_id = m.payment_id::text
               ELSE t.type IN ('payment.failed', 'payment.action_required') AND a.entity_id = m.payment_id::text
             END) IS NOT TRUE
  ORDER BY 1 LIMIT 20)"};

// One payment may fail twice for its customer: confirmation was asked for, and did not come.
constexpr pg::Statement mails_tell_once{R"(
  SELECT concat_ws(' ', kind, thing), count(*) OVER ()
  FROM (SELECT kind, CASE kind WHEN 'invoice_issued' THEN invoice_id ELSE payment_id END AS thing FROM emails
        WHERE kind IN ('invoice_issued', 'payment_succeeded', 'card_needed')) m
  GROUP BY kind, thing HAVING count(*) > 1
  ORDER BY 1 LIMIT 20)"};

constexpr Check all[] = {
    {"events_have_no_gaps", "Events are numbered without gaps, from the oldest that is kept to the mark.", events_have_no_gaps},
    {"events_are_audited", "An event is a row of the audit that is told to others, as what it is told, and below the mark.",
     events_are_audited},
    {"what_is_audited_is_told_once",
     "What the audit holds below the mark, and is told to others, is one event, as long as events are kept.", what_is_audited_is_told_once},
    {"nobody_is_ahead_of_events", "No endpoint, and no mail, is beyond the last event.", nobody_is_ahead_of_events},
    {"deliveries_are_of_events",
     "A delivery is of an endpoint, and of an event that the endpoint has come to, and due while it is pending.", deliveries_are_of_events},
    {"events_are_delivered_once", "To no endpoint an event has two deliveries, but for replays.", events_are_delivered_once},
    {"mails_are_due_or_ended",
     "A mail is due while it is pending, has its time once it was sent, and was never sent before its end was noted.",
     mails_are_due_or_ended},
    {"mails_tell_of_events", "A mail tells its customer of a row of the audit, and of what that was about.", mails_tell_of_events},
    {"mails_tell_once", "No invoice and no payment is told by two mails of one kind.", mails_tell_once},
};

}  // namespace

std::span<const Check> event_checks() { return all; }

}  // namespace billing::verify
