#pragma once

#include "rooms/verify/testing/breakages.hpp"

namespace billing::verify::test {

inline constexpr Breakage breakages_of_credits[] = {
    {"notes_sum_to_their_lines", "too_much", "UPDATE credit_notes SET amount_cents = 1001, applied_cents = 1001 WHERE id = id('note 2')"},
    {"notes_sum_to_their_lines", "without_lines", "DELETE FROM credit_note_lines WHERE id = id('credited 2')"},
    {"notes_sum_to_their_lines", "lines_of_another_invoice",
     "UPDATE credit_note_lines SET line_id = id('line 5.0') WHERE id = id('credited 2')"},
    {"notes_sum_to_their_lines", "of_another_user", "UPDATE credit_notes SET user_id = id('ann') WHERE id = id('note 2')"},
    {"notes_sum_to_their_lines", "of_another_currency", "UPDATE credit_notes SET currency = 'EUR' WHERE id = id('note 2')"},
    {"notes_sum_to_their_lines", "going_nowhere", R"(ALTER TABLE credit_notes DROP CONSTRAINT credit_notes_go_somewhere;
      UPDATE credit_notes SET applied_cents = 900 WHERE id = id('note 2'))"},
    {"notes_sum_to_their_lines", "of_a_void_invoice",
     R"(UPDATE invoices SET status = 'void', voided_at = paid_at, paid_at = NULL, paid_cents = 0,
      credited_cents = 0, from_balance_cents = 0 WHERE id = id('invoice 12'))"},
    {"credited_lines_have_their_notes", "credited_without_a_note", "UPDATE invoice_lines SET credited_cents = 1 WHERE id = id('line 5.0')"},
    {"credited_lines_have_their_notes", "corrected_by_goodwill",
     "UPDATE invoice_lines SET corrected_cents = 1000 WHERE id = id('line 12.2')"},
    {"credited_lines_have_their_notes", "more_than_the_line", R"(
      ALTER TABLE invoice_lines DROP CONSTRAINT invoice_lines_credited_at_most_whole;
      UPDATE invoice_lines SET credited_cents = 9001 WHERE id = id('line 12.2');
      UPDATE credit_note_lines SET amount_cents = 9001 WHERE id = id('credited 2'))"},
    {"nothing_is_credited_twice", "more_than_was_billed", R"(UPDATE invoice_lines SET credited_cents = 8000 WHERE id = id('line 3.0'))"},
    {"notes_make_their_grants", "lost", "DELETE FROM grants WHERE id = id('grant 1')"},
    {"notes_make_their_grants", "another_amount", "UPDATE grants SET amount_cents = 3930 WHERE id = id('grant 1')"},
    {"notes_make_their_grants", "another_user", "UPDATE grants SET user_id = id('ann') WHERE id = id('grant 1')"},
    {"notes_make_their_grants", "without_a_note", R"(UPDATE grants SET source = 'credit_note', credit_note_id = id('note 2')
      WHERE id = id('grant 3'))"},
    {"grants_are_used_once", "used_less", "UPDATE grants SET used_cents = 400 WHERE id = id('grant 3')"},
    {"grants_are_used_once", "a_use_is_lost", "DELETE FROM grant_uses WHERE id = id('use 2')"},
    {"grants_are_used_once", "used_and_ended", R"(ALTER TABLE grants DROP CONSTRAINT grants_used_at_most_whole;
      UPDATE grants SET ended_cents = 1, ended_at = '2025-06-01' WHERE id = id('grant 3'))"},
    {"grants_pay_their_users_invoices", "of_another", "UPDATE grants SET user_id = id('ann') WHERE id = id('grant 3')"},
    {"grants_pay_their_users_invoices", "another_currency", "UPDATE grants SET currency = 'EUR' WHERE id = id('grant 3')"},
    {"grants_pay_their_users_invoices", "a_void_one_keeps_it", R"(UPDATE grant_uses SET given_back = false WHERE id = id('use 1');
      UPDATE grants SET used_cents = 300 WHERE id = id('grant 2'))"},
    {"grants_pay_their_users_invoices", "after_it_expired", "UPDATE grants SET expires_on = '2025-05-03' WHERE id = id('grant 3')"},
    {"expired_grants_are_told_once", "not_told", "DELETE FROM audit_events WHERE action = 'credit.expired'"},
    {"expired_grants_are_told_once", "told_twice", R"(INSERT INTO audit_events (id, at, actor, action, entity, entity_id, user_id, xid)
      SELECT gen_random_uuid(), at, actor, action, entity, entity_id, user_id, xid FROM audit_events WHERE action = 'credit.expired')"},
    {"expired_grants_are_told_once", "told_of_one_that_has_not", "UPDATE grants SET expired_at = NULL WHERE id = id('grant 6')"},
    {"expired_grants_are_told_once", "another_user", "UPDATE grants SET user_id = id('eve') WHERE id = id('grant 6')"},
    {"expired_grants_are_told_once", "too_early", R"(ALTER TABLE grants DROP CONSTRAINT grants_expired_at;
      UPDATE grants SET expired_at = '2025-03-31 23:59Z' WHERE id = id('grant 6'))"},
};

}  // namespace billing::verify::test
