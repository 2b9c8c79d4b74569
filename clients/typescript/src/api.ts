/** Made from openapi.yaml by script/openapi_to_clients: change that, and run it again. */

import { Core, type CallOptions, type Int64, type Paged } from './core.ts'

/** A UUIDv7; in lower case wherever it is answered. */
export type Id = string

/** RFC 3339 in UTC, ending in `Z`. */
export type Instant = string

/** RFC 3339 in UTC, ending in `Z`, or null. */
export type NullableInstant = string | null

/** A UTC day, from 1970-01-01 on. */
export type Day = string

/** Minor units of the currency. */
export type Cents = Int64

/** ISO 4217. */
export type Currency = string

/** An exact decimal in the major unit, in its shortest form. */
export type Decimal = string

/** Decimal text in the currency's major unit; up to 15 digits before the point and 12 after it. */
export type Price = string

export type PlanCode = string

export type Metric = string

export type Interval = 'day' | 'week' | 'month' | 'year'

export type ChargeModel = 'per_unit' | 'graduated' | 'volume' | 'package'

/**
 * `scheduled`: not begun. `past_due`: still live, still rolling over and billing, with an invoice uncollected. `paused`: on days that owe no
 * base fee.
 */
export type SubscriptionStatus = 'scheduled' | 'trialing' | 'active' | 'past_due' | 'paused' | 'canceled'

export type ListFormat = 'json' | 'csv'

/** A file for spreadsheets (RFC 4180). */
export type CsvFile = string

export type InvoiceLineKind = 'base' | 'usage' | 'minimum' | 'item'

/** A line and what its invoice is. Its explanation is on the invoice. */
export interface ListedLine {
  id: Id
  invoice_id: Id
  invoice_number: InvoiceNumber
  invoice_status: InvoiceStatus
  user_id: Id
  kind: InvoiceLineKind
  /** What it bills: `base`, `usage:<metric>`, `minimum`, `item:<id>`. */
  item: string
  /** Counts the lines of the subscription's period and item. */
  sequence: Int64
  /** Null, as the plan and the period, of an item that somebody added. */
  subscription_id: string | null
  plan_code: string | null
  /** Of the plan. */
  version: number | null
  /** Of `usage`; else null. */
  metric: string | null
  /** The period that the line bills; an earlier one than the invoice's for what came late. */
  period_start: string | null
  period_end: string | null
  quantity: Int64
  currency: Currency
  /** Negative when what is owed has fallen. */
  amount_cents: Int64
  /** What discounts took, for information. */
  discount_cents: Int64
  /** Whether the amount holds its tax. */
  tax_inclusive: boolean
  /** Its share of the invoice's tax. */
  tax_cents: Int64
  /** What credit notes took off it. */
  credited_cents: Int64
  /** For a person. */
  description: string
  /** When its invoice was made. */
  created_at: Instant
}

export type InvoiceStatus = 'open' | 'paid' | 'void'

/** `subscription`: what periods owe; `one_off`: items of their own only. */
export type InvoiceKind = 'subscription' | 'one_off'

/** `correction`: less is owed than was billed. `goodwill`: forgiven; it stays billed. */
export type CreditNoteKind = 'correction' | 'goodwill'

/** Where it comes from: a credit note, `POST /users/{id}/credits`, what a payment paid beyond what was due. */
export type CreditSource = 'credit_note' | 'credit' | 'overpayment' | 'failed_refund'

/** Charged by the schedule; charged as a person asked; money that came in some other way; what a credit note gives back of a charge. */
export type PaymentKind = 'scheduled' | 'manual' | 'recorded' | 'refund'

export type PaymentStatus = 'pending' | 'succeeded' | 'failed'

/** Not tried yet (nor ever by itself where there is a `due_on`); tried and to be tried again; given up (pay by hand); nothing left to do. */
export type InvoiceCollection = 'pending' | 'retrying' | 'uncollected' | 'done'

/** Gapless within its year. */
export type InvoiceNumber = string

export interface NewPlanMembers {
  /** For people. Default: the code. */
  name?: string
  /** The base fee of one period. */
  amount_cents: Int64
  /** An active ISO 4217 code. Default: "USD". */
  currency?: Currency
  /** Default: "month". */
  interval?: Interval
  /** A period is so many intervals: at most 3650 days, 520 weeks, 120 months or 10 years. Default: 1. */
  interval_count?: number
  /** Default: 0. */
  trial_days?: number
  /** Default: "arrears". */
  bill_in?: BillingTime
  /** Its prices hold their tax. Default: false. */
  tax_inclusive?: boolean
  /** What a full period comes to at least. Default: 0. */
  minimum_cents?: Int64
  /** Default: true. */
  active?: boolean
  /** At most one a metric. Default: []. */
  charges?: NewCharge[]
}

export interface NewPlanCode {
  /** Names the plan for ever. `preview` is taken. */
  code: PlanCode
}

export interface NewPlan extends NewPlanCode, NewPlanMembers {}

export interface NewPlanPreviewMembers {
  code?: PlanCode
  quantities?: PreviewQuantities
}

export interface NewPlanPreview extends NewPlanMembers, NewPlanPreviewMembers {}

/** Metric → the quantities to rate. Each metric needs its charge; the server chooses for those that are not here. */
export type PreviewQuantities = Record<string, Int64[]>

export interface PlanPatch {
  name?: string
  active?: boolean
}

/** What a metric is to cost. */
export type NewCharge = NewPerUnitCharge | NewGraduatedCharge | NewVolumeCharge | NewPackageCharge

/** Each unit at the same price. */
export interface NewPerUnitCharge {
  metric: Metric
  model: 'per_unit'
  /** Units that come off the quantity first. Default: 0. */
  included?: Int64
  unit_price: Price
}

/** Each unit at the price of the tier it falls in. */
export interface NewGraduatedCharge {
  metric: Metric
  model: 'graduated'
  /** Units that come off the quantity first. Default: 0. */
  included?: Int64
  /** Bounds rise strictly; the last one, and only it, is null. */
  tiers: NewTier[]
}

/** All units at the price of the tier that the quantity reaches. */
export interface NewVolumeCharge {
  metric: Metric
  model: 'volume'
  /** Units that come off the quantity first. Default: 0. */
  included?: Int64
  /** Bounds rise strictly; the last one, and only it, is null. */
  tiers: NewTier[]
}

/** Started blocks of `package_size` units. */
export interface NewPackageCharge {
  metric: Metric
  model: 'package'
  /** Units that come off the quantity first. Default: 0. */
  included?: Int64
  package_size: Int64
  package_price: Price
}

export interface NewTier {
  /** The last unit of the tier (inclusive); null for no limit. */
  up_to: Int64 | null
  unit_price: Price
  /** Owed once when the tier is entered (graduated) or reached (volume). Default: "0". */
  flat_price?: Price
}

export interface Plan {
  code: PlanCode
  name: string
  /** The newest; the prices here are its. */
  version: number
  /** The base fee of one period. */
  amount_cents: Int64
  currency: Currency
  interval: Interval
  interval_count: number
  trial_days: number
  bill_in: BillingTime
  /** Its prices hold their tax. */
  tax_inclusive: boolean
  /** What a full period comes to at least; 0: nothing. */
  minimum_cents: Int64
  active: boolean
  charges: Charge[]
  created_at: Instant
  updated_at: Instant
}

/** When a period's base fee is billed: when it is over, or on its first day. */
export type BillingTime = 'arrears' | 'advance'

export interface PlanVersion {
  plan_code: PlanCode
  version: number
  /** The base fee of one period. */
  amount_cents: Int64
  currency: Currency
  interval: Interval
  interval_count: number
  trial_days: number
  bill_in: BillingTime
  /** Its prices hold their tax. */
  tax_inclusive: boolean
  /** What a full period comes to at least; 0: nothing. */
  minimum_cents: Int64
  charges: Charge[]
  created_at: Instant
}

export interface NewPlanVersion {
  /** The base fee of one period. */
  amount_cents: Int64
  /** Default: "month". */
  interval?: Interval
  /** As in a new plan. Default: 1. */
  interval_count?: number
  /** Default: 0. */
  trial_days?: number
  /** Default: "arrears". */
  bill_in?: BillingTime
  /** Default: false. */
  tax_inclusive?: boolean
  /** Default: 0. */
  minimum_cents?: Int64
  /** At most one a metric. Default: []. */
  charges?: NewCharge[]
}

export type MigrationStatus = 'running' | 'done' | 'stopped'

export interface NewPlanMigration {
  to_version: number
  /** Only terms with these; left out: all others. */
  from_versions?: number[]
  /** `period_end`, each subscription's own; or a day, at most 366 days from today. */
  at: string
  /** Whether customers keep their own prices. Default: true. */
  keep_overrides?: boolean
}

export interface PlanMigrationMembers {
  id: Id
  plan_code: PlanCode
  to_version: number
  /** Null: all others. */
  from_versions: number[] | null
  /** `period_end` or a day. */
  at: string
  keep_overrides: boolean
  status: MigrationStatus
  /** Subscriptions with something to change. */
  matched: Int64
  changed: Int64
  failed: Int64
  created_at: Instant
  updated_at: Instant
}

export interface PlanMigration extends PlanMigrationMembers {}

export interface MigrationFailure {
  subscription_id: Id
  /** The code of the problem that a change would have had, and what it says. */
  problem: string
}

export interface PlanMigrationFailures {
  failures: MigrationFailure[]
}

export interface PlanMigrationDetail extends PlanMigrationMembers, PlanMigrationFailures {}

/** What a metric costs. All members are written out, the defaults too. */
export type Charge = PerUnitCharge | GraduatedCharge | VolumeCharge | PackageCharge

/** Each unit at the same price. */
export interface PerUnitCharge {
  metric: Metric
  model: 'per_unit'
  included: Int64
  unit_price: Decimal
}

/** Each unit at the price of the tier it falls in. */
export interface GraduatedCharge {
  metric: Metric
  model: 'graduated'
  included: Int64
  tiers: Tier[]
}

/** All units at the price of the tier that the quantity reaches. */
export interface VolumeCharge {
  metric: Metric
  model: 'volume'
  included: Int64
  tiers: Tier[]
}

/** Started blocks of `package_size` units. */
export interface PackageCharge {
  metric: Metric
  model: 'package'
  included: Int64
  package_size: Int64
  package_price: Decimal
}

export interface Tier {
  /** The last unit of the tier (inclusive); null for no limit. */
  up_to: Int64 | null
  unit_price: Decimal
  flat_price: Decimal
}

export interface PlanPreview {
  currency: Currency
  /** The base fee of one period. */
  amount_cents: Int64
  charges: ChargePreview[]
}

export interface ChargePreview {
  metric: Metric
  /** In rising quantity, each once. */
  points: PreviewPoint[]
}

export interface PreviewPoint {
  /** A whole period's usage. */
  quantity: Int64
  /** What it costs, rounded once, as an invoice line is. */
  amount_cents: Int64
  explanation: UsageExplanation
}

export type Code = string

/** From 0 to 100 with up to 4 decimals, as text. */
export type Percentage = string

/** ISO 3166-1, two letters. */
export type Country = string

export type TaxStatus = 'taxable' | 'exempt' | 'reverse_charge'

/**
 * `automatic`: invoices are charged by themselves. `manual`: they are not, and are to be paid within `net_days`; `POST …/pay` charges one by
 * hand.
 */
export type UserCollection = 'automatic' | 'manual'

export interface NewAddress {
  line1?: string
  line2?: string
  city?: string
  state?: string
  postal_code?: string
  country?: Country
}

export interface Address {
  line1: string | null
  line2: string | null
  city: string | null
  state: string | null
  postal_code: string | null
  country: string | null
}

export interface NewUser {
  /**
   * `dot-atom@domain`: 1 to 64 octets before the `@`, 254 in all; a domain of at least two labels of letters, digits and inner hyphens, the
   * last one not all digits. Letters of any script; no quoted form, no address literal.
   */
  email: string
  name?: string | null
  /** Your own name of the user, unique. */
  external_id?: string | null
  phone?: string | null
  address?: NewAddress | null
  tax_id?: string | null
  /** Default: "taxable". */
  tax_status?: TaxStatus
  /** A language tag (BCP 47) for documents and mails. Default: "en". */
  language?: string
  /** Default: "automatic". */
  collection?: UserCollection
  /** With manual collection: from issue to due. Default: 30. */
  net_days?: number
  metadata?: MetadataPatch
  /** A token of the payment provider's; never card data. */
  payment_method?: string
}

export interface UserPatch {
  email?: string
  name?: string | null
  /** Your own name of the user, unique. */
  external_id?: string | null
  phone?: string | null
  address?: NewAddress | null
  tax_id?: string | null
  /** Default: "taxable". */
  tax_status?: TaxStatus
  /** A language tag (BCP 47) for documents and mails. Default: "en". */
  language?: string
  /** Default: "automatic". */
  collection?: UserCollection
  /** With manual collection: from issue to due. Default: 30. */
  net_days?: number
  metadata?: MetadataPatch
  /** A token of the payment provider's; never card data. */
  payment_method?: string | null
}

/** Your own notes, at most 50 in all; null removes one. */
export type MetadataPatch = Record<string, string | null>

export interface User {
  id: Id
  /** As it was sent. */
  email: string
  name: string | null
  /** Your own name of the user. */
  external_id: string | null
  phone: string | null
  address: Address | null
  tax_id: string | null
  tax_status: TaxStatus
  language: string
  collection: UserCollection
  net_days: number
  metadata: Metadata
  /** A token of the payment provider's; never card data. */
  payment_method: string | null
  anonymized_at: NullableInstant
  created_at: Instant
  updated_at: Instant
}

/** `base`, `minimum`, `usage` (of every metric) or `usage:<metric>` */
export type CouponItem = string

export interface AppliesTo {
  /** Only subscriptions to these. */
  plans?: PlanCode[]
  /** Only of these. */
  items?: CouponItem[]
}

export interface NewCoupon {
  /** Letters, digits, `-` and `_`; compared in any letter case. */
  code: string
  name?: string
  /** Above 0; this or `amount_cents`. */
  percent?: Percentage
  /** A period. */
  amount_cents?: Int64
  /** Of the amount. */
  currency?: Currency
  applies_to?: AppliesTo
  /** `once`, `forever`, or `{"periods": 3}`: periods that are no trial. */
  duration: unknown
  /** The last day. */
  redeem_by?: Day
  max_redemptions?: number
  max_per_user?: number
}

export interface CouponPatch {
  active?: boolean
  name?: string | null
}

export interface CouponScope {
  plans: PlanCode[] | null
  items: CouponItem[] | null
}

export interface Coupon {
  id: Id
  code: string
  name: string | null
  percent: string | null
  amount_cents: Int64 | null
  currency: string | null
  applies_to: CouponScope
  /** `once`, `forever`, or `{"periods": 3}`. */
  duration: unknown
  redeem_by: string | null
  max_redemptions: number | null
  max_per_user: number | null
  redemptions: number
  active: boolean
  created_at: Instant
  updated_at: Instant
}

export interface NewDiscount {
  /** Its code. */
  coupon: string
}

export interface Discount {
  id: Id
  coupon: string
  percent: string | null
  amount_cents: Int64 | null
  added_on: Day
  /** null: forever. */
  periods: number | null
  /** The first day on which it holds no more, once that is known. */
  ends_on: string | null
}

export type GoodwillReason = 'goodwill' | 'duplicate' | 'product_unsatisfactory' | 'uncollectible' | 'other'

export interface NewCreditNoteLine {
  line_id: Id
  amount_cents: Int64
}

export interface NewCreditNote {
  user_id: Id
  invoice_id: Id
  /** Spread over what is left of the lines. Not together with `lines`; neither: all that is left. */
  amount_cents?: Int64
  lines?: NewCreditNoteLine[]
  reason: GoodwillReason
  memo?: string
  /** Default: "balance". */
  credit_to?: CreditTo
}

export interface NewTaxRate {
  code: Code
  /** As documents say it. */
  name: string
  percent: Percentage
  country?: Country
}

export interface TaxRatePatch {
  active?: boolean
}

export interface TaxRate {
  id: Id
  code: Code
  name: string
  percent: Percentage
  /** null: of users whose country has no rate of its own. */
  country: string | null
  active: boolean
  created_at: Instant
  updated_at: Instant
}

export interface SettingsPatch {
  name?: string | null
  address?: NewAddress | null
  tax_id?: string | null
  email?: string | null
  footer?: string | null
  /** A PNG of at most 100 kB, in base64. */
  logo?: string | null
}

export interface Settings {
  /** Rises with every change. */
  version: Int64
  name: string | null
  address: Address | null
  tax_id: string | null
  email: string | null
  footer: string | null
  logo: string | null
  updated_at: Instant
}

/**
 * What a document says of one rate. Exclusive: tax = round(Σ net of the lines × percent), on top of them. Inclusive: a share of Σ gross −
 * round(Σ gross ÷ (1 + Σ percents)).
 */
export interface DocumentTax {
  code: Code
  name: string
  percent: Percentage
  /** Whether it is of the lines that hold their tax. */
  inclusive: boolean
  net_cents: Int64
  tax_cents: Int64
}

/** The user as it was. */
export interface Buyer {
  name: string | null
  email: string
  phone: string | null
  address: Address | null
  tax_id: string | null
  tax_status: TaxStatus
  language: string
}

/** The seller as it was. */
export interface Seller {
  name: string | null
  address: Address | null
  tax_id: string | null
  email: string | null
  footer: string | null
}

export interface NewSubscription {
  user_id: Id
  plan_code: PlanCode
  /** Of the plan; left out: its newest. */
  version?: number
  /** Multiplies the base fee: seats. Default: 1. */
  quantity?: Int64
  overrides?: NewOverrides
  /** At most 366 days from today, and after the last day of the user's latest subscription to the plan. Left out: as soon as that allows. */
  starts_on?: Day
  /** Periods begin on that day of the month, or its last; the first one is shorter and owes its share. Only with months and years. */
  anchor_day?: number
  /** In place of the plan's, also for who had a trial of it before. */
  trial_days?: number
  /** A coupon's code; it holds from the first period on. */
  coupon?: string
  metadata?: Metadata
}

/** Your own notes, each under a name of at most 64 characters; billing does not look at them. */
export type Metadata = Record<string, string>

/** Prices of this customer's own. */
export interface NewOverrides {
  /** The base fee of one unit and full period. */
  amount_cents?: Int64
  /** Whole charges, which replace or add to the plan's by metric. */
  charges?: NewCharge[]
}

/** Prices of this customer's own; null where there are none. */
export interface Overrides {
  amount_cents?: Int64
  charges?: Charge[]
}

/** What is left out stays. */
export interface SubscriptionChange {
  plan_code?: PlanCode
  /** Of the plan named, or else of the one that holds on the day. */
  version?: number
  quantity?: Int64
  /** Set whole; null clears them. */
  overrides?: NewOverrides | null
  /** `now`, `period_start`, `period_end` or a day. Default: "now". */
  at?: string
  /** Default: "next". */
  invoice?: InvoiceWhen
  /** Shown with the term, and on invoice lines. */
  reason?: string
}

/** `now` bills at once what days in advance of the current period owe more; else it is on the next invoice. */
export type InvoiceWhen = 'next' | 'now'

export interface Pause {
  /** The first day that is not paused. */
  until?: Day
}

/** The next term that has not begun; null where there is none. */
export interface PendingTerm {
  at: Day
  plan_code: PlanCode
  version: number
  quantity: Int64
  overrides: Overrides
}

export interface SubscriptionTerm {
  from: Day
  /** The first day that is not in the term; null: it holds on. */
  until: string | null
  plan_code: PlanCode
  version: number
  quantity: Int64
  overrides: Overrides
  reason: string | null
}

export interface SubscriptionPeriod {
  from: Day
  /** The first day that is not in it. */
  until: string
  /** Days of the full period, also where this one was cut short or started late: what a day's share of the base fee is taken of. */
  full_days: number
  /** It owes nothing. */
  trial: boolean
}

export interface SubscriptionPause {
  from: Day
  /** The first day that is not paused; null: until it is resumed. */
  until: string | null
}

export type CancelAt = 'now' | 'period_end'

export interface Cancellation {
  at: CancelAt
  /** Of `now`: false keeps the base fee as if it had not ended. Default: true. */
  prorate?: boolean
  /** Default: "balance". */
  credit_to?: CreditTo
}

/**
 * Where what is credited beyond what is due goes: to the user's balance, or back to the card as far as that can be. Of a cancel it holds for
 * all that is credited once the subscription has ended.
 */
export type CreditTo = 'balance' | 'refund'

export interface SubscriptionMembers {
  id: Id
  user_id: Id
  /** And version, quantity and special prices: those of today's term. */
  plan_code: PlanCode
  version: number
  quantity: Int64
  overrides: Overrides
  status: SubscriptionStatus
  /** Its first day. */
  started_on: Day
  /** The day of the month on which periods begin; null where it follows from the start. */
  anchor_day: number | null
  current_period_start: Day
  /** The first day that is not in the period. */
  current_period_end: string
  cancel_at_period_end: boolean
  canceled_at: NullableInstant
  /** The first paused day of the pause in force or to come. */
  paused_from: string | null
  /** The first day after it; null: until it is resumed. */
  paused_until: string | null
  pending: PendingTerm
  /** Those that hold, or will; in the order in which they apply. */
  discounts: Discount[]
  /** Owed and not billed yet: beside an open invoice, or below the smallest one. */
  waiting_cents: Int64
  metadata: Metadata
  /** Why it could not be billed; it is tried again hourly. */
  billing_error: string | null
  created_at: Instant
  updated_at: Instant
}

export interface Subscription extends SubscriptionMembers {}

export interface MadeDocuments {
  /** The ids of the invoices that the call made, those of periods that were over included. */
  invoices: Id[]
  /** The ids of the credit notes that the call made. */
  credit_notes: Id[]
}

export interface ChangedSubscription extends SubscriptionMembers, MadeDocuments {}

export interface NewUsageEvent {
  user_id: Id
  metric: Metric
  /** At most `BILLING_MAX_QUANTITY`, 10^12 by default. */
  quantity: Int64
  /** When it happened, with any offset. Default: now. At most 5 minutes ahead and 366 days back. */
  at?: string
  /** Your own id for the event. It counts once for the user and metric. */
  event_id?: string
  /** Whose it is. Left out: of the user's subscriptions that charge the metric on its day, the one made first. */
  subscription_id?: Id
}

export interface UsageBatch {
  events: NewUsageEvent[]
}

export interface UsageRecorded {
  /** True. */
  ok: boolean
}

export interface BatchResult {
  accepted: number
  duplicates: number
  results: EventResult[]
}

export interface EventResult {
  status: EventStatus
  /** Why it was refused; only then. */
  detail?: string
}

/** `refused` only with `?partial=true`. */
export type EventStatus = 'accepted' | 'duplicate' | 'refused'

export interface UsageDay {
  metric: Metric
  day: Day
  /** The sum of the day's events, exactly, however large. */
  quantity: Int64
}

export interface NewUsageCorrection {
  user_id: Id
  metric: Metric
  /** The event that is corrected. */
  event_id?: string
  /** What the event counts from now on; without `event_id` what is added to the day. */
  quantity: Int64
  /** Without `event_id`: a time of the day. */
  at?: string
  /** Without `event_id`: the day's usage of that subscription; left out: that of none. */
  subscription_id?: Id
  reason: string
}

export interface UsageCorrection {
  id: Id
  user_id: Id
  metric: Metric
  event_id: string | null
  subscription_id: string | null
  at: Instant
  quantity: Int64
  /** What the sum of the day changed by. */
  delta: Int64
  reason: string
  created_at: Instant
}

export interface UsageEntry {
  id: Id
  kind: UsageEntryKind
  metric: Metric
  /** As it was recorded. */
  quantity: Int64
  /** What counts of it now. */
  counts: Int64
  at: Instant
  event_id: string | null
  subscription_id: string | null
  /** Of a correction. */
  reason: string | null
  /** Of an event, oldest first: the newest counts. */
  corrections: UsageCorrection[]
  created_at: Instant
}

/** `correction`: one of a day, without an event. */
export type UsageEntryKind = 'event' | 'correction'

export interface CreditNoteIdentity {
  id: Id
  number: CreditNoteNumber
  /** The invoice that it credits. */
  invoice_id: Id
  created_at: Instant
}

export interface CreditNoteMembers {
  kind: CreditNoteKind
  user_id: Id
  currency: Currency
  /** Net of tax. */
  subtotal_cents: Int64
  tax_cents: Int64
  /** By the rates of the invoice: that of all that was credited so far less that of what was credited before. */
  taxes: DocumentTax[]
  buyer: Buyer
  seller: Seller
  /** The sum of the lines, and the tax on top of those that do not hold it. */
  amount_cents: Int64
  /** Off what was due on the invoice. */
  applied_cents: Int64
  /** The rest, which goes to the user's balance. */
  to_balance_cents: Int64
  refund: CreditNoteRefund
  reason: string
  memo: string | null
  lines: CreditNoteLine[]
}

/**
 * What goes back to the card; null: nothing. `amount_cents` of the note is `applied_cents`, this and `to_balance_cents`. Each payment that is
 * given back of has a refund of its own, in the lists of payments with `kind: "refund"`; here they are told together, by the `id` of the
 * first.
 */
export interface CreditNoteRefund {
  /** Null in a preview. */
  id: string | null
  amount_cents: Int64
  /** What of it could not go back: a credit of source `failed_refund`. */
  failed_cents: Int64
  /** `pending` until all have ended; `failed` where one did; else `succeeded`. */
  status: PaymentStatus
}

export interface CreditNote extends CreditNoteIdentity, CreditNoteMembers {}

export interface PreviewedInvoiceIdentity {
  /** Always null. */
  id: string | null
  /** Always null. */
  number: string | null
  /** Always null. */
  created_at: string | null
  /** Always null. */
  updated_at: string | null
}

/** As the invoice would be; the ids of its lines name nothing. */
export interface PreviewedInvoice extends PreviewedInvoiceIdentity, InvoiceMembers, InvoiceDetailMembers {}

export interface PreviewedCreditNoteIdentity {
  /** Always null. */
  id: string | null
  /** Always null. */
  number: string | null
  /** The invoice that it would credit; null: one of this preview. */
  invoice_id: string | null
  /** Always null. */
  created_at: string | null
}

export interface PreviewedCreditNote extends PreviewedCreditNoteIdentity, CreditNoteMembers {}

/** Currency → what the invoices come to less the credit notes; below zero when these are more. */
export type TotalsByCurrency = Record<string, Int64>

export interface InvoicePreview {
  /** Oldest first. */
  invoices: PreviewedInvoice[]
  /** Oldest first. */
  credit_notes: PreviewedCreditNote[]
  total_cents: TotalsByCurrency
}

export type PreviewAction = 'subscribe' | 'change' | 'pause' | 'resume' | 'cancel'

/**
 * The body of a call that is not made: `subscribe` has the members of `POST /subscriptions`, the others a `subscription_id` and those of their
 * calls.
 */
export interface PreviewChange {
  action: PreviewAction
  subscription_id?: Id
  /** The user of the preview. */
  user_id?: Id
  plan_code?: PlanCode
  version?: number
  quantity?: Int64
  overrides?: NewOverrides | null
  at?: string
  invoice?: InvoiceWhen
  reason?: string
  until?: Day
  prorate?: boolean
  credit_to?: CreditTo
  starts_on?: Day
  anchor_day?: number
  trial_days?: number
  metadata?: Metadata
}

export interface NewInvoicePreview {
  user_id: Id
  /** `now`, `period_end` or a day, at most 366 days ahead. Default: "now". */
  at?: string
  changes?: PreviewChange[]
}

/** Gapless within its year. */
export type CreditNoteNumber = string

export interface CreditNoteLine {
  id: Id
  /** The line of the invoice that it credits. */
  line_id: Id
  /** That line's. */
  description: string
  amount_cents: Int64
  /** Its share of the note's tax. */
  tax_cents: Int64
  explanation: CreditExplanation | null
}

/** Of a correction: what the line's item owes now, with the members of an invoice line's explanation. */
export type CreditExplanation = Record<string, unknown>

export interface Balance {
  currency: Currency
  balance_cents: Int64
}

export interface NewItem {
  /** What the customer reads on the invoice. */
  description: string
  currency: Currency
  /** Before tax; this, or `quantity` and `unit_price`. */
  amount_cents?: Int64
  quantity?: Int64
  /** In the major unit, before tax. The amount is quantity × unit_price, rounded once, and at least one minor unit. */
  unit_price?: Decimal
  bill: ItemBill
  /** A label. */
  subscription_id?: Id
}

/** On an invoice of its own at once, or on the next one. */
export type ItemBill = 'now' | 'next'

export interface Item {
  id: Id
  user_id: Id
  description: string
  currency: Currency
  /** Before tax. */
  amount_cents: Int64
  quantity: Int64
  /** A decimal in the major unit; null where the amount was given. */
  unit_price: string | null
  /** A label. */
  subscription_id: string | null
  /** What bills it; null: nothing does, or an invoice that was voided. */
  invoice_id: string | null
  created_at: Instant
}

export interface NewCredit {
  amount_cents: Int64
  currency: Currency
  /** It can be used until the day before. Left out: for good. */
  expires_on?: Day
  reason: string
}

export interface Credit {
  id: Id
  user_id: Id
  amount_cents: Int64
  currency: Currency
  left_cents: Int64
  /** What invoices took of it. */
  used_cents: Int64
  expires_on: string | null
  source: CreditSource
  /** Of sources `credit_note` and `failed_refund`. */
  credit_note_id: string | null
  /** Of an overpayment: the payment that brought it. */
  payment_id: string | null
  /** Of source `failed_refund`: of that note, the payment of kind `refund` that failed. */
  refund_id: string | null
  reason: string | null
  ended_at: NullableInstant
  created_at: Instant
}

export interface InvoiceIdentity {
  id: Id
  number: InvoiceNumber
  created_at: Instant
  updated_at: Instant
}

export interface InvoiceMembers {
  user_id: Id
  period_start: Day
  /** The first day that is not in the period. */
  period_end: string
  kind: InvoiceKind
  /** Net of tax. */
  subtotal_cents: Int64
  /** What discounts took of its lines, for information. */
  discount_cents: Int64
  tax_cents: Int64
  taxes: DocumentTax[]
  buyer: Buyer
  seller: Seller
  /** What is to be paid: the sum of the lines, and the tax on top of those that do not hold it. */
  amount_cents: Int64
  /** What credit notes took off what was due. */
  credited_cents: Int64
  /** What the user's balance paid of it. */
  from_balance_cents: Int64
  /** What payments paid of it. */
  paid_cents: Int64
  /** What is still to be paid: the amount less what was credited, came from the balance and was paid; 0 of a void one. */
  due_cents: Int64
  /** Of a user with manual collection: the day of issue and the net days of then. Null: it is charged by itself. */
  due_on: string | null
  /** Open, and `due_on` is over: the user's subscriptions on it are past due until it is paid. */
  overdue: boolean
  currency: Currency
  status: InvoiceStatus
  collection: InvoiceCollection
  next_attempt_at: NullableInstant
  paid_at: NullableInstant
  voided_at: NullableInstant
  usage: InvoiceUsage
}

/** Metric → the quantity that this invoice newly covers. */
export type InvoiceUsage = Record<string, Int64>

export interface Invoice extends InvoiceIdentity, InvoiceMembers {}

export interface GeneratedInvoiceMembers {
  /** The ids of all invoices that this call made. */
  generated: Id[]
  /** The ids of the credit notes that this call made. */
  credit_notes: Id[]
}

export interface GeneratedInvoice extends InvoiceIdentity, InvoiceMembers, GeneratedInvoiceMembers {}

export interface InvoiceDetailMembers {
  lines: InvoiceLine[]
  /** Attempts, and what was recorded; newest first. */
  payments: Payment[]
}

export interface InvoiceDetail extends InvoiceIdentity, InvoiceMembers, InvoiceDetailMembers {}

/**
 * `base` is the plan's fee, `usage` a metric, `minimum` what a period owes at the least, `item` something that is owed once. Each has an
 * explanation that is enough to compute it again, to the same cent.
 */
export type InvoiceLine = BaseLine | UsageLine | MinimumLine | ItemLine

export interface BaseLine {
  id: Id
  kind: 'base'
  /** What of the period it bills: `base`, `usage:<metric>`, `minimum`. */
  item: string
  /** Counts the lines of the subscription's period and item. */
  sequence: Int64
  subscription_id: Id
  plan_code: PlanCode
  /** Of the plan. */
  version: number
  /** Always null. */
  metric: string | null
  /** The period that the line bills; an earlier one than the invoice's for what came late. */
  period_start: Day
  period_end: Day
  /** Always 1. */
  quantity: Int64
  /** Negative when what is owed has fallen. */
  amount_cents: Int64
  /** What discounts took, for information. */
  discount_cents: Int64
  /** Whether the amount holds its tax. */
  tax_inclusive: boolean
  /** Its share of the invoice's tax. */
  tax_cents: Int64
  /** What credit notes took off it. */
  credited_cents: Int64
  /** For a person. */
  description: string
  explanation: BaseExplanation
}

export interface UsageLine {
  id: Id
  kind: 'usage'
  /** What of the period it bills: `base`, `usage:<metric>`, `minimum`. */
  item: string
  /** Counts the lines of the subscription's period and item. */
  sequence: Int64
  subscription_id: Id
  plan_code: PlanCode
  /** Of the plan. */
  version: number
  metric: Metric
  /** The period that the line bills; an earlier one than the invoice's for what came late. */
  period_start: Day
  period_end: Day
  /** The units that this line newly covers. */
  quantity: Int64
  /** Negative when what is owed has fallen. */
  amount_cents: Int64
  /** What discounts took, for information. */
  discount_cents: Int64
  /** Whether the amount holds its tax. */
  tax_inclusive: boolean
  /** Its share of the invoice's tax. */
  tax_cents: Int64
  /** What credit notes took off it. */
  credited_cents: Int64
  /** For a person. */
  description: string
  explanation: UsageExplanation
}

export interface MinimumLine {
  id: Id
  kind: 'minimum'
  /** What of the period it bills: `base`, `usage:<metric>`, `minimum`. */
  item: string
  /** Counts the lines of the subscription's period and item. */
  sequence: Int64
  subscription_id: Id
  plan_code: PlanCode
  /** Of the plan. */
  version: number
  /** Always null. */
  metric: string | null
  /** The period that the line bills; an earlier one than the invoice's for what came late. */
  period_start: Day
  period_end: Day
  /** Always 1. */
  quantity: Int64
  /** Negative when what is owed has fallen. */
  amount_cents: Int64
  /** What discounts took, for information. */
  discount_cents: Int64
  /** Whether the amount holds its tax. */
  tax_inclusive: boolean
  /** Its share of the invoice's tax. */
  tax_cents: Int64
  /** What credit notes took off it. */
  credited_cents: Int64
  /** For a person. */
  description: string
  explanation: MinimumExplanation
}

export interface ItemLine {
  id: Id
  kind: 'item'
  /** `item:<id>` */
  item: string
  /** Counts the lines of the item: those before it are on void invoices. */
  sequence: Int64
  /** Always null. */
  subscription_id: string | null
  /** Always null. */
  plan_code: string | null
  /** Always null. */
  version: number | null
  /** Always null. */
  metric: string | null
  /** Always null. */
  period_start: string | null
  /** Always null. */
  period_end: string | null
  quantity: Int64
  amount_cents: Int64
  /** Always 0. */
  discount_cents: Int64
  /** Always false. */
  tax_inclusive: boolean
  /** Its share of the invoice's tax. */
  tax_cents: Int64
  /** What credit notes took off it. */
  credited_cents: Int64
  /** For a person. */
  description: string
  explanation: ItemExplanation
}

/**
 * owed = rated + rounding; the line's amount = owed − earlier_billed − deferred, exactly. Model, included, billable and steps are those of the
 * last segment that has a charge.
 */
export interface UsageExplanation {
  model: ChargeModel
  /** All of the metric's usage in the period. */
  total_quantity: Int64
  included: Int64
  /** max(0, total_quantity − included) */
  billable: Int64
  /** None when nothing is billable. */
  steps: RatingStep[]
  /** What the period's usage costs, exact: the sum of the segments. */
  rated: Decimal
  /** What the one rounding (half away from zero, to the minor unit) added to `rated`. */
  rounding: Decimal
  /** What the period owes for the metric. Not in a preview of a plan. */
  owed?: Decimal
  /** What is owed before discounts, rounded; only where there are some. */
  undiscounted?: Decimal
  /** What each took, in the order in which they apply: owed = undiscounted − Σ taken. */
  discounts?: DiscountTaken[]
  /** Billed before for the same period and metric, less what correction notes took off. */
  earlier_billed: Decimal
  /** What of the difference is not on this line: negative where a credit note has it. */
  deferred?: Decimal
  /** In the order of days. Not in a preview of a plan. */
  segments?: UsageSegment[]
}

/** A run of days with one charge for the metric, or with none. amount = after.rated − before.rated. */
export interface UsageSegment {
  from: Day
  /** The first day that is not in it. */
  until: string
  days: number
  plan_code: PlanCode
  version: number
  /** per_unit, graduated, volume or package; null: the metric costs nothing on these days. */
  model: string | null
  /** The charge is this customer's own. */
  overridden: boolean
  /** Of the change that set it. */
  reason: string | null
  /** Units of the period before the segment. */
  count_before: Int64
  /** And through it. */
  count_after: Int64
  before: RatedCount
  after: RatedCount
  amount: Decimal
}

/** What so many units of a period cost by the segment's charge. The steps sum to `rated`. */
export interface RatedCount {
  total_quantity: Int64
  included: Int64
  billable: Int64
  steps: RatingStep[]
  rated: Decimal
}

export interface DiscountTaken {
  coupon: string
  /** Of what the ones before it left. */
  percent: string | null
  /** Of an amount a period: what the items before this one left of it, exactly; a decimal, or a fraction such as "22/3". */
  available: string | null
  /** By how much the rounded amount fell. */
  taken: Decimal
}

/** owed = round(Σ over the segments: fee × quantity × (days − paused_days) ÷ of_days); the line's amount = owed − earlier_billed − deferred. */
export interface BaseExplanation {
  /** The fee of the last segment. */
  amount: Decimal
  /** Days charged, of all segments. */
  days: number
  /** Days of the full period. */
  of_days: number
  /** The period's base fee. */
  owed: Decimal
  /** What is owed before discounts, rounded; only where there are some. */
  undiscounted?: Decimal
  /** What each took, in the order in which they apply: owed = undiscounted − Σ taken. */
  discounts?: DiscountTaken[]
  /** Billed before for the same period, less what correction notes took off. */
  earlier_billed: Decimal
  /** What of the difference is not on this line: days not billed yet; negative where a credit note has it. */
  deferred?: Decimal
  /** In the order of days. */
  segments: BaseSegment[]
}

/** A run of days of one term. */
export interface BaseSegment {
  from: Day
  /** The first day that is not in it. */
  until: string
  days: number
  /** Of these; they owe nothing. */
  paused_days: number
  plan_code: PlanCode
  version: number
  quantity: Int64
  /** Of one unit and full period. */
  fee: Decimal
  /** The fee is this customer's own. */
  overridden: boolean
  /** Of the change that set it. */
  reason: string | null
}

/** owed = max(0, required − counted); the line's amount = owed − earlier_billed − deferred. */
export interface MinimumExplanation {
  /** round(Σ over the segments: minimum × (days − paused_days) ÷ of_days) */
  required: Decimal
  /** Base and usages of the period, each rounded. */
  counted: Decimal
  /** Days of the full period. */
  of_days: number
  owed: Decimal
  /** What is owed before discounts, rounded; only where there are some. */
  undiscounted?: Decimal
  /** What each took, in the order in which they apply: owed = undiscounted − Σ taken. */
  discounts?: DiscountTaken[]
  /** Billed before for the same period, less what correction notes took off. */
  earlier_billed: Decimal
  /** What of the difference is not on this line: negative where a credit note has it. */
  deferred?: Decimal
  /** In the order of days. */
  segments: MinimumSegment[]
}

export interface MinimumSegment {
  from: Day
  /** The first day that is not in it. */
  until: string
  days: number
  /** Of these; they do not count. */
  paused_days: number
  plan_code: PlanCode
  version: number
  /** Of a full period. */
  minimum: Decimal
}

/** amount = quantity × unit_price, exact; the line's amount = owed = amount + rounding. */
export interface ItemExplanation {
  quantity: Int64
  /** A decimal; null where the amount was given. */
  unit_price: string | null
  amount: Decimal
  /** What the one rounding (half away from zero, to the minor unit) added. */
  rounding: Decimal
  owed: Decimal
  /** Always 0. */
  earlier_billed: Decimal
}

/** amount = quantity × unit_price + flat_price. For a package the quantity counts started packages, and the unit price is the package's. */
export interface RatingStep {
  /** The first billable unit of the step, counted from 1; with `volume`, which prices all units alike, always 1. */
  from: Int64
  /** The last unit that the tier may hold; null for no limit. */
  up_to: Int64 | null
  quantity: Int64
  unit_price: Decimal
  flat_price: Decimal
  amount: Decimal
}

/**
 * One attempt: it is written as `pending` before the provider is called with its `attempt_key`, so that a crash in between ends in one charge.
 * Or money that came in some other way (`recorded`), which has succeeded as it is written. Or, with kind `refund`, what a credit note gives
 * back of an attempt, written before the provider is called likewise. An invoice that was paid stays paid, whatever is refunded of it.
 */
export interface Payment {
  id: Id
  invoice_id: Id
  user_id: Id
  /** Unique with the invoice. */
  attempt_key: string
  kind: PaymentKind
  /** `manual` of a recorded one. */
  provider: string
  /** How the provider calls the charge, or the refund; null while it has not answered, or gave none. Of a recorded one its `reference`. */
  provider_reference: string | null
  /** The user's when the attempt was begun. It stays the attempt's: its key never goes out with another one. */
  payment_method: string | null
  /** What was charged, or, of a refund, given back. */
  amount_cents: Int64
  /** What of it was beyond what was due by then: it became balance, as a credit that names this payment. */
  overpaid_cents: Int64
  /** What refunds that have not failed give back of it; 0 of a refund. */
  refunded_cents: Int64
  currency: Currency
  status: PaymentStatus
  /**
   * Why a failed one failed: what the provider said; `not_needed` where the invoice was paid in some other way before it was charged;
   * `never_charged` or `canceled` where nothing was charged and another attempt follows. What a pending one waits for, null while it is being
   * made: `unreachable` (nobody knows: its own provider is asked what became of it before anything is charged, with the same `attempt_key`),
   * `processing` (the provider is at it, since `created_at`), `action_required` (the customer has to go to `next_action_url`). Refunds
   * likewise.
   */
  failure_code: string | null
  /**
   * Of a failed one that the provider declined: a `soft` decline uses up one of the schedule, after a `hard` one (stolen, closed, no such
   * card) nothing is tried again before the user has another payment method.
   */
  decline: PaymentDecline | null
  /** Of a pending one with `action_required`: where the customer authenticates it. It is given up after seven days, and counts as declined. */
  next_action_url: string | null
  /** Why an operator ended it with `POST /payments/{id}/resolve`. */
  resolution: string | null
  /** The day on which a recorded one came. */
  received_on: string | null
  /** Of a refund: the note that gives back. */
  credit_note_id: string | null
  /** Of a refund: the payment that it gives back of. */
  refund_of: string | null
  /** When the provider was last asked; of a recorded one, when it was recorded. */
  attempted_at: Instant
  created_at: Instant
  updated_at: Instant
}

export type PaymentDecline = 'soft' | 'hard'

export type PaymentEnd = 'succeeded' | 'failed'

export interface PaymentMethod {
  /** The provider's name of it, which a user's `payment_method` holds. Never a card's number. */
  payment_method: string
  type: string
  brand: string | null
  last4: string | null
  expiry_month: number | null
  expiry_year: number | null
  /** The user is charged by it. */
  default: boolean
}

export interface NewPaymentMethod {
  /** The provider's name of it. */
  payment_method: string
}

export interface NewPaymentSetup {
  /** Where the customer is sent afterwards: an absolute URL of http or https. */
  return_url: string
}

export interface PaymentSetup {
  /** For this customer alone, and for a day or so. */
  url: string
}

export interface PaymentResolution {
  status: PaymentEnd
  /** How it is known. */
  reason: string
}

export interface NewPayment {
  /** In the currency of the invoice. Less than is due pays it in part; what is more becomes balance. */
  amount_cents: Int64
  /** The day on which it came, not after today, which is the default. */
  received_on?: string
  /** What was given with it, such as what a bank transfer says. */
  reference?: string
}

export type EventType = 'user.created' | 'user.updated' | 'user.anonymized' | 'subscription.created' | 'subscription.updated' | 'subscription.paused' | 'subscription.resumed' | 'subscription.canceled' | 'subscription.past_due' | 'subscription.active' | 'subscription.trial_ending' | 'invoice.created' | 'invoice.paid' | 'invoice.voided' | 'invoice.overdue' | 'invoice.uncollected' | 'payment.succeeded' | 'payment.failed' | 'payment.action_required' | 'payment.refunded' | 'payment.disputed' | 'credit_note.created' | 'balance.changed'

export interface Event {
  id: Id
  /** Its place among all events, without gaps. */
  sequence: Int64
  type: EventType
  at: Instant
  /** Whose it is. */
  user_id: string | null
  data: EventData
}

/** What it is about, as GET shows it now. */
export type EventData = UserEventData | SubscriptionEventData | InvoiceEventData | PaymentEventData | CreditNoteEventData | BalanceEventData

export interface UserEventData {
  object_kind: 'user'
  object_id: Id
  /** null where it is gone. */
  object: User | null
}

export interface SubscriptionEventData {
  object_kind: 'subscription'
  object_id: Id
  /** null where it is gone. */
  object: Subscription | null
}

export interface InvoiceEventData {
  object_kind: 'invoice'
  object_id: Id
  /** null where it is gone. */
  object: InvoiceDetail | null
}

export interface PaymentEventData {
  object_kind: 'payment'
  object_id: Id
  /** null where it is gone. */
  object: Payment | null
}

export interface CreditNoteEventData {
  object_kind: 'credit_note'
  object_id: Id
  /** null where it is gone. */
  object: CreditNote | null
}

export interface BalanceEventData {
  object_kind: 'balance'
  /** The user's. */
  object_id: string
  /** What the user can use, by currency. */
  object: Balance[] | null
}

export interface NewWebhookEndpoint {
  /** http or https, without user and password. On a private address only with BILLING_WEBHOOKS_TO_PRIVATE=1, the default of `billing up`. */
  url: string
  /** Types of events, `invoice.*` among them; absent or null: all. */
  types?: string[] | null
  description?: string
}

export interface WebhookEndpointPatch {
  url?: string
  /** null: all. */
  types?: string[] | null
  description?: string | null
  /** true also ends being disabled. */
  active?: boolean
}

/** `disabled`: nothing has reached it for five days, or it answered 410. */
export type WebhookEndpointStatus = 'active' | 'inactive' | 'disabled'

export interface WebhookEndpointMembers {
  id: Id
  url: string
  /** null: all. */
  types: string[] | null
  description: string | null
  active: boolean
  status: WebhookEndpointStatus
  disabled_at: NullableInstant
  /** Why it was disabled. */
  disabled_reason: string | null
  failing_since: NullableInstant
  hold_until: NullableInstant
  previous_secret_until: NullableInstant
  /** All events below it were sent, or have a delivery that will be sent again. */
  next_sequence: Int64
  /** Events, of any type, from next_sequence on. */
  waiting: Int64
  created_at: Instant
  updated_at: Instant
}

export interface WebhookEndpoint extends WebhookEndpointMembers {}

export interface WebhookSecretMembers {
  /** For a library of Standard Webhooks. Shown here only. */
  secret: string
}

export interface NewlyMadeWebhookEndpoint extends WebhookEndpointMembers, WebhookSecretMembers {}

export interface WebhookReplay {
  from_sequence: Int64
  /** Included; absent: up to the newest. */
  to_sequence?: Int64
}

export interface WebhookReplayed {
  deliveries: Int64
}

export type WebhookDeliveryStatus = 'pending' | 'succeeded' | 'failed'

export type WebhookDeliveryKind = 'event' | 'replay' | 'test'

export interface WebhookEventName {
  id: Id
  sequence: Int64
  type: EventType
}

export interface WebhookAnswer {
  status: number
  /** Its beginning, 1 kB at most. */
  body: string | null
}

export interface WebhookDeliveryMembers {
  id: Id
  endpoint_id: Id
  kind: WebhookDeliveryKind
  /** null of a test, and where the event is no longer kept. */
  event: WebhookEventName | null
  status: WebhookDeliveryStatus
  attempts: number
  due_at: NullableInstant
  attempted_at: NullableInstant
  took_ms: Int64 | null
  /** What the last attempt was answered; null where there was no answer. */
  answer: WebhookAnswer | null
  /** Why the last attempt does not count. */
  error: string | null
  created_at: Instant
}

export interface WebhookDelivery extends WebhookDeliveryMembers {}

export interface WebhookRequestMembers {
  /** The body as it would be sent now; null where the event is no longer kept. */
  request: string | null
}

export interface WebhookDeliveryDetail extends WebhookDeliveryMembers, WebhookRequestMembers {}

/** `closed`: it came to nothing, as most warnings do. */
export type DisputeStatus = 'needs_response' | 'under_review' | 'won' | 'lost' | 'closed'

export interface Dispute {
  id: Id
  payment_id: Id
  invoice_id: Id
  user_id: Id
  provider: string
  /** The provider's own name of it. */
  provider_reference: string
  amount_cents: Int64
  currency: Currency
  status: DisputeStatus
  /** In the provider's words. */
  reason: string
  /** Until when the provider takes what there is to say against it. */
  respond_by: string | null
  opened_at: Instant
  created_at: Instant
  updated_at: Instant
}

/** As Stripe describes it. */
export interface StripeEvent {
  type: string
}

export interface Received {
  received: boolean
}

export type AuditEntity = 'user' | 'plan' | 'subscription' | 'invoice' | 'payment' | 'credit_note' | 'credit' | 'usage_correction' | 'tax_rate' | 'settings' | 'coupon' | 'item' | 'webhook_endpoint'

export interface AuditEvent {
  id: Id
  at: Instant
  /** `key:<name>`, `anonymous` (while no key exists), `worker` or `schedule`. */
  actor: string
  /** Of the API key that acted; null where none did. A name may be used again once its key is revoked, an id is not. */
  key_id: string | null
  action: string
  entity: AuditEntity
  entity_id: string
  /** Whose it is; null for what belongs to no user, such as a plan. */
  user_id: string | null
  /** The state before; null where there was none. A status; with `invoice.retrying` and `invoice.uncollected` the `collection`. */
  from: string | null
  /** The state after. */
  to: string | null
}

export interface Me {
  /** As the audit names it: `key:<name>`, or `anonymous` while no key exists. */
  actor: string
  scope: SessionScope
  /** Whether keys exist. Without any nobody has to sign in. */
  keys: boolean
}

export type SessionScope = 'read' | 'write' | 'admin'

export interface SignIn {
  /** An API key. */
  key: string
}

export interface Stats {
  users: Int64
  subscriptions: SubscriptionCounts
  invoices: InvoiceCounts
  payments: PaymentCounts
  /** One entry a currency. */
  amounts: StatsAmounts[]
  queue: Queue
  /** Since when the oldest due work has been waiting. */
  oldest_due_at: NullableInstant
}

export interface SubscriptionCounts {
  scheduled: Int64
  paused: Int64
  trialing: Int64
  active: Int64
  past_due: Int64
  canceled: Int64
}

export interface InvoiceCounts {
  /** All open ones, the retrying and the uncollected included. */
  open: Int64
  paid: Int64
  void: Int64
  /** Open, tried, and to be tried again. */
  retrying: Int64
  uncollected: Int64
  /** Open, to be paid by invoice, and the day they were due on is over. */
  overdue: Int64
}

/**
 * - `invoice_issued`: a new invoice, as a PDF - `payment_failed`: a charge was declined and is tried again, or waits for its customer -
 * `payment_succeeded`: a charge went through, or money was recorded - `trial_ending`: in three days - `card_needed`: a charge was declined and
 * is not tried again with that payment method
 */
export type EmailKind = 'invoice_issued' | 'payment_failed' | 'payment_succeeded' | 'trial_ending' | 'card_needed'

/**
 * - `pending`: to be sent, at once or at `next_attempt_at` - `sent`: the mail server has taken it on - `refused`: the mail server refused it
 * for good - `given_up`: it could not be sent for three days - `unknown`: the mail server may have taken it on, and no answer came; it is not
 * sent again - `canceled`: when it was to be sent there was nothing to tell any more
 */
export type EmailStatus = 'pending' | 'sent' | 'refused' | 'given_up' | 'unknown' | 'canceled'

export interface Email {
  /** Of its event; also the mail's Message-ID. */
  id: Id
  kind: EmailKind
  user_id: Id
  invoice_id: string | null
  payment_id: string | null
  subscription_id: string | null
  status: EmailStatus
  /** The address of the last attempt; null before the first one, and once the user is anonymized. */
  to: string | null
  subject: string | null
  attempts: Int64
  /** In real time, as `attempted_at` and `sent_at`, also under a simulated clock. */
  next_attempt_at: NullableInstant
  attempted_at: NullableInstant
  /** Of the mail server's last reply. */
  code: Int64 | null
  /** What the mail server said, or why there was no reply. */
  reply: string | null
  sent_at: NullableInstant
  /** When the event was. */
  created_at: Instant
}

export interface EmailSettings {
  /** Whether `BILLING_SMTP_URL` is set. */
  sends: boolean
  kinds: EmailKinds
  payment_url: string | null
}

export interface EmailKinds {
  invoice_issued: boolean
  payment_failed: boolean
  payment_succeeded: boolean
  trial_ending: boolean
  card_needed: boolean
}

export interface EmailKindsPatch {
  invoice_issued?: boolean
  payment_failed?: boolean
  payment_succeeded?: boolean
  trial_ending?: boolean
  card_needed?: boolean
}

export interface EmailSettingsPatch {
  kinds?: EmailKindsPatch
  /**
   * Where your customers change their payment method: the link of the mails that ask for it. `{user_id}`, `{external_id}` and `{invoice_id}`
   * in it are filled in. Where the provider wants something confirmed, its own link is sent instead.
   */
  payment_url?: string | null
}

export interface InvoiceTotals {
  count: Int64
  /** False: there are more than `count`, and `amounts` is empty. */
  complete: boolean
  /** One entry a currency. */
  amounts: InvoiceAmounts[]
}

/** Null for a sum beyond 64 bits. */
export interface InvoiceAmounts {
  currency: Currency
  count: Int64
  /** Of those that are not void. */
  amount_cents: Int64 | null
  due_cents: Int64 | null
}

export interface PaymentTotals {
  count: Int64
  /** False: there are more than `count`, and `amounts` is empty. */
  complete: boolean
  /** One entry a currency. */
  amounts: PaymentAmounts[]
}

/** Null for a sum beyond 64 bits. */
export interface PaymentAmounts {
  currency: Currency
  /** Payments and refunds, whatever became of them. */
  count: Int64
  /** Payments that succeeded. */
  paid_cents: Int64 | null
  /** Refunds that succeeded. */
  refunded_cents: Int64 | null
}

/** Attempts; `_30d` counts those of the last 30 times 24 hours, by `attempted_at`. */
export interface PaymentCounts {
  pending: Int64
  succeeded_30d: Int64
  failed_30d: Int64
}

export type StatsInterval = 'day' | 'week' | 'month'

/** Null for a sum beyond 64 bits. */
export interface StatsAmounts {
  currency: Currency
  open_cents: Int64 | null
  retrying_cents: Int64 | null
  uncollected_cents: Int64 | null
  /** Due on invoices of which the day they were due on is over. */
  overdue_cents: Int64 | null
  paid_cents: Int64 | null
  /** Of invoices paid in the last 30 times 24 hours. */
  paid_30d_cents: Int64 | null
  /** Given back to cards in the last 30 times 24 hours. */
  refunded_30d_cents: Int64 | null
  /** The base fees of the subscriptions that bill, brought to a month. */
  mrr_cents: Int64 | null
  /** Owed and not billed yet: beside an open invoice, or below the smallest one. */
  waiting_cents: Int64 | null
}

export interface RevenuePoint {
  currency: Currency
  /** The first day of the day, week or month; before `from` when that is inside of it. */
  date: string
  /** Invoices that are not void, by `created_at`. Null, as the other, for a sum beyond 64 bits. */
  invoiced_cents: Int64 | null
  /** Paid invoices, by `paid_at`; what was refunded of them since is not taken off. */
  paid_cents: Int64 | null
  /** Refunds that succeeded, by `updated_at`. */
  refunded_cents: Int64 | null
}

export interface UsagePoint {
  metric: Metric
  /** The first day of the day, week or month; before `from` when that is inside of it. */
  date: string
  /** Null for a sum beyond 64 bits. */
  quantity: Int64 | null
}

export interface Clock {
  /** The time that billing goes by. */
  now: Instant
  simulated: boolean
}

export interface ClockAdvance {
  /** That many times 24 hours. */
  days?: number
  /** An instant, or a date for its midnight UTC. */
  to?: string
}

export interface ClockAdvanced {
  now: Instant
  invoices_created: Int64
  payments_attempted: Int64
}

/** Zeros while Redis is away: nothing is lost, the schedule rings again. */
export interface Queue {
  /** Rings that no worker has taken. */
  waiting: Int64
  /** Rings taken and not done. */
  in_flight: Int64
  /** The age of the oldest ring. */
  lag_ms: Int64
}

export type StoreState = 'ok' | 'down'

export interface SystemState {
  /** Of the process that answers. */
  version: string
  clock: Clock
  postgres: StoreState
  redis: StoreState
  queue: Queue
  /** The processes that are alive, by name. */
  workers: ProcessState[]
  schedule: ScheduleState
  /** What waits for its time; empty while PostgreSQL is away. */
  due: DueJob[]
}

export interface ScheduleState {
  /** When the schedule last looked for what is due, in real time; null when that is not known. */
  last_tick_at: NullableInstant
}

export type ProcessRole = 'serve' | 'work' | 'schedule' | 'run'

export interface ProcessState {
  /** Unique. */
  name: string
  /** What it does; `run` is all three. */
  role: ProcessRole
  host: string
  pid: number
  /** When it last announced itself, in real time. */
  seen_at: Instant
  /** Rings that it has taken and not done. */
  in_flight: Int64
}

export interface DueJob {
  job: string
  /** Since when the oldest due work has been waiting; null when none is due. */
  oldest_due_at: NullableInstant
  /** When work next becomes due that is not yet. */
  next_due_at: NullableInstant
}

export type Health = 'ok'

export type ReadinessStatus = 'ready' | 'degraded' | 'unavailable'

export interface Readiness {
  status: ReadinessStatus
  postgres: StoreState
  redis: StoreState
}

/** RFC 9457. */
export interface Problem {
  /** Which problem; the link leads to its row under *Problems*. */
  type: string
  title: string
  status: number
  /** For a person. */
  detail: string
  errors?: FieldError[]
  request_id: string
}

export interface FieldError {
  /** A JSON pointer into the body (`/events/3/quantity`), or the query parameter (`?limit`). */
  pointer: string
  detail: string
}

export interface ListPlanMigrationsQuery {
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListUsersQuery {
  /** Only the user with this address, in any letter case. Not together with `q`. */
  email?: string
  /** Only users whose address holds this text, in any letter case; or, when it is a whole id, that user. No character is special. */
  q?: string
  /** Only the user with this `external_id`. Not together with the others. */
  external_id?: string
  /** Only these users, as far as they exist: `ids=a,b`, or `ids=a&ids=b`. Not together with `email` or `q`. */
  ids?: Id[]
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListCouponsQuery {
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListTaxRatesQuery {
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListEmailsQuery {
  /** Only this user's. */
  user_id?: Id
  /** Only those with this status. */
  status?: EmailStatus
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListSubscriptionsQuery {
  /** Only this user's. */
  user_id?: Id
  /** Only those to this plan. */
  plan_code?: string
  /** Only those with this status. */
  status?: SubscriptionStatus
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface RecordUsageBatchQuery {
  /** Store the good events of a batch that has bad ones. */
  partial?: boolean
}

export interface GetUsageQuery {
  /** Only this metric. */
  metric?: string
  /** The first day, at most 3660 days before `to`. Default: such that there are 30, the last of them today. */
  from?: Day
  /** The first day that is not included. Default: tomorrow. */
  to?: Day
}

export interface ListUsageEventsQuery {
  /** Only this metric. */
  metric?: string
  /** The first day. */
  from?: Day
  /** The first day that is not included. */
  to?: Day
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListInvoicesQuery {
  /** Only the one with this number. */
  number?: InvoiceNumber
  /** Only those with this status. */
  status?: InvoiceStatus
  /** Only those whose collection stands there. */
  collection?: InvoiceCollection
  /** Only this user's. */
  user_id?: Id
  /** Only those whose `period_start` is this day or a later one. */
  from?: Day
  /** Only those whose `period_start` is before this day. */
  to?: Day
  /** Only those that are overdue, or only those that are not. */
  overdue?: boolean
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface SumUpInvoicesQuery {
  /** Only the one with this number. */
  number?: InvoiceNumber
  /** Only those with this status. */
  status?: InvoiceStatus
  /** Only those whose collection stands there. */
  collection?: InvoiceCollection
  /** Only this user's. */
  user_id?: Id
  /** Only those whose `period_start` is this day or a later one. */
  from?: Day
  /** Only those whose `period_start` is before this day. */
  to?: Day
  /** Only those that are overdue, or only those that are not. */
  overdue?: boolean
}

export interface ListInvoiceLinesQuery {
  /** Only the one with this number. */
  number?: InvoiceNumber
  /** Only those with this status. */
  status?: InvoiceStatus
  /** Only those whose collection stands there. */
  collection?: InvoiceCollection
  /** Only this user's. */
  user_id?: Id
  /** Only those whose `period_start` is this day or a later one. */
  from?: Day
  /** Only those whose `period_start` is before this day. */
  to?: Day
  /** Only those that are overdue, or only those that are not. */
  overdue?: boolean
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListUserInvoicesQuery {
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListCreditNotesQuery {
  /** Only this user's. */
  user_id?: Id
  /** Only those of this invoice. */
  invoice_id?: Id
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListItemsQuery {
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListCreditsQuery {
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListPaymentsQuery {
  /** Only this invoice's. */
  invoice_id?: Id
  /** Only this user's. */
  user_id?: Id
  /** Only those with this status. */
  status?: PaymentStatus
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface SumUpPaymentsQuery {
  /** Only this invoice's. */
  invoice_id?: Id
  /** Only this user's. */
  user_id?: Id
  /** Only those with this status. */
  status?: PaymentStatus
}

export interface ListEventsQuery {
  /** The `sequence` of the last event seen; what follows it is answered. Without it from the oldest that is kept. */
  after?: Int64
  /** Only these, separated by commas; `invoice.*` is all of a kind. */
  types?: string
  /** Only what happened to this user and what is its. */
  user_id?: Id
  /** Where there is nothing yet: wait so many seconds for it. Then the list may still be empty. */
  wait?: number
  /** How many at most. */
  limit?: number
}

export interface ListWebhookEndpointsQuery {
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListWebhookDeliveriesQuery {
  /** Only those with this status: `pending` ones are sent again. */
  status?: WebhookDeliveryStatus
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListDisputesQuery {
  /** Only of this user's payments. */
  user_id?: Id
  /** Only of this payment. */
  payment_id?: Id
  /** Only those with this status. */
  status?: DisputeStatus
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface ListAuditQuery {
  /** Only what happened to this thing: the id of a user, subscription, invoice or payment, or a plan's code. */
  entity_id?: string
  /** Only what happened to this user: to itself, its subscriptions, invoices and payments. */
  user_id?: Id
  /** How many at most. */
  limit?: number
  /** The id of the last thing seen; what follows it, older, is answered. Taken from the `Link` header. */
  after?: Id
}

export interface GetRevenueQuery {
  /** The first day. Default: such that there are 12 months. */
  from?: Day
  /** The first day that is not included. Default: the first of the next month. */
  to?: Day
  /** A sum a day, a week (they start on Monday) or a month (the default). `from` to `to` may hold at most 400 of them. */
  by?: StatsInterval
}

export interface GetUsageTotalsQuery {
  /** Only this metric. */
  metric?: string
  /** The first day. Default: such that there are 30 days. */
  from?: Day
  /** The first day that is not included. Default: tomorrow. */
  to?: Day
  /** A sum a day (the default), a week (they start on Monday) or a month. `from` to `to` may hold at most 400 of them. */
  by?: StatsInterval
}

/** What `code` of a BillingError can be; /docs#problems says what each means. */
export type ProblemCode =
  | 'internal_error'
  | 'not_json'
  | 'bad_request'
  | 'unauthorized'
  | 'not_signed'
  | 'declined'
  | 'not_failed'
  | 'provider_refused'
  | 'action_required'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'already_billed'
  | 'already_canceled'
  | 'already_paused'
  | 'already_subscribed'
  | 'attempt_running'
  | 'has_credit_notes'
  | 'has_payments'
  | 'canceled'
  | 'clock_is_real'
  | 'currency_differs'
  | 'email_taken'
  | 'external_id_taken'
  | 'event_conflict'
  | 'idempotency_running'
  | 'no_change'
  | 'not_pending'
  | 'not_paused'
  | 'not_running'
  | 'not_open'
  | 'nothing_to_bill'
  | 'plan_exists'
  | 'plan_inactive'
  | 'subscription_live'
  | 'tax_rate_exists'
  | 'already_applied'
  | 'coupon_exists'
  | 'coupon_expired'
  | 'coupon_not_applicable'
  | 'coupon_used_up'
  | 'invoice_void'
  | 'nothing_left'
  | 'events_gone'
  | 'request_timeout'
  | 'too_large'
  | 'uri_too_long'
  | 'unsupported_media_type'
  | 'bad_expectation'
  | 'amount_overflow'
  | 'answer_too_large'
  | 'document_too_long'
  | 'idempotency_mismatch'
  | 'unacceptable'
  | 'webhook_address_private'
  | 'rate_limited'
  | 'header_too_large'
  | 'clock_busy'
  | 'database_unavailable'
  | 'outcome_unknown'
  | 'too_slow'
  | 'overloaded'
  | 'provider_unreachable'
  | 'http_version'

/** The API: a method an operation. Each throws a BillingError when it is refused. */
export class Billing extends Core {
  /**
   * All plans with their charges. Not paged. Cached; a change made through the process that answers is there at once, one made through another
   * within a second, also while Redis is away. Send the ETag back in `If-None-Match` and an unchanged list is a 304 without a body.
   */
  listPlans(options: CallOptions = {}): Promise<Plan[]> {
    return this.call<Plan[]>('GET', '/plans', {}, options)
  }

  /** Create a plan. */
  createPlan(body: NewPlan, options: CallOptions = {}): Promise<Plan> {
    return this.call<Plan>('POST', '/plans', { body }, options)
  }

  /**
   * What a plan would charge. Rates quantities by the charges of a plan that does not exist yet, exactly as an invoice line would be, and
   * stores nothing. Takes what `POST /plans` takes and refuses it with the same pointers; `code` may be left out. Without `quantities` for a
   * metric the server chooses telling ones: 0, what is included, the tiers' bounds and the units just past them, package sizes, and an even
   * spread up to somewhat beyond the last bound; one whose amount does not fit 64 bits is left out (one that was asked for is a 422). At most
   * 20,000 steps (charges × quantities × tiers) are told at once; beyond it is a 422. An `Idempotency-Key` is taken and ignored: nothing is
   * changed.
   */
  previewPlan(body: NewPlanPreview, options: CallOptions = {}): Promise<PlanPreview> {
    return this.call<PlanPreview>('POST', '/plans/preview', { body }, options)
  }

  /** One plan. */
  getPlan(code: PlanCode, options: CallOptions = {}): Promise<Plan> {
    return this.call<Plan>('GET', `/plans/${encodeURIComponent(code)}`, {}, options)
  }

  /**
   * Rename a plan, or stop selling it. Takes `name` and `active`, nothing else: prices never change under a live subscription. An inactive
   * plan takes no new subscriptions; those that it has go on as before.
   */
  updatePlan(code: PlanCode, body: PlanPatch, options: CallOptions = {}): Promise<Plan> {
    return this.call<Plan>('PATCH', `/plans/${encodeURIComponent(code)}`, { body }, options)
  }

  /** All versions of a plan. Not paged: a plan has few. A new subscription takes the newest; a live one stays on the one of its term. */
  listPlanVersions(code: PlanCode, options: CallOptions = {}): Promise<PlanVersion[]> {
    return this.call<PlanVersion[]>('GET', `/plans/${encodeURIComponent(code)}/versions`, {}, options)
  }

  /**
   * Make a plan's next version. A version never changes once it is made. What is left out has the default of `POST /plans`, not what the last
   * version has. Live subscriptions stay on their version until they are changed or migrated.
   */
  createPlanVersion(code: PlanCode, body: NewPlanVersion, options: CallOptions = {}): Promise<Plan> {
    return this.call<Plan>('POST', `/plans/${encodeURIComponent(code)}/versions`, { body }, options)
  }

  /** One version of a plan. */
  getPlanVersion(code: PlanCode, version: number, options: CallOptions = {}): Promise<PlanVersion> {
    return this.call<PlanVersion>('GET', `/plans/${encodeURIComponent(code)}/versions/${encodeURIComponent(version)}`, {}, options)
  }

  /** Migrations of a plan's subscriptions. */
  listPlanMigrations(code: PlanCode, query: ListPlanMigrationsQuery = {}, options: CallOptions = {}): Paged<PlanMigration> {
    return this.list<PlanMigration>(`/plans/${encodeURIComponent(code)}/migrations`, query, options)
  }

  /**
   * Take a plan's subscriptions to one of its versions. A job that sets the version in each term of the plan from the day on, of every
   * subscription that has one then. Each is changed exactly once, whatever fails meanwhile; one that may not be changed counts as `failed`,
   * with its problem.
   */
  createPlanMigration(code: PlanCode, body: NewPlanMigration, options: CallOptions = {}): Promise<PlanMigration> {
    return this.call<PlanMigration>('POST', `/plans/${encodeURIComponent(code)}/migrations`, { body }, options)
  }

  /** How far a migration is. */
  getPlanMigration(code: PlanCode, id: Id, options: CallOptions = {}): Promise<PlanMigrationDetail> {
    return this.call<PlanMigrationDetail>('GET', `/plans/${encodeURIComponent(code)}/migrations/${encodeURIComponent(id)}`, {}, options)
  }

  /** Stop a migration. What is changed stays changed, what waits stays as it is; another migration takes up the rest. */
  stopPlanMigration(code: PlanCode, id: Id, options: CallOptions = {}): Promise<PlanMigration> {
    return this.call<PlanMigration>('POST', `/plans/${encodeURIComponent(code)}/migrations/${encodeURIComponent(id)}/stop`, {}, options)
  }

  /** Users. */
  listUsers(query: ListUsersQuery = {}, options: CallOptions = {}): Paged<User> {
    return this.list<User>('/users', query, options)
  }

  /**
   * Create a user. An address is stored as sent, and compared composed (NFC) and in folded case. There is a guard rail: 100 a second and
   * bursts of 200, for each key (or address, without keys); beyond it 429 with `Retry-After`.
   */
  createUser(body: NewUser, options: CallOptions = {}): Promise<User> {
    return this.call<User>('POST', '/users', { body }, options)
  }

  /** One user. */
  getUser(id: Id, options: CallOptions = {}): Promise<User> {
    return this.call<User>('GET', `/users/${encodeURIComponent(id)}`, {}, options)
  }

  /**
   * Change a user. What is not named stays; `null` clears what may be missing; `metadata` merges, and null removes a member of it. Documents
   * that are issued keep the buyer as it was, and a change of `collection` counts from the next invoice on. `null` clears the payment method.
   * The stub provider reads it: none or `stub_ok` succeeds, `stub_decline` always declines, `stub_decline_2` declines the first 2 attempts of
   * an invoice, `stub_unreachable_2` cannot be reached for the first 2 calls, `stub_slow_500` answers after 500 ms, `stub_refund_fails`
   * succeeds and its refunds fail; those of the others succeed, as late as their charges.
   */
  updateUser(id: Id, body: UserPatch, options: CallOptions = {}): Promise<User> {
    return this.call<User>('PATCH', `/users/${encodeURIComponent(id)}`, { body }, options)
  }

  /**
   * Forget who a user is. Clears what names a person: address, name, phone, tax id, external id, metadata, payment method. Documents that are
   * issued stay as they are. Not while a subscription is live.
   */
  anonymizeUser(id: Id, options: CallOptions = {}): Promise<User> {
    return this.call<User>('POST', `/users/${encodeURIComponent(id)}/anonymize`, {}, options)
  }

  /** Coupons. */
  listCoupons(query: ListCouponsQuery = {}, options: CallOptions = {}): Paged<Coupon> {
    return this.list<Coupon>('/coupons', query, options)
  }

  /**
   * Create a coupon. A percentage takes its share of each eligible item, an amount (a period) is used up item by item. `applies_to` is checked
   * when it is added, not afterwards.
   */
  createCoupon(body: NewCoupon, options: CallOptions = {}): Promise<Coupon> {
    return this.call<Coupon>('POST', '/coupons', { body }, options)
  }

  /** One coupon. */
  getCoupon(code: string, options: CallOptions = {}): Promise<Coupon> {
    return this.call<Coupon>('GET', `/coupons/${encodeURIComponent(code)}`, {}, options)
  }

  /** Switch a coupon on or off, or rename it. Subscriptions that have it keep it. */
  updateCoupon(code: string, body: CouponPatch, options: CallOptions = {}): Promise<Coupon> {
    return this.call<Coupon>('PATCH', `/coupons/${encodeURIComponent(code)}`, { body }, options)
  }

  /**
   * Redeem a coupon for a subscription. It holds from the current period on, billed or not; one that was deleted and is added again from the
   * next.
   */
  createDiscount(id: Id, body: NewDiscount, options: CallOptions = {}): Promise<Discount> {
    return this.call<Discount>('POST', `/subscriptions/${encodeURIComponent(id)}/discounts`, { body }, options)
  }

  /** End a discount with the current period. */
  deleteDiscount(id: Id, discount_id: string, options: CallOptions = {}): Promise<void> {
    return this.call<void>('DELETE', `/subscriptions/${encodeURIComponent(id)}/discounts/${encodeURIComponent(discount_id)}`, {}, options)
  }

  /** Tax rates. */
  listTaxRates(query: ListTaxRatesQuery = {}, options: CallOptions = {}): Paged<TaxRate> {
    return this.list<TaxRate>('/tax_rates', query, options)
  }

  /**
   * Create a tax rate. Documents of taxable users are taxed by the active rates of their country, or else by those without a country; several
   * are parallel, each on the same net.
   */
  createTaxRate(body: NewTaxRate, options: CallOptions = {}): Promise<TaxRate> {
    return this.call<TaxRate>('POST', '/tax_rates', { body }, options)
  }

  /** One tax rate. */
  getTaxRate(code: Code, options: CallOptions = {}): Promise<TaxRate> {
    return this.call<TaxRate>('GET', `/tax_rates/${encodeURIComponent(code)}`, {}, options)
  }

  /** Switch a tax rate on or off. What is issued keeps its rates. */
  updateTaxRate(code: Code, body: TaxRatePatch, options: CallOptions = {}): Promise<TaxRate> {
    return this.call<TaxRate>('PATCH', `/tax_rates/${encodeURIComponent(code)}`, { body }, options)
  }

  /** The seller. */
  getSettings(options: CallOptions = {}): Promise<Settings> {
    return this.call<Settings>('GET', '/settings', {}, options)
  }

  /** Change the seller. What is not named stays; `null` clears. Documents that are issued keep the seller as it was. */
  updateSettings(body: SettingsPatch, options: CallOptions = {}): Promise<Settings> {
    return this.call<Settings>('PATCH', '/settings', { body }, options)
  }

  /** Which mails customers get. */
  getEmailSettings(options: CallOptions = {}): Promise<EmailSettings> {
    return this.call<EmailSettings>('GET', '/settings/emails', {}, options)
  }

  /** Switch mails on or off. What is not named stays. What an event before it asked for is sent all the same. */
  updateEmailSettings(body: EmailSettingsPatch, options: CallOptions = {}): Promise<EmailSettings> {
    return this.call<EmailSettings>('PATCH', '/settings/emails', { body }, options)
  }

  /**
   * Mails to customers. What customers were told by mail and when, and what the mail server said. Mail is sent where `BILLING_SMTP_URL` is
   * set.
   */
  listEmails(query: ListEmailsQuery = {}, options: CallOptions = {}): Paged<Email> {
    return this.list<Email>('/emails', query, options)
  }

  /** Subscriptions. */
  listSubscriptions(query: ListSubscriptionsQuery = {}, options: CallOptions = {}): Paged<Subscription> {
    return this.list<Subscription>('/subscriptions', query, options)
  }

  /**
   * Subscribe a user to a plan. The first period starts today, or on `starts_on`: in the future it is `scheduled` until then, in the past its
   * periods since then are billed at once, an invoice each. With trial days (the plan's, or `trial_days`) it is a trial of that many days, in
   * which nothing is owed; billing is then anchored on its end. A user has a trial of a plan once, is on a plan once at a time, and pays no
   * day of it twice: who cancels today begins again tomorrow.
   */
  createSubscription(body: NewSubscription, options: CallOptions = {}): Promise<ChangedSubscription> {
    return this.call<ChangedSubscription>('POST', '/subscriptions', { body }, options)
  }

  /** One subscription. */
  getSubscription(id: Id, options: CallOptions = {}): Promise<Subscription> {
    return this.call<Subscription>('GET', `/subscriptions/${encodeURIComponent(id)}`, {}, options)
  }

  /** What holds on which day. */
  listSubscriptionTerms(id: Id, options: CallOptions = {}): Promise<SubscriptionTerm[]> {
    return this.call<SubscriptionTerm[]>('GET', `/subscriptions/${encodeURIComponent(id)}/terms`, {}, options)
  }

  /** Its billing periods so far. */
  listSubscriptionPeriods(id: Id, options: CallOptions = {}): Promise<SubscriptionPeriod[]> {
    return this.call<SubscriptionPeriod[]>('GET', `/subscriptions/${encodeURIComponent(id)}/periods`, {}, options)
  }

  /** Its pauses. */
  listSubscriptionPauses(id: Id, options: CallOptions = {}): Promise<SubscriptionPause[]> {
    return this.call<SubscriptionPause[]>('GET', `/subscriptions/${encodeURIComponent(id)}/pauses`, {}, options)
  }

  /**
   * Change plan, version, quantity or special prices. Sets what is named in every term from the day on and leaves the rest of each as it is.
   * What the customer owes follows from the terms, day by day: an upgrade in mid-month, one taken back, or one dated back needs nothing else.
   * A new plan takes its newest version, and drops special prices unless they are named. The day is `now` (today), `period_start` (as if it
   * had been so all period), `period_end` or a date: from the subscription's start, its last change of interval or 366 days back, whichever is
   * latest, to 366 days ahead. A plan with another interval can be taken `now` (the current period is cut there) or at `period_end`.
   */
  changeSubscription(id: Id, body: SubscriptionChange, options: CallOptions = {}): Promise<ChangedSubscription> {
    return this.call<ChangedSubscription>('POST', `/subscriptions/${encodeURIComponent(id)}/change`, { body }, options)
  }

  /** Take back all terms that have not begun. */
  dropPendingTerms(id: Id, options: CallOptions = {}): Promise<ChangedSubscription> {
    return this.call<ChangedSubscription>('DELETE', `/subscriptions/${encodeURIComponent(id)}/pending`, {}, options)
  }

  /**
   * Pause from tomorrow on. Paused days owe no base fee and do not count for the minimum; usage on them is billed. Until a day, at least the
   * day after tomorrow, or until it is resumed.
   */
  pauseSubscription(id: Id, body: Pause, options: CallOptions = {}): Promise<ChangedSubscription> {
    return this.call<ChangedSubscription>('POST', `/subscriptions/${encodeURIComponent(id)}/pause`, { body }, options)
  }

  /** End a pause today. A pause that has not begun never was. */
  resumeSubscription(id: Id, options: CallOptions = {}): Promise<ChangedSubscription> {
    return this.call<ChangedSubscription>('POST', `/subscriptions/${encodeURIComponent(id)}/resume`, {}, options)
  }

  /**
   * Cancel now, or at the period's end. `now` makes today the last day: the period ends tomorrow, the base fee is prorated to the days used
   * (today included; with `prorate: false` it stays), usage and minimum are billed in full, and what was billed in advance for later days is
   * credited. `period_end` lets the period run out: it is billed as any other, no other follows, and until then it can be taken back (`POST
   * …/uncancel`). A subscription that is to end with its period can still be canceled `now`; the same cancel twice is 409.
   */
  cancelSubscription(id: Id, body: Cancellation, options: CallOptions = {}): Promise<ChangedSubscription> {
    return this.call<ChangedSubscription>('POST', `/subscriptions/${encodeURIComponent(id)}/cancel`, { body }, options)
  }

  /** Take back a cancel at the period's end. */
  uncancelSubscription(id: Id, options: CallOptions = {}): Promise<ChangedSubscription> {
    return this.call<ChangedSubscription>('POST', `/subscriptions/${encodeURIComponent(id)}/uncancel`, {}, options)
  }

  /**
   * Record one event. With an `event_id`, sending the event again counts nothing twice and gets the same answer, for ever; with another
   * quantity, or another `at` where both name one, it is 409 `event_conflict`. `at` may be up to 5 minutes ahead and 366 days back; the event
   * belongs to the period whose days hold it. A metric that the user's plan does not charge is recorded and bills nothing.
   */
  recordUsage(body: NewUsageEvent, options: CallOptions = {}): Promise<UsageRecorded> {
    return this.call<UsageRecorded>('POST', '/usage', { body }, options)
  }

  /**
   * Record up to 10,000 events. All or nothing: one bad event refuses the batch (422) with a pointer to each, such as `/events/3/quantity`
   * (`/events/3/event_id`: its id was recorded with another quantity). With `?partial=true` the good ones are stored and each bad one's result
   * says why it was not.
   */
  recordUsageBatch(body: UsageBatch, query: RecordUsageBatchQuery = {}, options: CallOptions = {}): Promise<BatchResult> {
    return this.call<BatchResult>('POST', '/usage/batch', { body, query }, options)
  }

  /**
   * Put right what was recorded wrongly. With `event_id`, that event counts `quantity` from now on (0 takes it back; the newest correction
   * wins). Without, `quantity` is added to the day of `at`, and may be negative, but no day falls below zero. However old the period, the
   * difference is billed or credited by the next run.
   */
  correctUsage(body: NewUsageCorrection, options: CallOptions = {}): Promise<UsageCorrection> {
    return this.call<UsageCorrection>('POST', '/usage/corrections', { body }, options)
  }

  /** A user's usage, in totals by day. */
  getUsage(user_id: Id, query: GetUsageQuery = {}, options: CallOptions = {}): Promise<UsageDay[]> {
    return this.call<UsageDay[]>('GET', `/usage/${encodeURIComponent(user_id)}`, { query }, options)
  }

  /** A user's events with their corrections. */
  listUsageEvents(user_id: Id, query: ListUsageEventsQuery = {}, options: CallOptions = {}): Paged<UsageEntry> {
    return this.list<UsageEntry>(`/usage/${encodeURIComponent(user_id)}/events`, query, options)
  }

  /** Invoices of all users. */
  listInvoices(query: ListInvoicesQuery = {}, options: CallOptions = {}): Paged<Invoice> {
    return this.list<Invoice>('/invoices', query, options)
  }

  /**
   * What the invoices of a filter come to. How many `GET /invoices` gives for the same filters, and their sums by currency. Beyond 100,000
   * invoices nothing is summed up.
   */
  sumUpInvoices(query: SumUpInvoicesQuery = {}, options: CallOptions = {}): Promise<InvoiceTotals> {
    return this.call<InvoiceTotals>('GET', '/invoices/totals', { query }, options)
  }

  /**
   * Lines of invoices. The lines of the invoices that `GET /invoices` gives for the same filters, without their explanations; those of void
   * ones as well.
   */
  listInvoiceLines(query: ListInvoiceLinesQuery = {}, options: CallOptions = {}): Paged<ListedLine> {
    return this.list<ListedLine>('/invoice_lines', query, options)
  }

  /**
   * Make the invoice now. Looks at each of the user's subscriptions, its current period and earlier ones that still have something unbilled,
   * and puts the difference between what is owed and what has been billed on an invoice. Calling it twice bills nothing twice: the second call
   * answers 200 with the period's newest invoice. Unbilled one-off items go on the first invoice of their currency; items that find none get
   * one of their own, `one_off`. Subscriptions with other periods or currencies make an invoice each; the answer is the newest, `generated`
   * lists the ids of all that this call made, and is empty with a 200. `usage` maps each metric to the quantity that this invoice newly
   * covers. Payment is then attempted by itself.
   */
  generateInvoice(user_id: Id, options: CallOptions = {}): Promise<GeneratedInvoice> {
    return this.call<GeneratedInvoice>('POST', `/invoices/generate/${encodeURIComponent(user_id)}`, {}, options)
  }

  /**
   * What would be billed. Nothing is written. Without `changes`, `now` is what generate would make. With them, what these calls would make,
   * one after the other. `period_end` goes on to the roll-over at the earliest end of the user's periods, a day to all roll-overs up to and
   * with it; payments are not foreseen. Making it then gives the same but for ids, times and numbers. Problems are those of the calls. An
   * `Idempotency-Key` is taken and ignored.
   */
  previewInvoices(body: NewInvoicePreview, options: CallOptions = {}): Promise<InvoicePreview> {
    return this.call<InvoicePreview>('POST', '/invoices/preview', { body }, options)
  }

  /** One user's invoices. */
  listUserInvoices(user_id: Id, query: ListUserInvoicesQuery = {}, options: CallOptions = {}): Paged<Invoice> {
    return this.list<Invoice>(`/invoices/${encodeURIComponent(user_id)}`, query, options)
  }

  /** One invoice with its lines, how each came about, and the payment attempts. */
  getInvoice(user_id: Id, invoice_id: Id, options: CallOptions = {}): Promise<InvoiceDetail> {
    return this.call<InvoiceDetail>('GET', `/invoices/${encodeURIComponent(user_id)}/${encodeURIComponent(invoice_id)}`, {}, options)
  }

  /**
   * Void an open invoice. For an invoice that was a mistake: what it billed is "not billed" again, and comes back with the next generate or
   * roll-over. Not while a payment of it is under way, nor once one has paid a part of it or a credit note is on it: then credit what is left.
   */
  voidInvoice(user_id: Id, invoice_id: Id, options: CallOptions = {}): Promise<Invoice> {
    return this.call<Invoice>('POST', `/invoices/${encodeURIComponent(user_id)}/${encodeURIComponent(invoice_id)}/void`, {}, options)
  }

  /**
   * Attempt payment by hand, now. Possible at any time while the invoice is open, uncollected ones included; uses up no retry of the schedule.
   */
  payInvoice(user_id: Id, invoice_id: Id, options: CallOptions = {}): Promise<Invoice> {
    return this.call<Invoice>('POST', `/invoices/${encodeURIComponent(user_id)}/${encodeURIComponent(invoice_id)}/pay`, {}, options)
  }

  /**
   * Record money that came in some other way. A bank transfer, cash, a check: it pays what is due on the open invoice, also in part and while
   * an attempt is under way. What it, or that attempt, brings beyond what is due by then becomes balance.
   */
  createPayment(user_id: Id, invoice_id: Id, body: NewPayment, options: CallOptions = {}): Promise<Payment> {
    return this.call<Payment>('POST', `/invoices/${encodeURIComponent(user_id)}/${encodeURIComponent(invoice_id)}/payments`, { body }, options)
  }

  /** Credit notes. */
  listCreditNotes(query: ListCreditNotesQuery = {}, options: CallOptions = {}): Paged<CreditNote> {
    return this.list<CreditNote>('/credit_notes', query, options)
  }

  /**
   * Credit an invoice. All that is left of it, an amount spread over what is left of its lines, or amounts for lines; as the lines are, with
   * tax or without. It goes first off what is due, the rest to the user's balance or, with `credit_to: "refund"`, back to the card: of the
   * invoice's payments, newest first, as far as they have not been refunded; what cannot go back, or fails to, becomes balance. What is
   * credited stays billed: no later run bills it again.
   */
  createCreditNote(body: NewCreditNote, options: CallOptions = {}): Promise<CreditNote> {
    return this.call<CreditNote>('POST', '/credit_notes', { body }, options)
  }

  /** One credit note. */
  getCreditNote(id: string, options: CallOptions = {}): Promise<CreditNote> {
    return this.call<CreditNote>('GET', `/credit_notes/${encodeURIComponent(id)}`, {}, options)
  }

  /** List the user's one-off items. */
  listItems(id: Id, query: ListItemsQuery = {}, options: CallOptions = {}): Paged<Item> {
    return this.list<Item>(`/users/${encodeURIComponent(id)}/items`, query, options)
  }

  /**
   * Charge something once. `"bill": "now"` puts it on an invoice of its own at once. `"next"`: it goes on the next invoice of its currency
   * that a run makes for the user. A run that ends the last subscription of that currency bills it in any case; for a user without one it
   * waits for a generate, or for a new subscription.
   */
  createItem(id: Id, body: NewItem, options: CallOptions = {}): Promise<Item> {
    return this.call<Item>('POST', `/users/${encodeURIComponent(id)}/items`, { body }, options)
  }

  /** Get a one-off item. */
  getItem(id: Id, item_id: string, options: CallOptions = {}): Promise<Item> {
    return this.call<Item>('GET', `/users/${encodeURIComponent(id)}/items/${encodeURIComponent(item_id)}`, {}, options)
  }

  /** Delete a one-off item that is not billed. One on a void invoice is not billed. */
  deleteItem(id: Id, item_id: string, options: CallOptions = {}): Promise<void> {
    return this.call<void>('DELETE', `/users/${encodeURIComponent(id)}/items/${encodeURIComponent(item_id)}`, {}, options)
  }

  /** The user's credits. */
  getBalance(id: Id, options: CallOptions = {}): Promise<Balance[]> {
    return this.call<Balance[]>('GET', `/users/${encodeURIComponent(id)}/balance`, {}, options)
  }

  /** What the balance is made of. */
  listCredits(id: Id, query: ListCreditsQuery = {}, options: CallOptions = {}): Paged<Credit> {
    return this.list<Credit>(`/users/${encodeURIComponent(id)}/credits`, query, options)
  }

  /** Give the user credit. It pays open invoices at once, oldest first, and then new ones. */
  createCredit(id: Id, body: NewCredit, options: CallOptions = {}): Promise<Credit> {
    return this.call<Credit>('POST', `/users/${encodeURIComponent(id)}/credits`, { body }, options)
  }

  /** End what is left of a credit. */
  endCredit(id: Id, credit_id: string, options: CallOptions = {}): Promise<void> {
    return this.call<void>('DELETE', `/users/${encodeURIComponent(id)}/credits/${encodeURIComponent(credit_id)}`, {}, options)
  }

  /**
   * What the user can be charged by. As the payment provider of `BILLING_PROVIDER` has it at this moment, all of it. The user is charged by
   * the one that is the `default`.
   */
  listPaymentMethods(id: Id, options: CallOptions = {}): Promise<PaymentMethod[]> {
    return this.call<PaymentMethod[]>('GET', `/users/${encodeURIComponent(id)}/payment_methods`, {}, options)
  }

  /**
   * Charge the user by another payment method. Takes a payment method that the provider knows for the user's, and makes it the one that is
   * charged (`payment_method` of the user, which may as well be set with `PATCH /users/{id}`; then the provider is not asked about it). Every
   * open invoice that is charged by itself is due at once, uncollected ones too, and its schedule begins anew.
   */
  createPaymentMethod(id: Id, body: NewPaymentMethod, options: CallOptions = {}): Promise<PaymentMethod> {
    return this.call<PaymentMethod>('POST', `/users/${encodeURIComponent(id)}/payment_methods`, { body }, options)
  }

  /** Take a payment method from the user. The provider charges it no more. Where it was the default, the user has none afterwards. */
  deletePaymentMethod(id: Id, method: string, options: CallOptions = {}): Promise<void> {
    return this.call<void>('DELETE', `/users/${encodeURIComponent(id)}/payment_methods/${encodeURIComponent(method)}`, {}, options)
  }

  /**
   * A link where the customer enters a card. At the provider, so that no card's number comes here. The payment method that comes of it becomes
   * the user's default by itself, as with `POST /users/{id}/payment_methods`; the provider is asked about it until something has come of it.
   * With the stub it leads right back, and within a minute of billing's clock the user has `stub_ok`.
   */
  setUpPaymentMethod(id: Id, body: NewPaymentSetup, options: CallOptions = {}): Promise<PaymentSetup> {
    return this.call<PaymentSetup>('POST', `/users/${encodeURIComponent(id)}/payment_methods/setup`, { body }, options)
  }

  /**
   * Say what came of a payment of unknown outcome. Ends a pending attempt or refund, whatever it waits for, as though its provider had said
   * so: after a look at the provider's own books. A charge that `failed` was declined, softly; one that waits for its customer is canceled at
   * the provider first; a refund that `failed` becomes balance. The reason is kept with the payment.
   */
  resolvePayment(id: string, body: PaymentResolution, options: CallOptions = {}): Promise<Payment> {
    return this.call<Payment>('POST', `/payments/${encodeURIComponent(id)}/resolve`, { body }, options)
  }

  /** Payments, attempted and recorded, and refunds. */
  listPayments(query: ListPaymentsQuery = {}, options: CallOptions = {}): Paged<Payment> {
    return this.list<Payment>('/payments', query, options)
  }

  /**
   * What the payments of a filter come to. How many `GET /payments` gives for the same filters, and the sums of those that succeeded by
   * currency. Beyond 100,000 payments nothing is summed up.
   */
  sumUpPayments(query: SumUpPaymentsQuery = {}, options: CallOptions = {}): Promise<PaymentTotals> {
    return this.call<PaymentTotals>('GET', '/payments/totals', { query }, options)
  }

  /**
   * What has happened, oldest first. Each change of state is an event, numbered without gaps once it is there for good: whoever has read up to
   * `sequence` n has missed nothing up to n. So a copy of what is here is kept by reading on from the last sequence seen, with `wait` as soon
   * as something happens, and never needs a webhook. Events are kept 90 days (`BILLING_EVENTS_DAYS`). `data.object` is what it is about as GET
   * shows it *now*, not then: an event says that one should look, and what one sees.
   */
  listEvents(query: ListEventsQuery = {}, options: CallOptions = {}): Paged<Event> {
    return this.list<Event>('/events', query, options)
  }

  /** Who is sent events. */
  listWebhookEndpoints(query: ListWebhookEndpointsQuery = {}, options: CallOptions = {}): Paged<WebhookEndpoint> {
    return this.list<WebhookEndpoint>('/webhook_endpoints', query, options)
  }

  /**
   * Have events sent somewhere. It is sent what happens from now on, signed by [Standard Webhooks](https://www.standardwebhooks.com): verify
   * `webhook-signature` with the `secret` of this answer, which is shown here only. A delivery has succeeded when it is answered 2xx within 15
   * seconds. Else it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h; `Retry-After` is heeded, redirects are not
   * followed, 410 stops all. As long as nothing fails deliveries arrive in the order of `sequence`; each at least once, with the same
   * `webhook-id`.
   */
  createWebhookEndpoint(body: NewWebhookEndpoint, options: CallOptions = {}): Promise<NewlyMadeWebhookEndpoint> {
    return this.call<NewlyMadeWebhookEndpoint>('POST', '/webhook_endpoints', { body }, options)
  }

  /** One endpoint. */
  getWebhookEndpoint(id: Id, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.call<WebhookEndpoint>('GET', `/webhook_endpoints/${encodeURIComponent(id)}`, {}, options)
  }

  /**
   * Change an endpoint. What is left out stays. `active: false` stops sending; `active: true` goes on where it stopped, also where it was
   * disabled: nothing is left out.
   */
  updateWebhookEndpoint(id: Id, body: WebhookEndpointPatch, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.call<WebhookEndpoint>('PATCH', `/webhook_endpoints/${encodeURIComponent(id)}`, { body }, options)
  }

  /** Send no more to an endpoint. */
  deleteWebhookEndpoint(id: Id, options: CallOptions = {}): Promise<void> {
    return this.call<void>('DELETE', `/webhook_endpoints/${encodeURIComponent(id)}`, {}, options)
  }

  /**
   * Give an endpoint a new secret. The one before signs as well for 24 hours: `webhook-signature` has two signatures then, and one that fits
   * is enough.
   */
  rotateWebhookSecret(id: Id, options: CallOptions = {}): Promise<NewlyMadeWebhookEndpoint> {
    return this.call<NewlyMadeWebhookEndpoint>('POST', `/webhook_endpoints/${encodeURIComponent(id)}/rotate_secret`, {}, options)
  }

  /** Send events once more. Those of its types from one sequence to another, 100,000 at most. */
  replayWebhookEvents(id: Id, body: WebhookReplay, options: CallOptions = {}): Promise<WebhookReplayed> {
    return this.call<WebhookReplayed>('POST', `/webhook_endpoints/${encodeURIComponent(id)}/replay`, { body }, options)
  }

  /**
   * Send a test. An event of type `webhook_endpoint.test`, without a sequence. It is sent at once, and GET of the delivery tells what came of
   * it.
   */
  testWebhookEndpoint(id: Id, options: CallOptions = {}): Promise<WebhookDelivery> {
    return this.call<WebhookDelivery>('POST', `/webhook_endpoints/${encodeURIComponent(id)}/test`, {}, options)
  }

  /**
   * What was sent to an endpoint, and what came of it. Events that it has not been sent yet are no deliveries: `waiting` of the endpoint
   * counts them.
   */
  listWebhookDeliveries(id: Id, query: ListWebhookDeliveriesQuery = {}, options: CallOptions = {}): Paged<WebhookDelivery> {
    return this.list<WebhookDelivery>(`/webhook_endpoints/${encodeURIComponent(id)}/deliveries`, query, options)
  }

  /** One delivery, with what is sent. */
  getWebhookDelivery(id: Id, options: CallOptions = {}): Promise<WebhookDeliveryDetail> {
    return this.call<WebhookDeliveryDetail>('GET', `/deliveries/${encodeURIComponent(id)}`, {}, options)
  }

  /** Send a delivery again at once. Whatever has become of it. */
  retryWebhookDelivery(id: Id, options: CallOptions = {}): Promise<WebhookDelivery> {
    return this.call<WebhookDelivery>('POST', `/deliveries/${encodeURIComponent(id)}/retry`, {}, options)
  }

  /**
   * What customers' banks say against payments. A dispute changes nothing that is owed or due. The provider takes what there is to say against
   * it, on its own pages, until `respond_by`.
   */
  listDisputes(query: ListDisputesQuery = {}, options: CallOptions = {}): Paged<Dispute> {
    return this.list<Dispute>('/disputes', query, options)
  }

  /**
   * An event of Stripe's. For Stripe, which signs what it sends. An event is a doorbell: it is kept once, however often it comes, and then
   * Stripe is asked what became of the thing that it names. Events that concern nothing here are answered alike. An `Idempotency-Key` is
   * ignored.
   */
  receiveStripeEvent(body: StripeEvent, options: CallOptions = {}): Promise<Received> {
    return this.call<Received>('POST', '/webhooks/stripe', { body }, options)
  }

  /** What was changed, by whom. */
  listAudit(query: ListAuditQuery = {}, options: CallOptions = {}): Paged<AuditEvent> {
    return this.list<AuditEvent>('/audit', query, options)
  }

  /** Who asks, and what they may do. */
  getMe(options: CallOptions = {}): Promise<Me> {
    return this.call<Me>('GET', '/me', {}, options)
  }

  /**
   * Exchange a key for a session. For browsers: the answer sets the cookie `billing_session`, which no script can read and no other site can
   * use. The session may do what the key may; it ends with `DELETE /session`, when the key is revoked, and after 12 hours in which it was not
   * used. A key of scope `ingest` gets none (403), nor does another site's page. An `Idempotency-Key` is ignored here: the answer is a secret,
   * and is not kept.
   */
  signIn(body: SignIn, options: CallOptions = {}): Promise<Me> {
    return this.call<Me>('POST', '/session', { body }, options)
  }

  /** End the session. Does nothing where there is none. */
  signOut(options: CallOptions = {}): Promise<void> {
    return this.call<void>('DELETE', '/session', {}, options)
  }

  /** What time it is. */
  getClock(options: CallOptions = {}): Promise<Clock> {
    return this.call<Clock>('GET', '/clock', {}, options)
  }

  /**
   * Let time pass (simulated clock only). Give either `days` or `to`. The clock walks there from one due instant to the next (roll-overs,
   * payment attempts and their retries) and the answer comes only when nothing that fell due is left undone. Never backwards (422).
   */
  advanceClock(body: ClockAdvance, options: CallOptions = {}): Promise<ClockAdvanced> {
    return this.call<ClockAdvanced>('POST', '/clock/advance', { body }, options)
  }

  /** The business at a glance. */
  getStats(options: CallOptions = {}): Promise<Stats> {
    return this.call<Stats>('GET', '/stats', {}, options)
  }

  /** What was invoiced and paid, over time. */
  getRevenue(query: GetRevenueQuery = {}, options: CallOptions = {}): Promise<RevenuePoint[]> {
    return this.call<RevenuePoint[]>('GET', '/stats/revenue', { query }, options)
  }

  /** What all users used, over time. */
  getUsageTotals(query: GetUsageTotalsQuery = {}, options: CallOptions = {}): Promise<UsagePoint[]> {
    return this.call<UsagePoint[]>('GET', '/stats/usage', { query }, options)
  }

  /**
   * The parts of the system, and what waits. The processes announce themselves in Redis, each every few seconds; one that has not been heard
   * of for 10 seconds is not listed. While Redis is away the lists that come from it are empty.
   */
  getSystem(options: CallOptions = {}): Promise<SystemState> {
    return this.call<SystemState>('GET', '/system', {}, options)
  }

  /** Is the process alive. Touches nothing, needs no key. */
  getHealth(options: CallOptions = {}): Promise<Health> {
    return this.call<Health>('GET', '/healthz', {}, options)
  }

  /**
   * Can it serve. Asks PostgreSQL and Redis, and names the one that is down. Without Redis everything works, some of it slower: that is
   * `degraded`, and still 200. Needs no key.
   */
  getReadiness(options: CallOptions = {}): Promise<Readiness> {
    return this.call<Readiness>('GET', '/readyz', {}, options)
  }

  /** Metrics for Prometheus. Requests and their latencies, the queue's depth and lag, invoices and payments. Needs `read` once keys exist. */
  getMetrics(options: CallOptions = {}): Promise<string> {
    return this.call<string>('GET', '/metrics', {}, options)
  }
}
