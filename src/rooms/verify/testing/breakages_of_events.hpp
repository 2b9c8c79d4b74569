#pragma once

#include "rooms/verify/testing/breakages.hpp"

namespace billing::verify::test {

inline constexpr Breakage breakages_of_events[] = {
    {"events_have_no_gaps", "a_gap", "DELETE FROM events WHERE sequence = 9"},
    {"events_have_no_gaps", "the_last_is_lost", "DELETE FROM events WHERE sequence = (SELECT sequence FROM event_mark)"},
    {"events_have_no_gaps", "one_beyond_the_mark", "UPDATE event_mark SET sequence = sequence - 1"},
    {"events_are_audited", "of_nothing", "UPDATE events SET id = gen_random_uuid() WHERE sequence = 9"},
    {"events_are_audited", "another_type", "UPDATE events SET type = 'user.created' WHERE sequence = 9"},
    {"events_are_audited", "another_object", "UPDATE events SET object_id = id('eve') WHERE sequence = 9"},
    {"events_are_audited", "another_user", "UPDATE events SET user_id = id('eve') WHERE sequence = 9"},
    {"events_are_audited", "another_time", "UPDATE events SET at = '2025-01-02' WHERE sequence = 9"},
    {"events_are_audited", "of_what_is_not_told",
     R"(UPDATE audit_events SET action = 'payment.started' WHERE id = (SELECT id FROM events WHERE sequence = 9))"},
    {"events_are_audited", "beyond_the_mark", "UPDATE audit_events SET xid = 4 WHERE id = (SELECT id FROM events WHERE sequence = 9)"},
    {"what_is_audited_is_told_once", "not_told", "DELETE FROM events WHERE sequence = 9"},
    {"what_is_audited_is_told_once", "not_told_of_a_later_transaction", R"(
      INSERT INTO audit_events (id, at, actor, action, entity, entity_id, user_id, xid)
      VALUES (gen_random_uuid(), '2025-01-01', 'test', 'user.created', 'user', id('eve')::text, id('eve'), 5);
      UPDATE event_mark SET xid = 6)"},
    {"what_is_audited_is_told_once", "twice",
     R"(INSERT INTO events SELECT m.sequence + 1, e.id, e.type, e.at, e.user_id, e.object, e.object_id
      FROM events e, event_mark m WHERE e.sequence = 9; UPDATE event_mark SET sequence = sequence + 1)"},
    {"nobody_is_ahead_of_events", "an_endpoint", "UPDATE webhook_endpoints SET next_sequence = next_sequence + 2"},
    {"nobody_is_ahead_of_events", "mail", "UPDATE email_mark SET sequence = sequence + 1"},
    {"deliveries_are_of_events", "not_come_to_yet",
     "UPDATE webhook_deliveries SET sequence = (SELECT next_sequence FROM webhook_endpoints) WHERE id = id('delivery 2')"},
    {"deliveries_are_of_events", "a_replay_of_none", "UPDATE webhook_deliveries SET sequence = 999999 WHERE id = id('delivery 3')"},
    {"deliveries_are_of_events", "no_endpoint", "DELETE FROM webhook_endpoints"},
    {"deliveries_are_of_events", "pending_and_never_due", R"(ALTER TABLE webhook_deliveries DROP CONSTRAINT webhook_deliveries_due;
      UPDATE webhook_deliveries SET due_at = NULL WHERE id = id('delivery 2'))"},
    {"events_are_delivered_once", "twice", "UPDATE webhook_deliveries SET kind = 'event' WHERE id = id('delivery 3')"},
    {"mails_are_due_or_ended", "pending_and_never_due", R"(ALTER TABLE emails DROP CONSTRAINT emails_pending_are_due;
      UPDATE emails SET due_at = NULL WHERE status = 'pending')"},
    {"mails_are_due_or_ended", "sent_at_no_time", R"(ALTER TABLE emails DROP CONSTRAINT emails_sent_at;
      UPDATE emails SET sent_at = NULL WHERE kind = 'invoice_issued')"},
    {"mails_are_due_or_ended", "sent_without_an_end", "UPDATE emails SET ending_at = NULL WHERE kind = 'invoice_issued'"},
    {"mails_tell_of_events", "of_nothing", "UPDATE emails SET id = gen_random_uuid() WHERE kind = 'invoice_issued'"},
    {"mails_tell_of_events", "another_user", "UPDATE emails SET user_id = id('eve') WHERE kind = 'invoice_issued'"},
    {"mails_tell_of_events", "another_invoice", "UPDATE emails SET invoice_id = id('invoice 8') WHERE kind = 'invoice_issued'"},
    {"mails_tell_of_events", "another_kind", "UPDATE emails SET kind = 'payment_succeeded' WHERE kind = 'payment_failed'"},
    {"mails_tell_once", "twice", R"(INSERT INTO emails (id, kind, user_id, invoice_id, due_at, created_at)
      SELECT gen_random_uuid(), kind, user_id, invoice_id, created_at, created_at FROM emails WHERE kind = 'invoice_issued')"},
};

}  // namespace billing::verify::test
