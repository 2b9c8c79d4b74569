/** What the API answers, as TypeScript. openapi.yaml is the truth: every answer is validated against it before a test sees it. */

import type { Int } from './json.ts'

export type SubscriptionStatus = 'scheduled' | 'trialing' | 'active' | 'past_due' | 'paused' | 'canceled'
export type Interval = 'day' | 'week' | 'month' | 'year'

export interface Tier {
  up_to: Int | null
  unit_price: string
  flat_price: string
}
export type Charge =
  | { metric: string; model: 'per_unit'; included: Int; unit_price: string }
  | { metric: string; model: 'graduated' | 'volume'; included: Int; tiers: Tier[] }
  | { metric: string; model: 'package'; included: Int; package_size: Int; package_price: string }

export type NewTier = Omit<Tier, 'flat_price'> & { flat_price?: string }
export type NewCharge =
  | { metric: string; model: 'per_unit'; included?: Int; unit_price: string }
  | { metric: string; model: 'graduated' | 'volume'; included?: Int; tiers: NewTier[] }
  | { metric: string; model: 'package'; included?: Int; package_size: Int; package_price: string }

export interface NewPlan {
  code: string
  amount_cents: Int
  name?: string
  currency?: string
  interval?: Interval
  interval_count?: number
  trial_days?: number
  bill_in?: 'arrears' | 'advance'
  tax_inclusive?: boolean
  minimum_cents?: Int
  active?: boolean
  charges?: NewCharge[]
}
export interface Plan extends Required<Omit<NewPlan, 'charges'>> {
  version: number
  charges: Charge[]
  created_at: string
  updated_at: string
}
export interface User {
  id: string
  email: string
  payment_method: string | null
  created_at: string
  updated_at: string
}
export interface PlanVersion extends Omit<Plan, 'code' | 'name' | 'active' | 'updated_at'> {
  plan_code: string
}
export interface PlanMigration {
  id: string
  plan_code: string
  to_version: number
  from_versions: number[] | null
  at: string
  keep_overrides: boolean
  status: 'running' | 'done' | 'stopped'
  matched: number
  changed: number
  failed: number
  failures?: { subscription_id: string; problem: string }[]
}
export interface Overrides {
  amount_cents?: Int
  charges?: Charge[]
}
export interface Term {
  from: string
  until: string | null
  plan_code: string
  version: number
  quantity: Int
  overrides: Overrides | null
  reason: string | null
}
export interface Subscription {
  id: string
  user_id: string
  plan_code: string
  version: number
  quantity: Int
  overrides: Overrides | null
  started_on: string
  anchor_day: number | null
  paused_from: string | null
  paused_until: string | null
  pending: { at: string; plan_code: string; version: number; quantity: Int; overrides: Overrides | null } | null
  waiting_cents: Int
  metadata: Record<string, string>
  /** The documents that a call made; only where a call may make some. */
  invoices?: string[]
  credit_notes?: string[]
  status: SubscriptionStatus
  current_period_start: string
  current_period_end: string
  cancel_at_period_end: boolean
  canceled_at: string | null
  billing_error: string | null
  created_at: string
  updated_at: string
}
export interface UsageEvent {
  user_id: string
  metric: string
  quantity: Int
  at?: string
  event_id?: string
  subscription_id?: string
}
export interface BatchResult {
  accepted: number
  duplicates: number
  results: { status: 'accepted' | 'duplicate' | 'refused'; detail?: string }[]
}
export interface UsageDay {
  metric: string
  day: string
  quantity: Int
}
export interface Invoice {
  id: string
  number: string
  user_id: string
  kind: 'subscription' | 'one_off'
  period_start: string
  period_end: string
  amount_cents: Int
  credited_cents: Int
  from_balance_cents: Int
  paid_cents: Int
  due_cents: Int
  currency: string
  status: 'open' | 'paid' | 'void'
  collection: 'pending' | 'retrying' | 'uncollected' | 'done'
  next_attempt_at: string | null
  created_at: string
  updated_at: string
  paid_at: string | null
  voided_at: string | null
  usage: Record<string, Int>
}
export interface GeneratedInvoice extends Invoice {
  generated: string[]
  credit_notes: string[]
}
export interface Step {
  from: Int
  up_to: Int | null
  quantity: Int
  unit_price: string
  flat_price: string
  amount: string
}
export interface RatedCount {
  total_quantity: Int
  included: Int
  billable: Int
  steps: Step[]
  rated: string
}
interface SegmentDays {
  from: string
  until: string
  days: number
  plan_code: string
  version: number
}
export interface UsageSegment extends SegmentDays {
  model: Charge['model'] | null
  overridden: boolean
  reason: string | null
  count_before: Int
  count_after: Int
  before: RatedCount
  after: RatedCount
  amount: string
}
export interface BaseSegment extends SegmentDays {
  paused_days: number
  quantity: Int
  fee: string
  overridden: boolean
  reason: string | null
}
export interface MinimumSegment extends SegmentDays {
  paused_days: number
  minimum: string
}
interface Billed {
  earlier_billed: string
  deferred?: string
}
export interface UsageRating extends RatedCount, Billed {
  model: Charge['model']
  rounding: string
}
export interface UsageExplanation extends UsageRating {
  owed: string
  segments: UsageSegment[]
}
export interface BaseExplanation extends Billed {
  amount: string
  days: number
  of_days: number
  owed: string
  segments: BaseSegment[]
}
export interface MinimumExplanation extends Billed {
  required: string
  counted: string
  of_days: number
  owed: string
  segments: MinimumSegment[]
}
interface LineMembers {
  id: string
  item: string
  sequence: number
  version: number
  subscription_id: string
  plan_code: string
  period_start: string
  period_end: string
  quantity: Int
  amount_cents: Int
  credited_cents: Int
  description: string
}
export type InvoiceLine =
  | (LineMembers & { kind: 'base'; metric: null; explanation: BaseExplanation })
  | (LineMembers & { kind: 'usage'; metric: string; explanation: UsageExplanation })
  | (LineMembers & { kind: 'minimum'; metric: null; explanation: MinimumExplanation })
export interface InvoiceDetail extends Invoice {
  lines: InvoiceLine[]
  payments: Payment[]
}
export interface CreditNote {
  id: string
  number: string
  kind: 'correction' | 'goodwill'
  invoice_id: string
  user_id: string
  currency: string
  amount_cents: Int
  applied_cents: Int
  to_balance_cents: Int
  reason: string
  memo: string | null
  lines: { id: string; line_id: string; description: string; amount_cents: Int; explanation: { owed: string } | null }[]
  created_at: string
}
export interface Balance {
  currency: string
  balance_cents: Int
}
export interface Credit {
  id: string
  user_id: string
  amount_cents: Int
  currency: string
  left_cents: Int
  used_cents: Int
  expires_on: string | null
  source: 'credit_note' | 'credit' | 'overpayment'
  credit_note_id: string | null
  reason: string | null
  ended_at: string | null
  created_at: string
}
export interface UsageCorrection {
  id: string
  user_id: string
  metric: string
  event_id: string | null
  subscription_id: string | null
  at: string
  quantity: Int
  delta: Int
  reason: string
  created_at: string
}
export interface UsageEntry extends Omit<UsageCorrection, 'delta' | 'user_id' | 'reason'> {
  kind: 'event' | 'correction'
  counts: Int
  reason: string | null
  corrections: UsageCorrection[]
}
export interface InvoicePreview {
  invoices: InvoiceDetail[]
  credit_notes: CreditNote[]
  total_cents: Record<string, Int>
}
export interface Payment {
  id: string
  invoice_id: string
  user_id: string
  attempt_key: string
  kind: 'scheduled' | 'manual'
  provider: string
  amount_cents: Int
  currency: string
  status: 'pending' | 'succeeded' | 'failed'
  failure_code: string | null
  attempted_at: string
  created_at: string
  updated_at: string
}
export interface AuditEvent {
  id: string
  at: string
  actor: string
  action: string
  entity: 'user' | 'plan' | 'subscription' | 'invoice' | 'payment' | 'credit_note' | 'credit' | 'usage_correction'
  entity_id: string
  user_id: string | null
  from: string | null
  to: string | null
}
export interface Stats {
  users: number
  subscriptions: Record<SubscriptionStatus, number>
  invoices: { open: number; paid: number; void: number; retrying: number; uncollected: number }
  payments: { pending: number; succeeded_30d: number; failed_30d: number }
  amounts: { currency: string; open_cents: Int; retrying_cents: Int; uncollected_cents: Int; paid_cents: Int; paid_30d_cents: Int; mrr_cents: Int }[]
  queue: { waiting: number; in_flight: number; lag_ms: number }
  oldest_due_at: string | null
}
export interface RevenuePoint {
  currency: string
  date: string
  invoiced_cents: Int | null
  paid_cents: Int | null
}
export interface UsagePoint {
  metric: string
  date: string
  quantity: Int | null
}
export interface System {
  version: string
  clock: { now: string; simulated: boolean }
  postgres: 'ok' | 'down'
  redis: 'ok' | 'down'
  queue: { waiting: number; in_flight: number; lag_ms: number }
  workers: { name: string; role: string; host: string; pid: number; seen_at: string; in_flight: number }[]
  schedule: { last_tick_at: string | null }
  due: { job: string; oldest_due_at: string | null; next_due_at: string | null }[]
}
export interface PlanPreview {
  currency: string
  amount_cents: Int
  charges: { metric: string; points: { quantity: Int; amount_cents: Int; explanation: UsageRating }[] }[]
}
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  errors?: { pointer: string; detail: string }[]
  request_id: string
}
