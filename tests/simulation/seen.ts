/** What the server's database says was billed, read in one statement: the API would take a request an invoice. */

import type { Server } from '../harness/server.ts'
import { textOf, type Day } from './calendar.ts'

export interface SeenSubscription {
  status: string
  start: string
  end: string
  waiting: bigint
  error: string | null
  /** "<first day of the period> <item>" → billed less corrected. */
  billed: Map<string, bigint>
}
export interface Seen {
  subscriptions: Map<string, SeenSubscription>
  /** "<user> <first day> <end> <currency>" of each open invoice. */
  open: Set<string>
}

interface Rows {
  subscriptions: [string, string, string, string, string, string | null][] | null
  lines: [string, string, string, string][] | null
  open: string[] | null
}

/** Lines of periods that began before `since` are left out. */
export async function look(server: Server, since: Day): Promise<Seen> {
  const { stdout, stderr } = await server.sql(`
    SELECT json_build_object(
      'subscriptions', (SELECT json_agg(json_build_array(id, status, current_period_start, current_period_end, waiting_cents::text, billing_error)) FROM subscriptions),
      'lines', (SELECT json_agg(json_build_array(subscription_id, period_start, item, cents::text)) FROM (
        SELECT subscription_id, period_start, item, sum(amount_cents - corrected_cents) AS cents
        FROM invoice_lines WHERE NOT voided AND subscription_id IS NOT NULL AND period_start >= '${textOf(since)}' GROUP BY 1, 2, 3) AS l),
      'open', (SELECT json_agg(concat_ws(' ', user_id, period_start, period_end, currency)) FROM invoices WHERE status = 'open' AND kind = 'subscription'))`)
  if (stderr !== '') throw new Error(stderr)
  const rows = JSON.parse(stdout) as Rows
  const subscriptions = new Map<string, SeenSubscription>()
  for (const [id, status, start, end, waiting, error] of rows.subscriptions ?? []) {
    subscriptions.set(id, { status, start, end, waiting: BigInt(waiting), error, billed: new Map() })
  }
  for (const [id, start, item, cents] of rows.lines ?? []) subscriptions.get(id)!.billed.set(`${start} ${item}`, BigInt(cents))
  return { subscriptions, open: new Set(rows.open ?? []) }
}

/** Each that must be empty: what is wrong with the documents, the balance and the payments taken by themselves. */
const books: [string, string][] = [
  ['an invoice is the sum of its lines', `
    SELECT i.id FROM invoices i WHERE i.amount_cents <> (SELECT sum(amount_cents) FROM invoice_lines l WHERE l.invoice_id = i.id)`],
  ['due = amount − credited − from balance − paid, none of them by hand', `
    SELECT i.id FROM invoices i
    WHERE i.status <> 'void' AND (
      i.credited_cents <> (SELECT coalesce(sum(applied_cents), 0) FROM credit_notes n WHERE n.invoice_id = i.id)
      OR i.from_balance_cents <> (SELECT coalesce(sum(u.amount_cents), 0) FROM grant_uses u WHERE u.invoice_id = i.id AND NOT u.given_back)
      OR i.paid_cents <> (SELECT coalesce(sum(p.amount_cents), 0) FROM payments p WHERE p.invoice_id = i.id AND p.status = 'succeeded')
      OR i.due_cents <> i.amount_cents - i.credited_cents - i.from_balance_cents - i.paid_cents
      OR (i.status = 'paid') <> (i.due_cents = 0))`],
  ['what a note does not take off the due is balance', `
    SELECT n.id FROM credit_notes n LEFT JOIN grants g ON g.credit_note_id = n.id
    WHERE n.amount_cents <> n.applied_cents + n.to_balance_cents OR n.to_balance_cents <> coalesce(g.amount_cents, 0)`],
  ['a note is the sum of its lines', `
    SELECT n.id FROM credit_notes n WHERE n.amount_cents <> (SELECT sum(amount_cents) FROM credit_note_lines l WHERE l.credit_note_id = n.id)`],
  ['granted = used + ended + left, and nothing is used once it has expired', `
    SELECT g.id FROM grants g
    WHERE g.used_cents <> (SELECT coalesce(sum(u.amount_cents), 0) FROM grant_uses u WHERE u.grant_id = g.id AND NOT u.given_back)
      OR g.used_cents + g.ended_cents > g.amount_cents
      OR EXISTS (SELECT FROM grant_uses u WHERE u.grant_id = g.id AND (u.created_at AT TIME ZONE 'UTC')::date >= g.expires_on)`],
  ['no balance lies beside an open invoice that it could pay', `
    SELECT concat_ws(' ', i.user_id, i.id, i.status, 'made', i.created_at, 'of', i.amount_cents, 'due', i.due_cents, 'grant', g.id, g.source, g.created_at,
                     (SELECT json_agg(json_build_array(p.kind, p.status, p.attempted_at, p.created_at, p.updated_at)) FROM payments p WHERE p.invoice_id = i.id))
    FROM invoices i JOIN grants g ON g.user_id = i.user_id AND g.currency = i.currency
    WHERE i.status = 'open' AND g.used_cents + g.ended_cents < g.amount_cents
      AND (g.expires_on IS NULL OR g.expires_on > (SELECT (now AT TIME ZONE 'UTC')::date FROM simulated_clock))
      -- Not what a void gave back, nor what came while an attempt was under way: that pays before the next attempt, or the next invoice.
      AND NOT EXISTS (SELECT FROM grant_uses u WHERE u.grant_id = g.id AND u.given_back)
      AND NOT EXISTS (SELECT FROM payments p WHERE p.invoice_id = i.id AND (p.status = 'pending' OR g.created_at BETWEEN p.created_at AND p.updated_at))`],
  ['nobody was ever charged beyond what was due', `
    SELECT i.id FROM invoices i WHERE i.amount_cents < (SELECT sum(p.amount_cents) FROM payments p WHERE p.invoice_id = i.id AND p.status = 'succeeded')`],
]

/** The names of those rules that some row breaks, with the first such row. */
export async function brokenBooks(server: Server): Promise<string[]> {
  const ran = await server.sql(books.map(([what, rows]) => `SELECT $$${what}: $$ || (SELECT min(x::text) FROM (${rows}) AS x)`).join(' UNION ALL '))
  if (ran.stderr !== '') throw new Error(ran.stderr)
  return ran.stdout.split('\n').filter((line) => line !== '')
}
