/** What the server's database says of documents and money, read in one statement: the API would take a request an invoice. */

import type { Server } from '../harness/server.ts'

type Cents = string
export type SeenSubscription = [id: string, status: string, start: string, end: string, waiting: Cents, error: string | null]
export type SeenTax = [code: string, inclusive: boolean, net: Cents, tax: Cents]
export interface SeenInvoice {
  id: string
  /** Kind, period, currency, amounts, status, collection: as text. */
  is: string
  taxes: SeenTax[]
  lines: [subscription: string | null, period: string | null, item: string, sequence: number, quantity: Cents, amount: Cents, inclusive: boolean, tax: Cents, corrected: Cents, credited: Cents, withheld: boolean][]
}
export interface SeenNote {
  id: string
  invoice: string
  is: string
  taxes: SeenTax[]
  lines: [position: number, amount: Cents, tax: Cents][]
}
/** Of a note, the newest payment's first. */
export interface SeenRefund {
  note: string
  is: string
}
export interface SeenGrant {
  id: string
  is: string
}
export interface SeenUser {
  subscriptions: SeenSubscription[]
  invoices: SeenInvoice[]
  notes: SeenNote[]
  refunds: SeenRefund[]
  grants: SeenGrant[]
}

const taxes = `coalesce((SELECT json_agg(json_build_array(t->>'code', (t->>'inclusive')::boolean, t->>'net_cents', t->>'tax_cents') ORDER BY n)
                FROM jsonb_array_elements(d.taxes) WITH ORDINALITY AS e (t, n)), '[]')`
const ms = (column: string) => `coalesce((extract(epoch FROM ${column}) * 1000)::bigint::text, '-')`

/** Documents that nothing happened to since then are left out, but for open invoices; one line of JSON a thing. */
const statement = (since: string) => `
  SELECT user_id || ' subscription ' || json_build_array(id, status, current_period_start, current_period_end, waiting_cents::text, billing_error)
  FROM subscriptions
  UNION ALL
  SELECT user_id || ' invoice ' || json_build_object('id', id, 'is', concat_ws(' ', kind, period_start, period_end, currency, amount_cents, tax_cents,
      'credited', credited_cents, from_balance_cents, paid_cents, status, collection, ${ms('next_attempt_at')}, coalesce(due_on::text, '-'), ${ms('overdue_at')}, declined_count, held_back),
    'taxes', ${taxes},
    'lines', (SELECT json_agg(json_build_array(subscription_id, period_start, item, sequence, quantity::text, amount_cents::text, tax_inclusive, tax_cents::text,
                                               corrected_cents::text, credited_cents::text, withheld) ORDER BY position)
              FROM invoice_lines l WHERE l.invoice_id = d.id))
  FROM invoices d WHERE updated_at >= '${since}' OR status = 'open'
  UNION ALL
  SELECT user_id || ' note ' || json_build_object('id', id, 'invoice', invoice_id, 'is', concat_ws(' ', kind, amount_cents, tax_cents, applied_cents, refund_cents),
    'taxes', ${taxes},
    'lines', (SELECT json_agg(json_build_array(i.position, l.amount_cents::text, l.tax_cents::text) ORDER BY l.position)
              FROM credit_note_lines l JOIN invoice_lines i ON i.id = l.line_id WHERE l.credit_note_id = d.id))
  FROM credit_notes d WHERE created_at >= '${since}'
  UNION ALL
  SELECT r.user_id || ' refund ' || json_build_object('note', r.credit_note_id, 'is', string_agg(concat_ws(' ',
      coalesce(r.payment_method, '-'), p.amount_cents, p.refunded_cents, r.amount_cents, r.status), ', ' ORDER BY p.id DESC))
  FROM refunds r JOIN payments p ON p.id = r.payment_id GROUP BY r.user_id, r.credit_note_id
  UNION ALL
  SELECT user_id || ' grant ' || json_build_object('id', id, 'is', concat_ws(' ', source, currency, amount_cents, used_cents, ended_cents, coalesce(expires_on::text, '-')))
  FROM grants`

export async function look(server: Server, since: number): Promise<Map<string, SeenUser>> {
  const { stdout, stderr } = await server.sql(statement(new Date(since).toISOString()))
  if (stderr !== '') throw new Error(stderr)
  const users = new Map<string, SeenUser>()
  for (const line of stdout.split('\n')) {
    if (line === '') continue
    const id = line.slice(0, 36)
    const at = line.indexOf(' ', 37)
    const user = users.get(id) ?? { subscriptions: [], invoices: [], notes: [], refunds: [], grants: [] }
    users.set(id, user)
    const thing: unknown = JSON.parse(line.slice(at + 1))
    ;(user[`${line.slice(37, at)}s` as keyof SeenUser] as unknown[]).push(thing)
  }
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  for (const user of users.values()) for (const list of [user.invoices, user.notes, user.grants]) list.sort(byId)
  return users
}
