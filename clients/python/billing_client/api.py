"""Made from openapi.yaml by script/openapi_to_clients: change that, and run it again."""

# ruff: noqa: E501
from __future__ import annotations

from typing import Literal, NotRequired, Optional, TypedDict, Union, cast

from .core import Core, Paged, quote


# A UUIDv7; in lower case wherever it is answered.
Id = str


# RFC 3339 in UTC, ending in `Z`.
Instant = str


# RFC 3339 in UTC, ending in `Z`, or null.
NullableInstant = Optional[str]


# A UTC day, from 1970-01-01 on.
Day = str


# Minor units of the currency.
Cents = int


# ISO 4217.
Currency = str


# An exact decimal in the major unit, in its shortest form.
Decimal = str


# Decimal text in the currency's major unit; up to 15 digits before the point and 12 after it.
Price = str


PlanCode = str


Metric = str


Interval = Literal["day", "week", "month", "year"]


ChargeModel = Literal["per_unit", "graduated", "volume", "package"]


# `scheduled`: not begun. `past_due`: still live, still rolling over and billing, with an invoice uncollected. `paused`: on days that owe no base fee.
SubscriptionStatus = Literal["scheduled", "trialing", "active", "past_due", "paused", "canceled"]


ListFormat = Literal["json", "csv"]


# A file for spreadsheets (RFC 4180).
CsvFile = str


InvoiceLineKind = Literal["base", "usage", "minimum", "item"]


InvoiceStatus = Literal["open", "paid", "void"]


# `subscription`: what periods owe; `one_off`: items of their own only.
InvoiceKind = Literal["subscription", "one_off"]


# `correction`: less is owed than was billed. `goodwill`: forgiven; it stays billed.
CreditNoteKind = Literal["correction", "goodwill"]


# Where it comes from: a credit note, `POST /users/{id}/credits`, what a payment paid beyond what was due.
CreditSource = Literal["credit_note", "credit", "overpayment", "failed_refund"]


# Charged by the schedule; charged as a person asked; money that came in some other way; what a credit note gives back of a charge.
PaymentKind = Literal["scheduled", "manual", "recorded", "refund"]


PaymentStatus = Literal["pending", "succeeded", "failed"]


# Not tried yet (nor ever by itself where there is a `due_on`); tried and to be tried again; given up (pay by hand); nothing left to do.
InvoiceCollection = Literal["pending", "retrying", "uncollected", "done"]


# Gapless within its year.
InvoiceNumber = str


# Metric → the quantities to rate. Each metric needs its charge; the server chooses for those that are not here.
PreviewQuantities = dict[str, list[int]]


# When a period's base fee is billed: when it is over, or on its first day.
BillingTime = Literal["arrears", "advance"]


MigrationStatus = Literal["running", "done", "stopped"]


Code = str


# From 0 to 100 with up to 4 decimals, as text.
Percentage = str


# ISO 3166-1, two letters.
Country = str


TaxStatus = Literal["taxable", "exempt", "reverse_charge"]


# `automatic`: invoices are charged by themselves. `manual`: they are not, and are to be paid within `net_days`; `POST …/pay` charges one by hand.
UserCollection = Literal["automatic", "manual"]


# Your own notes, at most 50 in all; null removes one.
MetadataPatch = Optional[dict[str, str]]


# `base`, `minimum`, `usage` (of every metric) or `usage:<metric>`
CouponItem = str


GoodwillReason = Literal["goodwill", "duplicate", "product_unsatisfactory", "uncollectible", "other"]


# Your own notes, each under a name of at most 64 characters; billing does not look at them.
Metadata = dict[str, str]


# `now` bills at once what days in advance of the current period owe more; else it is on the next invoice.
InvoiceWhen = Literal["next", "now"]


CancelAt = Literal["now", "period_end"]


# Where what is credited beyond what is due goes: to the user's balance, or back to the card as far as that can be. Of a cancel it holds for all that
# is credited once the subscription has ended.
CreditTo = Literal["balance", "refund"]


# `refused` only with `?partial=true`.
EventStatus = Literal["accepted", "duplicate", "refused"]


# `correction`: one of a day, without an event.
UsageEntryKind = Literal["event", "correction"]


# Currency → what the invoices come to less the credit notes; below zero when these are more.
TotalsByCurrency = dict[str, int]


PreviewAction = Literal["subscribe", "change", "pause", "resume", "cancel"]


# Gapless within its year.
CreditNoteNumber = str


# Of a correction: what the line's item owes now, with the members of an invoice line's explanation.
CreditExplanation = dict[str, object]


# On an invoice of its own at once, or on the next one.
ItemBill = Literal["now", "next"]


# Metric → the quantity that this invoice newly covers.
InvoiceUsage = dict[str, int]


PaymentDecline = Literal["soft", "hard"]


PaymentEnd = Literal["succeeded", "failed"]


EventType = Literal["user.created", "user.updated", "user.anonymized", "subscription.created", "subscription.updated", "subscription.paused", "subscription.resumed", "subscription.canceled", "subscription.past_due", "subscription.active", "subscription.trial_ending", "invoice.created", "invoice.paid", "invoice.voided", "invoice.overdue", "invoice.uncollected", "payment.succeeded", "payment.failed", "payment.action_required", "payment.refunded", "payment.disputed", "credit_note.created", "balance.changed"]


# `disabled`: nothing has reached it for five days, or it answered 410.
WebhookEndpointStatus = Literal["active", "inactive", "disabled"]


WebhookDeliveryStatus = Literal["pending", "succeeded", "failed"]


WebhookDeliveryKind = Literal["event", "replay", "test"]


# `closed`: it came to nothing, as most warnings do.
DisputeStatus = Literal["needs_response", "under_review", "won", "lost", "closed"]


AuditEntity = Literal["user", "plan", "subscription", "invoice", "payment", "credit_note", "credit", "usage_correction", "tax_rate", "settings", "coupon", "item", "webhook_endpoint"]


SessionScope = Literal["read", "write", "admin"]


# - `invoice_issued`: a new invoice, as a PDF - `payment_failed`: a charge was declined and is tried again, or waits for its customer -
# `payment_succeeded`: a charge went through, or money was recorded - `trial_ending`: in three days - `card_needed`: a charge was declined and is not
# tried again with that payment method
EmailKind = Literal["invoice_issued", "payment_failed", "payment_succeeded", "trial_ending", "card_needed"]


# - `pending`: to be sent, at once or at `next_attempt_at` - `sent`: the mail server has taken it on - `refused`: the mail server refused it for good
# - `given_up`: it could not be sent for three days - `unknown`: the mail server may have taken it on, and no answer came; it is not sent again -
# `canceled`: when it was to be sent there was nothing to tell any more
EmailStatus = Literal["pending", "sent", "refused", "given_up", "unknown", "canceled"]


StatsInterval = Literal["day", "week", "month"]


StoreState = Literal["ok", "down"]


ProcessRole = Literal["serve", "work", "schedule", "run"]


Health = Literal["ok"]


ReadinessStatus = Literal["ready", "degraded", "unavailable"]


class ListedLine(TypedDict):
    """A line and what its invoice is. Its explanation is on the invoice."""

    id: Id
    invoice_id: Id
    invoice_number: InvoiceNumber
    invoice_status: InvoiceStatus
    user_id: Id
    kind: InvoiceLineKind
    # What it bills: `base`, `usage:<metric>`, `minimum`, `item:<id>`.
    item: str
    # Counts the lines of the subscription's period and item.
    sequence: int
    # Null, as the plan and the period, of an item that somebody added.
    subscription_id: str | None
    plan_code: str | None
    # Of the plan.
    version: int | None
    # Of `usage`; else null.
    metric: str | None
    # The period that the line bills; an earlier one than the invoice's for what came late.
    period_start: str | None
    period_end: str | None
    quantity: int
    currency: Currency
    # Negative when what is owed has fallen.
    amount_cents: int
    # What discounts took, for information.
    discount_cents: int
    # Whether the amount holds its tax.
    tax_inclusive: bool
    # Its share of the invoice's tax.
    tax_cents: int
    # What credit notes took off it.
    credited_cents: int
    # For a person.
    description: str
    # When its invoice was made.
    created_at: Instant


class NewPlanMembers(TypedDict):
    # For people. Default: the code.
    name: NotRequired[str]
    # The base fee of one period.
    amount_cents: int
    # An active ISO 4217 code. Default: "USD".
    currency: NotRequired[Currency]
    # Default: "month".
    interval: NotRequired[Interval]
    # A period is so many intervals: at most 3650 days, 520 weeks, 120 months or 10 years. Default: 1.
    interval_count: NotRequired[int]
    # Default: 0.
    trial_days: NotRequired[int]
    # Default: "arrears".
    bill_in: NotRequired[BillingTime]
    # Its prices hold their tax. Default: false.
    tax_inclusive: NotRequired[bool]
    # What a full period comes to at least. Default: 0.
    minimum_cents: NotRequired[int]
    # Default: true.
    active: NotRequired[bool]
    # At most one a metric. Default: [].
    charges: NotRequired[list[NewCharge]]


class NewPlanCode(TypedDict):
    # Names the plan for ever. `preview` is taken.
    code: PlanCode


class NewPlanPreviewMembers(TypedDict):
    code: NotRequired[PlanCode]
    quantities: NotRequired[PreviewQuantities]


class PlanPatch(TypedDict):
    name: NotRequired[str]
    active: NotRequired[bool]


# What a metric is to cost.
NewCharge = Union["NewPerUnitCharge", "NewGraduatedCharge", "NewVolumeCharge", "NewPackageCharge"]


class NewPerUnitCharge(TypedDict):
    """Each unit at the same price."""

    metric: Metric
    model: Literal["per_unit"]
    # Units that come off the quantity first. Default: 0.
    included: NotRequired[int]
    unit_price: Price


class NewGraduatedCharge(TypedDict):
    """Each unit at the price of the tier it falls in."""

    metric: Metric
    model: Literal["graduated"]
    # Units that come off the quantity first. Default: 0.
    included: NotRequired[int]
    # Bounds rise strictly; the last one, and only it, is null.
    tiers: list[NewTier]


class NewVolumeCharge(TypedDict):
    """All units at the price of the tier that the quantity reaches."""

    metric: Metric
    model: Literal["volume"]
    # Units that come off the quantity first. Default: 0.
    included: NotRequired[int]
    # Bounds rise strictly; the last one, and only it, is null.
    tiers: list[NewTier]


class NewPackageCharge(TypedDict):
    """Started blocks of `package_size` units."""

    metric: Metric
    model: Literal["package"]
    # Units that come off the quantity first. Default: 0.
    included: NotRequired[int]
    package_size: int
    package_price: Price


class NewTier(TypedDict):
    # The last unit of the tier (inclusive); null for no limit.
    up_to: int | None
    unit_price: Price
    # Owed once when the tier is entered (graduated) or reached (volume). Default: "0".
    flat_price: NotRequired[Price]


class Plan(TypedDict):
    code: PlanCode
    name: str
    # The newest; the prices here are its.
    version: int
    # The base fee of one period.
    amount_cents: int
    currency: Currency
    interval: Interval
    interval_count: int
    trial_days: int
    bill_in: BillingTime
    # Its prices hold their tax.
    tax_inclusive: bool
    # What a full period comes to at least; 0: nothing.
    minimum_cents: int
    active: bool
    charges: list[Charge]
    created_at: Instant
    updated_at: Instant


class PlanVersion(TypedDict):
    plan_code: PlanCode
    version: int
    # The base fee of one period.
    amount_cents: int
    currency: Currency
    interval: Interval
    interval_count: int
    trial_days: int
    bill_in: BillingTime
    # Its prices hold their tax.
    tax_inclusive: bool
    # What a full period comes to at least; 0: nothing.
    minimum_cents: int
    charges: list[Charge]
    created_at: Instant


class NewPlanVersion(TypedDict):
    # The base fee of one period.
    amount_cents: int
    # Default: "month".
    interval: NotRequired[Interval]
    # As in a new plan. Default: 1.
    interval_count: NotRequired[int]
    # Default: 0.
    trial_days: NotRequired[int]
    # Default: "arrears".
    bill_in: NotRequired[BillingTime]
    # Default: false.
    tax_inclusive: NotRequired[bool]
    # Default: 0.
    minimum_cents: NotRequired[int]
    # At most one a metric. Default: [].
    charges: NotRequired[list[NewCharge]]


class NewPlanMigration(TypedDict):
    to_version: int
    # Only terms with these; left out: all others.
    from_versions: NotRequired[list[int]]
    # `period_end`, each subscription's own; or a day, at most 366 days from today.
    at: str
    # Whether customers keep their own prices. Default: true.
    keep_overrides: NotRequired[bool]


class PlanMigrationMembers(TypedDict):
    id: Id
    plan_code: PlanCode
    to_version: int
    # Null: all others.
    from_versions: list[int] | None
    # `period_end` or a day.
    at: str
    keep_overrides: bool
    status: MigrationStatus
    # Subscriptions with something to change.
    matched: int
    changed: int
    failed: int
    created_at: Instant
    updated_at: Instant


class MigrationFailure(TypedDict):
    subscription_id: Id
    # The code of the problem that a change would have had, and what it says.
    problem: str


class PlanMigrationFailures(TypedDict):
    failures: list[MigrationFailure]


# What a metric costs. All members are written out, the defaults too.
Charge = Union["PerUnitCharge", "GraduatedCharge", "VolumeCharge", "PackageCharge"]


class PerUnitCharge(TypedDict):
    """Each unit at the same price."""

    metric: Metric
    model: Literal["per_unit"]
    included: int
    unit_price: Decimal


class GraduatedCharge(TypedDict):
    """Each unit at the price of the tier it falls in."""

    metric: Metric
    model: Literal["graduated"]
    included: int
    tiers: list[Tier]


class VolumeCharge(TypedDict):
    """All units at the price of the tier that the quantity reaches."""

    metric: Metric
    model: Literal["volume"]
    included: int
    tiers: list[Tier]


class PackageCharge(TypedDict):
    """Started blocks of `package_size` units."""

    metric: Metric
    model: Literal["package"]
    included: int
    package_size: int
    package_price: Decimal


class Tier(TypedDict):
    # The last unit of the tier (inclusive); null for no limit.
    up_to: int | None
    unit_price: Decimal
    flat_price: Decimal


class PlanPreview(TypedDict):
    currency: Currency
    # The base fee of one period.
    amount_cents: int
    charges: list[ChargePreview]


class ChargePreview(TypedDict):
    metric: Metric
    # In rising quantity, each once.
    points: list[PreviewPoint]


class PreviewPoint(TypedDict):
    # A whole period's usage.
    quantity: int
    # What it costs, rounded once, as an invoice line is.
    amount_cents: int
    explanation: UsageExplanation


class NewAddress(TypedDict):
    line1: NotRequired[str]
    line2: NotRequired[str]
    city: NotRequired[str]
    state: NotRequired[str]
    postal_code: NotRequired[str]
    country: NotRequired[Country]


class Address(TypedDict):
    line1: str | None
    line2: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None


class NewUser(TypedDict):
    # `dot-atom@domain`: 1 to 64 octets before the `@`, 254 in all; a domain of at least two labels of letters, digits and inner hyphens, the last one
    # not all digits. Letters of any script; no quoted form, no address literal.
    email: str
    name: NotRequired[str | None]
    # Your own name of the user, unique.
    external_id: NotRequired[str | None]
    phone: NotRequired[str | None]
    address: NotRequired[NewAddress | None]
    tax_id: NotRequired[str | None]
    # Default: "taxable".
    tax_status: NotRequired[TaxStatus]
    # A language tag (BCP 47) for documents and mails. Default: "en".
    language: NotRequired[str]
    # Default: "automatic".
    collection: NotRequired[UserCollection]
    # With manual collection: from issue to due. Default: 30.
    net_days: NotRequired[int]
    metadata: NotRequired[MetadataPatch]
    # A token of the payment provider's; never card data.
    payment_method: NotRequired[str]


class UserPatch(TypedDict):
    email: NotRequired[str]
    name: NotRequired[str | None]
    # Your own name of the user, unique.
    external_id: NotRequired[str | None]
    phone: NotRequired[str | None]
    address: NotRequired[NewAddress | None]
    tax_id: NotRequired[str | None]
    # Default: "taxable".
    tax_status: NotRequired[TaxStatus]
    # A language tag (BCP 47) for documents and mails. Default: "en".
    language: NotRequired[str]
    # Default: "automatic".
    collection: NotRequired[UserCollection]
    # With manual collection: from issue to due. Default: 30.
    net_days: NotRequired[int]
    metadata: NotRequired[MetadataPatch]
    # A token of the payment provider's; never card data.
    payment_method: NotRequired[str | None]


class User(TypedDict):
    id: Id
    # As it was sent.
    email: str
    name: str | None
    # Your own name of the user.
    external_id: str | None
    phone: str | None
    address: Address | None
    tax_id: str | None
    tax_status: TaxStatus
    language: str
    collection: UserCollection
    net_days: int
    metadata: Metadata
    # A token of the payment provider's; never card data.
    payment_method: str | None
    anonymized_at: NullableInstant
    created_at: Instant
    updated_at: Instant


class AppliesTo(TypedDict):
    # Only subscriptions to these.
    plans: NotRequired[list[PlanCode]]
    # Only of these.
    items: NotRequired[list[CouponItem]]


class NewCoupon(TypedDict):
    # Letters, digits, `-` and `_`; compared in any letter case.
    code: str
    name: NotRequired[str]
    # Above 0; this or `amount_cents`.
    percent: NotRequired[Percentage]
    # A period.
    amount_cents: NotRequired[int]
    # Of the amount.
    currency: NotRequired[Currency]
    applies_to: NotRequired[AppliesTo]
    # `once`, `forever`, or `{"periods": 3}`: periods that are no trial.
    duration: object
    # The last day.
    redeem_by: NotRequired[Day]
    max_redemptions: NotRequired[int]
    max_per_user: NotRequired[int]


class CouponPatch(TypedDict):
    active: NotRequired[bool]
    name: NotRequired[str | None]


class CouponScope(TypedDict):
    plans: list[PlanCode] | None
    items: list[CouponItem] | None


class Coupon(TypedDict):
    id: Id
    code: str
    name: str | None
    percent: str | None
    amount_cents: int | None
    currency: str | None
    applies_to: CouponScope
    # `once`, `forever`, or `{"periods": 3}`.
    duration: object
    redeem_by: str | None
    max_redemptions: int | None
    max_per_user: int | None
    redemptions: int
    active: bool
    created_at: Instant
    updated_at: Instant


class NewDiscount(TypedDict):
    # Its code.
    coupon: str


class Discount(TypedDict):
    id: Id
    coupon: str
    percent: str | None
    amount_cents: int | None
    added_on: Day
    # null: forever.
    periods: int | None
    # The first day on which it holds no more, once that is known.
    ends_on: str | None


class NewCreditNoteLine(TypedDict):
    line_id: Id
    amount_cents: int


class NewCreditNote(TypedDict):
    user_id: Id
    invoice_id: Id
    # Spread over what is left of the lines. Not together with `lines`; neither: all that is left.
    amount_cents: NotRequired[int]
    lines: NotRequired[list[NewCreditNoteLine]]
    reason: GoodwillReason
    memo: NotRequired[str]
    # Default: "balance".
    credit_to: NotRequired[CreditTo]


class NewTaxRate(TypedDict):
    code: Code
    # As documents say it.
    name: str
    percent: Percentage
    country: NotRequired[Country]


class TaxRatePatch(TypedDict):
    active: NotRequired[bool]


class TaxRate(TypedDict):
    id: Id
    code: Code
    name: str
    percent: Percentage
    # null: of users whose country has no rate of its own.
    country: str | None
    active: bool
    created_at: Instant
    updated_at: Instant


class SettingsPatch(TypedDict):
    name: NotRequired[str | None]
    address: NotRequired[NewAddress | None]
    tax_id: NotRequired[str | None]
    email: NotRequired[str | None]
    footer: NotRequired[str | None]
    # A PNG of at most 100 kB, in base64.
    logo: NotRequired[str | None]


class Settings(TypedDict):
    # Rises with every change.
    version: int
    name: str | None
    address: Address | None
    tax_id: str | None
    email: str | None
    footer: str | None
    logo: str | None
    updated_at: Instant


class DocumentTax(TypedDict):
    """What a document says of one rate. Exclusive: tax = round(Σ net of the lines × percent), on top of them. Inclusive: a share of Σ gross − round(Σ
    gross ÷ (1 + Σ percents)).
    """

    code: Code
    name: str
    percent: Percentage
    # Whether it is of the lines that hold their tax.
    inclusive: bool
    net_cents: int
    tax_cents: int


class Buyer(TypedDict):
    """The user as it was."""

    name: str | None
    email: str
    phone: str | None
    address: Address | None
    tax_id: str | None
    tax_status: TaxStatus
    language: str


class Seller(TypedDict):
    """The seller as it was."""

    name: str | None
    address: Address | None
    tax_id: str | None
    email: str | None
    footer: str | None


class NewSubscription(TypedDict):
    user_id: Id
    plan_code: PlanCode
    # Of the plan; left out: its newest.
    version: NotRequired[int]
    # Multiplies the base fee: seats. Default: 1.
    quantity: NotRequired[int]
    overrides: NotRequired[NewOverrides]
    # At most 366 days from today, and after the last day of the user's latest subscription to the plan. Left out: as soon as that allows.
    starts_on: NotRequired[Day]
    # Periods begin on that day of the month, or its last; the first one is shorter and owes its share. Only with months and years.
    anchor_day: NotRequired[int]
    # In place of the plan's, also for who had a trial of it before.
    trial_days: NotRequired[int]
    # A coupon's code; it holds from the first period on.
    coupon: NotRequired[str]
    metadata: NotRequired[Metadata]


class NewOverrides(TypedDict):
    """Prices of this customer's own."""

    # The base fee of one unit and full period.
    amount_cents: NotRequired[int]
    # Whole charges, which replace or add to the plan's by metric.
    charges: NotRequired[list[NewCharge]]


class Overrides(TypedDict):
    """Prices of this customer's own; null where there are none."""

    amount_cents: NotRequired[int]
    charges: NotRequired[list[Charge]]


class SubscriptionChange(TypedDict):
    """What is left out stays."""

    plan_code: NotRequired[PlanCode]
    # Of the plan named, or else of the one that holds on the day.
    version: NotRequired[int]
    quantity: NotRequired[int]
    # Set whole; null clears them.
    overrides: NotRequired[NewOverrides | None]
    # `now`, `period_start`, `period_end` or a day. Default: "now".
    at: NotRequired[str]
    # Default: "next".
    invoice: NotRequired[InvoiceWhen]
    # Shown with the term, and on invoice lines.
    reason: NotRequired[str]


class Pause(TypedDict):
    # The first day that is not paused.
    until: NotRequired[Day]


class PendingTerm(TypedDict):
    """The next term that has not begun; null where there is none."""

    at: Day
    plan_code: PlanCode
    version: int
    quantity: int
    overrides: Overrides


SubscriptionTerm = TypedDict("SubscriptionTerm", {"from": "Day", "until": "str | None", "plan_code": "PlanCode", "version": "int", "quantity": "int", "overrides": "Overrides", "reason": "str | None"})


SubscriptionPeriod = TypedDict("SubscriptionPeriod", {"from": "Day", "until": "str", "full_days": "int", "trial": "bool"})


SubscriptionPause = TypedDict("SubscriptionPause", {"from": "Day", "until": "str | None"})


class Cancellation(TypedDict):
    at: CancelAt
    # Of `now`: false keeps the base fee as if it had not ended. Default: true.
    prorate: NotRequired[bool]
    # Default: "balance".
    credit_to: NotRequired[CreditTo]


class SubscriptionMembers(TypedDict):
    id: Id
    user_id: Id
    # And version, quantity and special prices: those of today's term.
    plan_code: PlanCode
    version: int
    quantity: int
    overrides: Overrides
    status: SubscriptionStatus
    # Its first day.
    started_on: Day
    # The day of the month on which periods begin; null where it follows from the start.
    anchor_day: int | None
    current_period_start: Day
    # The first day that is not in the period.
    current_period_end: str
    cancel_at_period_end: bool
    canceled_at: NullableInstant
    # The first paused day of the pause in force or to come.
    paused_from: str | None
    # The first day after it; null: until it is resumed.
    paused_until: str | None
    pending: PendingTerm
    # Those that hold, or will; in the order in which they apply.
    discounts: list[Discount]
    # Owed and not billed yet: beside an open invoice, or below the smallest one.
    waiting_cents: int
    metadata: Metadata
    # Why it could not be billed; it is tried again hourly.
    billing_error: str | None
    created_at: Instant
    updated_at: Instant


class MadeDocuments(TypedDict):
    # The ids of the invoices that the call made, those of periods that were over included.
    invoices: list[Id]
    # The ids of the credit notes that the call made.
    credit_notes: list[Id]


class NewUsageEvent(TypedDict):
    user_id: Id
    metric: Metric
    # At most `BILLING_MAX_QUANTITY`, 10^12 by default.
    quantity: int
    # When it happened, with any offset. Default: now. At most 5 minutes ahead and 366 days back.
    at: NotRequired[str]
    # Your own id for the event. It counts once for the user and metric.
    event_id: NotRequired[str]
    # Whose it is. Left out: of the user's subscriptions that charge the metric on its day, the one made first.
    subscription_id: NotRequired[Id]


class UsageBatch(TypedDict):
    events: list[NewUsageEvent]


class UsageRecorded(TypedDict):
    # True.
    ok: bool


class BatchResult(TypedDict):
    accepted: int
    duplicates: int
    results: list[EventResult]


class EventResult(TypedDict):
    status: EventStatus
    # Why it was refused; only then.
    detail: NotRequired[str]


class UsageDay(TypedDict):
    metric: Metric
    day: Day
    # The sum of the day's events, exactly, however large.
    quantity: int


class NewUsageCorrection(TypedDict):
    user_id: Id
    metric: Metric
    # The event that is corrected.
    event_id: NotRequired[str]
    # What the event counts from now on; without `event_id` what is added to the day.
    quantity: int
    # Without `event_id`: a time of the day.
    at: NotRequired[str]
    # Without `event_id`: the day's usage of that subscription; left out: that of none.
    subscription_id: NotRequired[Id]
    reason: str


class UsageCorrection(TypedDict):
    id: Id
    user_id: Id
    metric: Metric
    event_id: str | None
    subscription_id: str | None
    at: Instant
    quantity: int
    # What the sum of the day changed by.
    delta: int
    reason: str
    created_at: Instant


class UsageEntry(TypedDict):
    id: Id
    kind: UsageEntryKind
    metric: Metric
    # As it was recorded.
    quantity: int
    # What counts of it now.
    counts: int
    at: Instant
    event_id: str | None
    subscription_id: str | None
    # Of a correction.
    reason: str | None
    # Of an event, oldest first: the newest counts.
    corrections: list[UsageCorrection]
    created_at: Instant


class CreditNoteIdentity(TypedDict):
    id: Id
    number: CreditNoteNumber
    # The invoice that it credits.
    invoice_id: Id
    created_at: Instant


class CreditNoteMembers(TypedDict):
    kind: CreditNoteKind
    user_id: Id
    currency: Currency
    # Net of tax.
    subtotal_cents: int
    tax_cents: int
    # By the rates of the invoice: that of all that was credited so far less that of what was credited before.
    taxes: list[DocumentTax]
    buyer: Buyer
    seller: Seller
    # The sum of the lines, and the tax on top of those that do not hold it.
    amount_cents: int
    # Off what was due on the invoice.
    applied_cents: int
    # The rest, which goes to the user's balance.
    to_balance_cents: int
    refund: CreditNoteRefund
    reason: str
    memo: str | None
    lines: list[CreditNoteLine]


class CreditNoteRefund(TypedDict):
    """What goes back to the card; null: nothing. `amount_cents` of the note is `applied_cents`, this and `to_balance_cents`. Each payment that is given
    back of has a refund of its own, in the lists of payments with `kind: "refund"`; here they are told together, by the `id` of the first.
    """

    # Null in a preview.
    id: str | None
    amount_cents: int
    # What of it could not go back: a credit of source `failed_refund`.
    failed_cents: int
    # `pending` until all have ended; `failed` where one did; else `succeeded`.
    status: PaymentStatus


class PreviewedInvoiceIdentity(TypedDict):
    # Always null.
    id: str | None
    # Always null.
    number: str | None
    # Always null.
    created_at: str | None
    # Always null.
    updated_at: str | None


class PreviewedCreditNoteIdentity(TypedDict):
    # Always null.
    id: str | None
    # Always null.
    number: str | None
    # The invoice that it would credit; null: one of this preview.
    invoice_id: str | None
    # Always null.
    created_at: str | None


class InvoicePreview(TypedDict):
    # Oldest first.
    invoices: list[PreviewedInvoice]
    # Oldest first.
    credit_notes: list[PreviewedCreditNote]
    total_cents: TotalsByCurrency


class PreviewChange(TypedDict):
    """The body of a call that is not made: `subscribe` has the members of `POST /subscriptions`, the others a `subscription_id` and those of their
    calls.
    """

    action: PreviewAction
    subscription_id: NotRequired[Id]
    # The user of the preview.
    user_id: NotRequired[Id]
    plan_code: NotRequired[PlanCode]
    version: NotRequired[int]
    quantity: NotRequired[int]
    overrides: NotRequired[NewOverrides | None]
    at: NotRequired[str]
    invoice: NotRequired[InvoiceWhen]
    reason: NotRequired[str]
    until: NotRequired[Day]
    prorate: NotRequired[bool]
    credit_to: NotRequired[CreditTo]
    starts_on: NotRequired[Day]
    anchor_day: NotRequired[int]
    trial_days: NotRequired[int]
    metadata: NotRequired[Metadata]


class NewInvoicePreview(TypedDict):
    user_id: Id
    # `now`, `period_end` or a day, at most 366 days ahead. Default: "now".
    at: NotRequired[str]
    changes: NotRequired[list[PreviewChange]]


class CreditNoteLine(TypedDict):
    id: Id
    # The line of the invoice that it credits.
    line_id: Id
    # That line's.
    description: str
    amount_cents: int
    # Its share of the note's tax.
    tax_cents: int
    explanation: CreditExplanation | None


class Balance(TypedDict):
    currency: Currency
    balance_cents: int


class NewItem(TypedDict):
    # What the customer reads on the invoice.
    description: str
    currency: Currency
    # Before tax; this, or `quantity` and `unit_price`.
    amount_cents: NotRequired[int]
    quantity: NotRequired[int]
    # In the major unit, before tax. The amount is quantity × unit_price, rounded once, and at least one minor unit.
    unit_price: NotRequired[Decimal]
    bill: ItemBill
    # A label.
    subscription_id: NotRequired[Id]


class Item(TypedDict):
    id: Id
    user_id: Id
    description: str
    currency: Currency
    # Before tax.
    amount_cents: int
    quantity: int
    # A decimal in the major unit; null where the amount was given.
    unit_price: str | None
    # A label.
    subscription_id: str | None
    # What bills it; null: nothing does, or an invoice that was voided.
    invoice_id: str | None
    created_at: Instant


class NewCredit(TypedDict):
    amount_cents: int
    currency: Currency
    # It can be used until the day before. Left out: for good.
    expires_on: NotRequired[Day]
    reason: str


class Credit(TypedDict):
    id: Id
    user_id: Id
    amount_cents: int
    currency: Currency
    left_cents: int
    # What invoices took of it.
    used_cents: int
    expires_on: str | None
    source: CreditSource
    # Of sources `credit_note` and `failed_refund`.
    credit_note_id: str | None
    # Of an overpayment: the payment that brought it.
    payment_id: str | None
    # Of source `failed_refund`: of that note, the payment of kind `refund` that failed.
    refund_id: str | None
    reason: str | None
    ended_at: NullableInstant
    created_at: Instant


class InvoiceIdentity(TypedDict):
    id: Id
    number: InvoiceNumber
    created_at: Instant
    updated_at: Instant


class InvoiceMembers(TypedDict):
    user_id: Id
    period_start: Day
    # The first day that is not in the period.
    period_end: str
    kind: InvoiceKind
    # Net of tax.
    subtotal_cents: int
    # What discounts took of its lines, for information.
    discount_cents: int
    tax_cents: int
    taxes: list[DocumentTax]
    buyer: Buyer
    seller: Seller
    # What is to be paid: the sum of the lines, and the tax on top of those that do not hold it.
    amount_cents: int
    # What credit notes took off what was due.
    credited_cents: int
    # What the user's balance paid of it.
    from_balance_cents: int
    # What payments paid of it.
    paid_cents: int
    # What is still to be paid: the amount less what was credited, came from the balance and was paid; 0 of a void one.
    due_cents: int
    # Of a user with manual collection: the day of issue and the net days of then. Null: it is charged by itself.
    due_on: str | None
    # Open, and `due_on` is over: the user's subscriptions on it are past due until it is paid.
    overdue: bool
    currency: Currency
    status: InvoiceStatus
    collection: InvoiceCollection
    next_attempt_at: NullableInstant
    paid_at: NullableInstant
    voided_at: NullableInstant
    usage: InvoiceUsage


class GeneratedInvoiceMembers(TypedDict):
    # The ids of all invoices that this call made.
    generated: list[Id]
    # The ids of the credit notes that this call made.
    credit_notes: list[Id]


class InvoiceDetailMembers(TypedDict):
    lines: list[InvoiceLine]
    # Attempts, and what was recorded; newest first.
    payments: list[Payment]


# `base` is the plan's fee, `usage` a metric, `minimum` what a period owes at the least, `item` something that is owed once. Each has an explanation
# that is enough to compute it again, to the same cent.
InvoiceLine = Union["BaseLine", "UsageLine", "MinimumLine", "ItemLine"]


class BaseLine(TypedDict):
    id: Id
    kind: Literal["base"]
    # What of the period it bills: `base`, `usage:<metric>`, `minimum`.
    item: str
    # Counts the lines of the subscription's period and item.
    sequence: int
    subscription_id: Id
    plan_code: PlanCode
    # Of the plan.
    version: int
    # Always null.
    metric: str | None
    # The period that the line bills; an earlier one than the invoice's for what came late.
    period_start: Day
    period_end: Day
    # Always 1.
    quantity: int
    # Negative when what is owed has fallen.
    amount_cents: int
    # What discounts took, for information.
    discount_cents: int
    # Whether the amount holds its tax.
    tax_inclusive: bool
    # Its share of the invoice's tax.
    tax_cents: int
    # What credit notes took off it.
    credited_cents: int
    # For a person.
    description: str
    explanation: BaseExplanation


class UsageLine(TypedDict):
    id: Id
    kind: Literal["usage"]
    # What of the period it bills: `base`, `usage:<metric>`, `minimum`.
    item: str
    # Counts the lines of the subscription's period and item.
    sequence: int
    subscription_id: Id
    plan_code: PlanCode
    # Of the plan.
    version: int
    metric: Metric
    # The period that the line bills; an earlier one than the invoice's for what came late.
    period_start: Day
    period_end: Day
    # The units that this line newly covers.
    quantity: int
    # Negative when what is owed has fallen.
    amount_cents: int
    # What discounts took, for information.
    discount_cents: int
    # Whether the amount holds its tax.
    tax_inclusive: bool
    # Its share of the invoice's tax.
    tax_cents: int
    # What credit notes took off it.
    credited_cents: int
    # For a person.
    description: str
    explanation: UsageExplanation


class MinimumLine(TypedDict):
    id: Id
    kind: Literal["minimum"]
    # What of the period it bills: `base`, `usage:<metric>`, `minimum`.
    item: str
    # Counts the lines of the subscription's period and item.
    sequence: int
    subscription_id: Id
    plan_code: PlanCode
    # Of the plan.
    version: int
    # Always null.
    metric: str | None
    # The period that the line bills; an earlier one than the invoice's for what came late.
    period_start: Day
    period_end: Day
    # Always 1.
    quantity: int
    # Negative when what is owed has fallen.
    amount_cents: int
    # What discounts took, for information.
    discount_cents: int
    # Whether the amount holds its tax.
    tax_inclusive: bool
    # Its share of the invoice's tax.
    tax_cents: int
    # What credit notes took off it.
    credited_cents: int
    # For a person.
    description: str
    explanation: MinimumExplanation


class ItemLine(TypedDict):
    id: Id
    kind: Literal["item"]
    # `item:<id>`
    item: str
    # Counts the lines of the item: those before it are on void invoices.
    sequence: int
    # Always null.
    subscription_id: str | None
    # Always null.
    plan_code: str | None
    # Always null.
    version: int | None
    # Always null.
    metric: str | None
    # Always null.
    period_start: str | None
    # Always null.
    period_end: str | None
    quantity: int
    amount_cents: int
    # Always 0.
    discount_cents: int
    # Always false.
    tax_inclusive: bool
    # Its share of the invoice's tax.
    tax_cents: int
    # What credit notes took off it.
    credited_cents: int
    # For a person.
    description: str
    explanation: ItemExplanation


class UsageExplanation(TypedDict):
    """owed = rated + rounding; the line's amount = owed − earlier_billed − deferred, exactly. Model, included, billable and steps are those of the last
    segment that has a charge.
    """

    model: ChargeModel
    # All of the metric's usage in the period.
    total_quantity: int
    included: int
    # max(0, total_quantity − included)
    billable: int
    # None when nothing is billable.
    steps: list[RatingStep]
    # What the period's usage costs, exact: the sum of the segments.
    rated: Decimal
    # What the one rounding (half away from zero, to the minor unit) added to `rated`.
    rounding: Decimal
    # What the period owes for the metric. Not in a preview of a plan.
    owed: NotRequired[Decimal]
    # What is owed before discounts, rounded; only where there are some.
    undiscounted: NotRequired[Decimal]
    # What each took, in the order in which they apply: owed = undiscounted − Σ taken.
    discounts: NotRequired[list[DiscountTaken]]
    # Billed before for the same period and metric, less what correction notes took off.
    earlier_billed: Decimal
    # What of the difference is not on this line: negative where a credit note has it.
    deferred: NotRequired[Decimal]
    # In the order of days. Not in a preview of a plan.
    segments: NotRequired[list[UsageSegment]]


# A run of days with one charge for the metric, or with none. amount = after.rated − before.rated.
UsageSegment = TypedDict("UsageSegment", {"from": "Day", "until": "str", "days": "int", "plan_code": "PlanCode", "version": "int", "model": "str | None", "overridden": "bool", "reason": "str | None", "count_before": "int", "count_after": "int", "before": "RatedCount", "after": "RatedCount", "amount": "Decimal"})


class RatedCount(TypedDict):
    """What so many units of a period cost by the segment's charge. The steps sum to `rated`."""

    total_quantity: int
    included: int
    billable: int
    steps: list[RatingStep]
    rated: Decimal


class DiscountTaken(TypedDict):
    coupon: str
    # Of what the ones before it left.
    percent: str | None
    # Of an amount a period: what the items before this one left of it, exactly; a decimal, or a fraction such as "22/3".
    available: str | None
    # By how much the rounded amount fell.
    taken: Decimal


class BaseExplanation(TypedDict):
    """owed = round(Σ over the segments: fee × quantity × (days − paused_days) ÷ of_days); the line's amount = owed − earlier_billed − deferred."""

    # The fee of the last segment.
    amount: Decimal
    # Days charged, of all segments.
    days: int
    # Days of the full period.
    of_days: int
    # The period's base fee.
    owed: Decimal
    # What is owed before discounts, rounded; only where there are some.
    undiscounted: NotRequired[Decimal]
    # What each took, in the order in which they apply: owed = undiscounted − Σ taken.
    discounts: NotRequired[list[DiscountTaken]]
    # Billed before for the same period, less what correction notes took off.
    earlier_billed: Decimal
    # What of the difference is not on this line: days not billed yet; negative where a credit note has it.
    deferred: NotRequired[Decimal]
    # In the order of days.
    segments: list[BaseSegment]


# A run of days of one term.
BaseSegment = TypedDict("BaseSegment", {"from": "Day", "until": "str", "days": "int", "paused_days": "int", "plan_code": "PlanCode", "version": "int", "quantity": "int", "fee": "Decimal", "overridden": "bool", "reason": "str | None"})


class MinimumExplanation(TypedDict):
    """owed = max(0, required − counted); the line's amount = owed − earlier_billed − deferred."""

    # round(Σ over the segments: minimum × (days − paused_days) ÷ of_days)
    required: Decimal
    # Base and usages of the period, each rounded.
    counted: Decimal
    # Days of the full period.
    of_days: int
    owed: Decimal
    # What is owed before discounts, rounded; only where there are some.
    undiscounted: NotRequired[Decimal]
    # What each took, in the order in which they apply: owed = undiscounted − Σ taken.
    discounts: NotRequired[list[DiscountTaken]]
    # Billed before for the same period, less what correction notes took off.
    earlier_billed: Decimal
    # What of the difference is not on this line: negative where a credit note has it.
    deferred: NotRequired[Decimal]
    # In the order of days.
    segments: list[MinimumSegment]


MinimumSegment = TypedDict("MinimumSegment", {"from": "Day", "until": "str", "days": "int", "paused_days": "int", "plan_code": "PlanCode", "version": "int", "minimum": "Decimal"})


class ItemExplanation(TypedDict):
    """amount = quantity × unit_price, exact; the line's amount = owed = amount + rounding."""

    quantity: int
    # A decimal; null where the amount was given.
    unit_price: str | None
    amount: Decimal
    # What the one rounding (half away from zero, to the minor unit) added.
    rounding: Decimal
    owed: Decimal
    # Always 0.
    earlier_billed: Decimal


# amount = quantity × unit_price + flat_price. For a package the quantity counts started packages, and the unit price is the package's.
RatingStep = TypedDict("RatingStep", {"from": "int", "up_to": "int | None", "quantity": "int", "unit_price": "Decimal", "flat_price": "Decimal", "amount": "Decimal"})


class Payment(TypedDict):
    """One attempt: it is written as `pending` before the provider is called with its `attempt_key`, so that a crash in between ends in one charge. Or
    money that came in some other way (`recorded`), which has succeeded as it is written. Or, with kind `refund`, what a credit note gives back of an
    attempt, written before the provider is called likewise. An invoice that was paid stays paid, whatever is refunded of it.
    """

    id: Id
    invoice_id: Id
    user_id: Id
    # Unique with the invoice.
    attempt_key: str
    kind: PaymentKind
    # `manual` of a recorded one.
    provider: str
    # How the provider calls the charge, or the refund; null while it has not answered, or gave none. Of a recorded one its `reference`.
    provider_reference: str | None
    # The user's when the attempt was begun. It stays the attempt's: its key never goes out with another one.
    payment_method: str | None
    # What was charged, or, of a refund, given back.
    amount_cents: int
    # What of it was beyond what was due by then: it became balance, as a credit that names this payment.
    overpaid_cents: int
    # What refunds that have not failed give back of it; 0 of a refund.
    refunded_cents: int
    currency: Currency
    status: PaymentStatus
    # Why a failed one failed: what the provider said; `not_needed` where the invoice was paid in some other way before it was charged;
    # `never_charged` or `canceled` where nothing was charged and another attempt follows. What a pending one waits for, null while it is being made:
    # `unreachable` (nobody knows: its own provider is asked what became of it before anything is charged, with the same `attempt_key`), `processing`
    # (the provider is at it, since `created_at`), `action_required` (the customer has to go to `next_action_url`). Refunds likewise.
    failure_code: str | None
    # Of a failed one that the provider declined: a `soft` decline uses up one of the schedule, after a `hard` one (stolen, closed, no such card)
    # nothing is tried again before the user has another payment method.
    decline: PaymentDecline | None
    # Of a pending one with `action_required`: where the customer authenticates it. It is given up after seven days, and counts as declined.
    next_action_url: str | None
    # Why an operator ended it with `POST /payments/{id}/resolve`.
    resolution: str | None
    # The day on which a recorded one came.
    received_on: str | None
    # Of a refund: the note that gives back.
    credit_note_id: str | None
    # Of a refund: the payment that it gives back of.
    refund_of: str | None
    # When the provider was last asked; of a recorded one, when it was recorded.
    attempted_at: Instant
    created_at: Instant
    updated_at: Instant


class PaymentMethod(TypedDict):
    # The provider's name of it, which a user's `payment_method` holds. Never a card's number.
    payment_method: str
    type: str
    brand: str | None
    last4: str | None
    expiry_month: int | None
    expiry_year: int | None
    # The user is charged by it.
    default: bool


class NewPaymentMethod(TypedDict):
    # The provider's name of it.
    payment_method: str


class NewPaymentSetup(TypedDict):
    # Where the customer is sent afterwards: an absolute URL of http or https.
    return_url: str


class PaymentSetup(TypedDict):
    # For this customer alone, and for a day or so.
    url: str


class PaymentResolution(TypedDict):
    status: PaymentEnd
    # How it is known.
    reason: str


class NewPayment(TypedDict):
    # In the currency of the invoice. Less than is due pays it in part; what is more becomes balance.
    amount_cents: int
    # The day on which it came, not after today, which is the default.
    received_on: NotRequired[str]
    # What was given with it, such as what a bank transfer says.
    reference: NotRequired[str]


class Event(TypedDict):
    id: Id
    # Its place among all events, without gaps.
    sequence: int
    type: EventType
    at: Instant
    # Whose it is.
    user_id: str | None
    data: EventData


# What it is about, as GET shows it now.
EventData = Union["UserEventData", "SubscriptionEventData", "InvoiceEventData", "PaymentEventData", "CreditNoteEventData", "BalanceEventData"]


class UserEventData(TypedDict):
    object_kind: Literal["user"]
    object_id: Id
    # null where it is gone.
    object: User | None


class SubscriptionEventData(TypedDict):
    object_kind: Literal["subscription"]
    object_id: Id
    # null where it is gone.
    object: Subscription | None


class InvoiceEventData(TypedDict):
    object_kind: Literal["invoice"]
    object_id: Id
    # null where it is gone.
    object: InvoiceDetail | None


class PaymentEventData(TypedDict):
    object_kind: Literal["payment"]
    object_id: Id
    # null where it is gone.
    object: Payment | None


class CreditNoteEventData(TypedDict):
    object_kind: Literal["credit_note"]
    object_id: Id
    # null where it is gone.
    object: CreditNote | None


class BalanceEventData(TypedDict):
    object_kind: Literal["balance"]
    # The user's.
    object_id: str
    # What the user can use, by currency.
    object: list[Balance] | None


class NewWebhookEndpoint(TypedDict):
    # http or https, without user and password. On a private address only with BILLING_WEBHOOKS_TO_PRIVATE=1, the default of `billing up`.
    url: str
    # Types of events, `invoice.*` among them; absent or null: all.
    types: NotRequired[list[str] | None]
    description: NotRequired[str]


class WebhookEndpointPatch(TypedDict):
    url: NotRequired[str]
    # null: all.
    types: NotRequired[list[str] | None]
    description: NotRequired[str | None]
    # true also ends being disabled.
    active: NotRequired[bool]


class WebhookEndpointMembers(TypedDict):
    id: Id
    url: str
    # null: all.
    types: list[str] | None
    description: str | None
    active: bool
    status: WebhookEndpointStatus
    disabled_at: NullableInstant
    # Why it was disabled.
    disabled_reason: str | None
    failing_since: NullableInstant
    hold_until: NullableInstant
    previous_secret_until: NullableInstant
    # All events below it were sent, or have a delivery that will be sent again.
    next_sequence: int
    # Events, of any type, from next_sequence on.
    waiting: int
    created_at: Instant
    updated_at: Instant


class WebhookSecretMembers(TypedDict):
    # For a library of Standard Webhooks. Shown here only.
    secret: str


class WebhookReplay(TypedDict):
    from_sequence: int
    # Included; absent: up to the newest.
    to_sequence: NotRequired[int]


class WebhookReplayed(TypedDict):
    deliveries: int


class WebhookEventName(TypedDict):
    id: Id
    sequence: int
    type: EventType


class WebhookAnswer(TypedDict):
    status: int
    # Its beginning, 1 kB at most.
    body: str | None


class WebhookDeliveryMembers(TypedDict):
    id: Id
    endpoint_id: Id
    kind: WebhookDeliveryKind
    # null of a test, and where the event is no longer kept.
    event: WebhookEventName | None
    status: WebhookDeliveryStatus
    attempts: int
    due_at: NullableInstant
    attempted_at: NullableInstant
    took_ms: int | None
    # What the last attempt was answered; null where there was no answer.
    answer: WebhookAnswer | None
    # Why the last attempt does not count.
    error: str | None
    created_at: Instant


class WebhookRequestMembers(TypedDict):
    # The body as it would be sent now; null where the event is no longer kept.
    request: str | None


class Dispute(TypedDict):
    id: Id
    payment_id: Id
    invoice_id: Id
    user_id: Id
    provider: str
    # The provider's own name of it.
    provider_reference: str
    amount_cents: int
    currency: Currency
    status: DisputeStatus
    # In the provider's words.
    reason: str
    # Until when the provider takes what there is to say against it.
    respond_by: str | None
    opened_at: Instant
    created_at: Instant
    updated_at: Instant


class StripeEvent(TypedDict):
    """As Stripe describes it."""

    type: str


class Received(TypedDict):
    received: bool


AuditEvent = TypedDict("AuditEvent", {"id": "Id", "at": "Instant", "actor": "str", "key_id": "str | None", "action": "str", "entity": "AuditEntity", "entity_id": "str", "user_id": "str | None", "from": "str | None", "to": "str | None"})


class Me(TypedDict):
    # As the audit names it: `key:<name>`, or `anonymous` while no key exists.
    actor: str
    scope: SessionScope
    # Whether keys exist. Without any nobody has to sign in.
    keys: bool


class SignIn(TypedDict):
    # An API key.
    key: str


class Stats(TypedDict):
    users: int
    subscriptions: SubscriptionCounts
    invoices: InvoiceCounts
    payments: PaymentCounts
    # One entry a currency.
    amounts: list[StatsAmounts]
    queue: Queue
    # Since when the oldest due work has been waiting.
    oldest_due_at: NullableInstant


class SubscriptionCounts(TypedDict):
    scheduled: int
    paused: int
    trialing: int
    active: int
    past_due: int
    canceled: int


class InvoiceCounts(TypedDict):
    # All open ones, the retrying and the uncollected included.
    open: int
    paid: int
    void: int
    # Open, tried, and to be tried again.
    retrying: int
    uncollected: int
    # Open, to be paid by invoice, and the day they were due on is over.
    overdue: int


class Email(TypedDict):
    # Of its event; also the mail's Message-ID.
    id: Id
    kind: EmailKind
    user_id: Id
    invoice_id: str | None
    payment_id: str | None
    subscription_id: str | None
    status: EmailStatus
    # The address of the last attempt; null before the first one, and once the user is anonymized.
    to: str | None
    subject: str | None
    attempts: int
    # In real time, as `attempted_at` and `sent_at`, also under a simulated clock.
    next_attempt_at: NullableInstant
    attempted_at: NullableInstant
    # Of the mail server's last reply.
    code: int | None
    # What the mail server said, or why there was no reply.
    reply: str | None
    sent_at: NullableInstant
    # When the event was.
    created_at: Instant


class EmailSettings(TypedDict):
    # Whether `BILLING_SMTP_URL` is set.
    sends: bool
    kinds: EmailKinds
    payment_url: str | None


class EmailKinds(TypedDict):
    invoice_issued: bool
    payment_failed: bool
    payment_succeeded: bool
    trial_ending: bool
    card_needed: bool


class EmailKindsPatch(TypedDict):
    invoice_issued: NotRequired[bool]
    payment_failed: NotRequired[bool]
    payment_succeeded: NotRequired[bool]
    trial_ending: NotRequired[bool]
    card_needed: NotRequired[bool]


class EmailSettingsPatch(TypedDict):
    kinds: NotRequired[EmailKindsPatch]
    # Where your customers change their payment method: the link of the mails that ask for it. `{user_id}`, `{external_id}` and `{invoice_id}` in it
    # are filled in. Where the provider wants something confirmed, its own link is sent instead.
    payment_url: NotRequired[str | None]


class InvoiceTotals(TypedDict):
    count: int
    # False: there are more than `count`, and `amounts` is empty.
    complete: bool
    # One entry a currency.
    amounts: list[InvoiceAmounts]


class InvoiceAmounts(TypedDict):
    """Null for a sum beyond 64 bits."""

    currency: Currency
    count: int
    # Of those that are not void.
    amount_cents: int | None
    due_cents: int | None


class PaymentTotals(TypedDict):
    count: int
    # False: there are more than `count`, and `amounts` is empty.
    complete: bool
    # One entry a currency.
    amounts: list[PaymentAmounts]


class PaymentAmounts(TypedDict):
    """Null for a sum beyond 64 bits."""

    currency: Currency
    # Payments and refunds, whatever became of them.
    count: int
    # Payments that succeeded.
    paid_cents: int | None
    # Refunds that succeeded.
    refunded_cents: int | None


class PaymentCounts(TypedDict):
    """Attempts; `_30d` counts those of the last 30 times 24 hours, by `attempted_at`."""

    pending: int
    succeeded_30d: int
    failed_30d: int


class StatsAmounts(TypedDict):
    """Null for a sum beyond 64 bits."""

    currency: Currency
    open_cents: int | None
    retrying_cents: int | None
    uncollected_cents: int | None
    # Due on invoices of which the day they were due on is over.
    overdue_cents: int | None
    paid_cents: int | None
    # Of invoices paid in the last 30 times 24 hours.
    paid_30d_cents: int | None
    # Given back to cards in the last 30 times 24 hours.
    refunded_30d_cents: int | None
    # The base fees of the subscriptions that bill, brought to a month.
    mrr_cents: int | None
    # Owed and not billed yet: beside an open invoice, or below the smallest one.
    waiting_cents: int | None


class RevenuePoint(TypedDict):
    currency: Currency
    # The first day of the day, week or month; before `from` when that is inside of it.
    date: str
    # Invoices that are not void, by `created_at`. Null, as the other, for a sum beyond 64 bits.
    invoiced_cents: int | None
    # Paid invoices, by `paid_at`; what was refunded of them since is not taken off.
    paid_cents: int | None
    # Refunds that succeeded, by `updated_at`.
    refunded_cents: int | None


class UsagePoint(TypedDict):
    metric: Metric
    # The first day of the day, week or month; before `from` when that is inside of it.
    date: str
    # Null for a sum beyond 64 bits.
    quantity: int | None


class Clock(TypedDict):
    # The time that billing goes by.
    now: Instant
    simulated: bool


class ClockAdvance(TypedDict):
    # That many times 24 hours.
    days: NotRequired[int]
    # An instant, or a date for its midnight UTC.
    to: NotRequired[str]


class ClockAdvanced(TypedDict):
    now: Instant
    invoices_created: int
    payments_attempted: int


class Queue(TypedDict):
    """Zeros while Redis is away: nothing is lost, the schedule rings again."""

    # Rings that no worker has taken.
    waiting: int
    # Rings taken and not done.
    in_flight: int
    # The age of the oldest ring.
    lag_ms: int


class SystemState(TypedDict):
    # Of the process that answers.
    version: str
    clock: Clock
    postgres: StoreState
    redis: StoreState
    queue: Queue
    # The processes that are alive, by name.
    workers: list[ProcessState]
    schedule: ScheduleState
    # What waits for its time; empty while PostgreSQL is away.
    due: list[DueJob]


class ScheduleState(TypedDict):
    # When the schedule last looked for what is due, in real time; null when that is not known.
    last_tick_at: NullableInstant


class ProcessState(TypedDict):
    # Unique.
    name: str
    # What it does; `run` is all three.
    role: ProcessRole
    host: str
    pid: int
    # When it last announced itself, in real time.
    seen_at: Instant
    # Rings that it has taken and not done.
    in_flight: int


class DueJob(TypedDict):
    job: str
    # Since when the oldest due work has been waiting; null when none is due.
    oldest_due_at: NullableInstant
    # When work next becomes due that is not yet.
    next_due_at: NullableInstant


class Readiness(TypedDict):
    status: ReadinessStatus
    postgres: StoreState
    redis: StoreState


class Problem(TypedDict):
    """RFC 9457."""

    # Which problem; the link leads to its row under *Problems*.
    type: str
    title: str
    status: int
    # For a person.
    detail: str
    errors: NotRequired[list[FieldError]]
    request_id: str


class FieldError(TypedDict):
    # A JSON pointer into the body (`/events/3/quantity`), or the query parameter (`?limit`).
    pointer: str
    detail: str


class NewPlan(NewPlanCode, NewPlanMembers):
    pass


class NewPlanPreview(NewPlanMembers, NewPlanPreviewMembers):
    pass


class PlanMigration(PlanMigrationMembers):
    pass


class PlanMigrationDetail(PlanMigrationMembers, PlanMigrationFailures):
    pass


class Subscription(SubscriptionMembers):
    pass


class ChangedSubscription(SubscriptionMembers, MadeDocuments):
    pass


class CreditNote(CreditNoteIdentity, CreditNoteMembers):
    pass


class PreviewedInvoice(PreviewedInvoiceIdentity, InvoiceMembers, InvoiceDetailMembers):
    """As the invoice would be; the ids of its lines name nothing."""


class PreviewedCreditNote(PreviewedCreditNoteIdentity, CreditNoteMembers):
    pass


class Invoice(InvoiceIdentity, InvoiceMembers):
    pass


class GeneratedInvoice(InvoiceIdentity, InvoiceMembers, GeneratedInvoiceMembers):
    pass


class InvoiceDetail(InvoiceIdentity, InvoiceMembers, InvoiceDetailMembers):
    pass


class WebhookEndpoint(WebhookEndpointMembers):
    pass


class NewlyMadeWebhookEndpoint(WebhookEndpointMembers, WebhookSecretMembers):
    pass


class WebhookDelivery(WebhookDeliveryMembers):
    pass


class WebhookDeliveryDetail(WebhookDeliveryMembers, WebhookRequestMembers):
    pass


# What `code` of a BillingError can be; /docs#problems says what each means.
ProblemCode = Literal["internal_error", "not_json", "bad_request", "unauthorized", "not_signed", "declined", "not_failed", "provider_refused", "action_required", "forbidden", "not_found", "method_not_allowed", "already_billed", "already_canceled", "already_paused", "already_subscribed", "attempt_running", "has_credit_notes", "has_payments", "canceled", "clock_is_real", "currency_differs", "email_taken", "external_id_taken", "event_conflict", "idempotency_running", "no_change", "not_pending", "not_paused", "not_running", "not_open", "nothing_to_bill", "plan_exists", "plan_inactive", "subscription_live", "tax_rate_exists", "already_applied", "coupon_exists", "coupon_expired", "coupon_not_applicable", "coupon_used_up", "invoice_void", "nothing_left", "events_gone", "request_timeout", "too_large", "uri_too_long", "unsupported_media_type", "bad_expectation", "amount_overflow", "answer_too_large", "document_too_long", "idempotency_mismatch", "unacceptable", "webhook_address_private", "rate_limited", "header_too_large", "clock_busy", "database_unavailable", "outcome_unknown", "too_slow", "overloaded", "provider_unreachable", "http_version"]


class Billing(Core):
    """The API: a method an operation. Each raises BillingError when it is refused."""

    def list_plans(self) -> list[Plan]:
        """All plans with their charges. Not paged. Cached; a change made through the process that answers is there at once, one made through another
        within a second, also while Redis is away. Send the ETag back in `If-None-Match` and an unchanged list is a 304 without a body.
        """
        return cast("list[Plan]", self.call("GET", "/plans"))

    def create_plan(self, body: NewPlan, *, idempotency_key: str | None = None) -> Plan:
        """Create a plan."""
        return cast("Plan", self.call("POST", "/plans", body=body, idempotency_key=idempotency_key))

    def preview_plan(self, body: NewPlanPreview, *, idempotency_key: str | None = None) -> PlanPreview:
        """What a plan would charge. Rates quantities by the charges of a plan that does not exist yet, exactly as an invoice line would be, and stores
        nothing. Takes what `POST /plans` takes and refuses it with the same pointers; `code` may be left out. Without `quantities` for a metric the
        server chooses telling ones: 0, what is included, the tiers' bounds and the units just past them, package sizes, and an even spread up to
        somewhat beyond the last bound; one whose amount does not fit 64 bits is left out (one that was asked for is a 422). At most 20,000 steps
        (charges × quantities × tiers) are told at once; beyond it is a 422. An `Idempotency-Key` is taken and ignored: nothing is changed.
        """
        return cast("PlanPreview", self.call("POST", "/plans/preview", body=body, idempotency_key=idempotency_key))

    def get_plan(self, code: PlanCode) -> Plan:
        """One plan."""
        return cast("Plan", self.call("GET", f"/plans/{quote(code)}"))

    def update_plan(self, code: PlanCode, body: PlanPatch) -> Plan:
        """Rename a plan, or stop selling it. Takes `name` and `active`, nothing else: prices never change under a live subscription. An inactive plan
        takes no new subscriptions; those that it has go on as before.
        """
        return cast("Plan", self.call("PATCH", f"/plans/{quote(code)}", body=body))

    def list_plan_versions(self, code: PlanCode) -> list[PlanVersion]:
        """All versions of a plan. Not paged: a plan has few. A new subscription takes the newest; a live one stays on the one of its term."""
        return cast("list[PlanVersion]", self.call("GET", f"/plans/{quote(code)}/versions"))

    def create_plan_version(self, code: PlanCode, body: NewPlanVersion, *, idempotency_key: str | None = None) -> Plan:
        """Make a plan's next version. A version never changes once it is made. What is left out has the default of `POST /plans`, not what the last
        version has. Live subscriptions stay on their version until they are changed or migrated.
        """
        return cast("Plan", self.call("POST", f"/plans/{quote(code)}/versions", body=body, idempotency_key=idempotency_key))

    def get_plan_version(self, code: PlanCode, version: int) -> PlanVersion:
        """One version of a plan."""
        return cast("PlanVersion", self.call("GET", f"/plans/{quote(code)}/versions/{quote(version)}"))

    def list_plan_migrations(self, code: PlanCode, *, limit: int | None = None, after: Id | None = None) -> Paged[PlanMigration]:
        """Migrations of a plan's subscriptions."""
        return Paged(self, f"/plans/{quote(code)}/migrations", query={"limit": limit, "after": after})

    def create_plan_migration(self, code: PlanCode, body: NewPlanMigration, *, idempotency_key: str | None = None) -> PlanMigration:
        """Take a plan's subscriptions to one of its versions. A job that sets the version in each term of the plan from the day on, of every
        subscription that has one then. Each is changed exactly once, whatever fails meanwhile; one that may not be changed counts as `failed`, with
        its problem.
        """
        return cast("PlanMigration", self.call("POST", f"/plans/{quote(code)}/migrations", body=body, idempotency_key=idempotency_key))

    def get_plan_migration(self, code: PlanCode, id: Id) -> PlanMigrationDetail:
        """How far a migration is."""
        return cast("PlanMigrationDetail", self.call("GET", f"/plans/{quote(code)}/migrations/{quote(id)}"))

    def stop_plan_migration(self, code: PlanCode, id: Id, *, idempotency_key: str | None = None) -> PlanMigration:
        """Stop a migration. What is changed stays changed, what waits stays as it is; another migration takes up the rest."""
        return cast("PlanMigration", self.call("POST", f"/plans/{quote(code)}/migrations/{quote(id)}/stop", idempotency_key=idempotency_key))

    def list_users(self, *, email: str | None = None, q: str | None = None, external_id: str | None = None, ids: list[Id] | None = None, limit: int | None = None, after: Id | None = None) -> Paged[User]:
        """Users."""
        return Paged(self, "/users", query={"email": email, "q": q, "external_id": external_id, "ids": ids, "limit": limit, "after": after})

    def create_user(self, body: NewUser, *, idempotency_key: str | None = None) -> User:
        """Create a user. An address is stored as sent, and compared composed (NFC) and in folded case. There is a guard rail: 100 a second and bursts of
        200, for each key (or address, without keys); beyond it 429 with `Retry-After`.
        """
        return cast("User", self.call("POST", "/users", body=body, idempotency_key=idempotency_key))

    def get_user(self, id: Id) -> User:
        """One user."""
        return cast("User", self.call("GET", f"/users/{quote(id)}"))

    def update_user(self, id: Id, body: UserPatch) -> User:
        """Change a user. What is not named stays; `null` clears what may be missing; `metadata` merges, and null removes a member of it. Documents that
        are issued keep the buyer as it was, and a change of `collection` counts from the next invoice on. `null` clears the payment method. The stub
        provider reads it: none or `stub_ok` succeeds, `stub_decline` always declines, `stub_decline_2` declines the first 2 attempts of an invoice,
        `stub_unreachable_2` cannot be reached for the first 2 calls, `stub_slow_500` answers after 500 ms, `stub_refund_fails` succeeds and its
        refunds fail; those of the others succeed, as late as their charges.
        """
        return cast("User", self.call("PATCH", f"/users/{quote(id)}", body=body))

    def anonymize_user(self, id: Id, *, idempotency_key: str | None = None) -> User:
        """Forget who a user is. Clears what names a person: address, name, phone, tax id, external id, metadata, payment method. Documents that are
        issued stay as they are. Not while a subscription is live.
        """
        return cast("User", self.call("POST", f"/users/{quote(id)}/anonymize", idempotency_key=idempotency_key))

    def list_coupons(self, *, limit: int | None = None, after: Id | None = None) -> Paged[Coupon]:
        """Coupons."""
        return Paged(self, "/coupons", query={"limit": limit, "after": after})

    def create_coupon(self, body: NewCoupon, *, idempotency_key: str | None = None) -> Coupon:
        """Create a coupon. A percentage takes its share of each eligible item, an amount (a period) is used up item by item. `applies_to` is checked
        when it is added, not afterwards.
        """
        return cast("Coupon", self.call("POST", "/coupons", body=body, idempotency_key=idempotency_key))

    def get_coupon(self, code: str) -> Coupon:
        """One coupon."""
        return cast("Coupon", self.call("GET", f"/coupons/{quote(code)}"))

    def update_coupon(self, code: str, body: CouponPatch) -> Coupon:
        """Switch a coupon on or off, or rename it. Subscriptions that have it keep it."""
        return cast("Coupon", self.call("PATCH", f"/coupons/{quote(code)}", body=body))

    def create_discount(self, id: Id, body: NewDiscount, *, idempotency_key: str | None = None) -> Discount:
        """Redeem a coupon for a subscription. It holds from the current period on, billed or not; one that was deleted and is added again from the next."""
        return cast("Discount", self.call("POST", f"/subscriptions/{quote(id)}/discounts", body=body, idempotency_key=idempotency_key))

    def delete_discount(self, id: Id, discount_id: str) -> None:
        """End a discount with the current period."""
        return cast("None", self.call("DELETE", f"/subscriptions/{quote(id)}/discounts/{quote(discount_id)}"))

    def list_tax_rates(self, *, limit: int | None = None, after: Id | None = None) -> Paged[TaxRate]:
        """Tax rates."""
        return Paged(self, "/tax_rates", query={"limit": limit, "after": after})

    def create_tax_rate(self, body: NewTaxRate, *, idempotency_key: str | None = None) -> TaxRate:
        """Create a tax rate. Documents of taxable users are taxed by the active rates of their country, or else by those without a country; several are
        parallel, each on the same net.
        """
        return cast("TaxRate", self.call("POST", "/tax_rates", body=body, idempotency_key=idempotency_key))

    def get_tax_rate(self, code: Code) -> TaxRate:
        """One tax rate."""
        return cast("TaxRate", self.call("GET", f"/tax_rates/{quote(code)}"))

    def update_tax_rate(self, code: Code, body: TaxRatePatch) -> TaxRate:
        """Switch a tax rate on or off. What is issued keeps its rates."""
        return cast("TaxRate", self.call("PATCH", f"/tax_rates/{quote(code)}", body=body))

    def get_settings(self) -> Settings:
        """The seller."""
        return cast("Settings", self.call("GET", "/settings"))

    def update_settings(self, body: SettingsPatch) -> Settings:
        """Change the seller. What is not named stays; `null` clears. Documents that are issued keep the seller as it was."""
        return cast("Settings", self.call("PATCH", "/settings", body=body))

    def get_email_settings(self) -> EmailSettings:
        """Which mails customers get."""
        return cast("EmailSettings", self.call("GET", "/settings/emails"))

    def update_email_settings(self, body: EmailSettingsPatch) -> EmailSettings:
        """Switch mails on or off. What is not named stays. What an event before it asked for is sent all the same."""
        return cast("EmailSettings", self.call("PATCH", "/settings/emails", body=body))

    def list_emails(self, *, user_id: Id | None = None, status: EmailStatus | None = None, limit: int | None = None, after: Id | None = None) -> Paged[Email]:
        """Mails to customers. What customers were told by mail and when, and what the mail server said. Mail is sent where `BILLING_SMTP_URL` is set."""
        return Paged(self, "/emails", query={"user_id": user_id, "status": status, "limit": limit, "after": after})

    def list_subscriptions(self, *, user_id: Id | None = None, plan_code: str | None = None, status: SubscriptionStatus | None = None, limit: int | None = None, after: Id | None = None) -> Paged[Subscription]:
        """Subscriptions."""
        return Paged(self, "/subscriptions", query={"user_id": user_id, "plan_code": plan_code, "status": status, "limit": limit, "after": after})

    def create_subscription(self, body: NewSubscription, *, idempotency_key: str | None = None) -> ChangedSubscription:
        """Subscribe a user to a plan. The first period starts today, or on `starts_on`: in the future it is `scheduled` until then, in the past its
        periods since then are billed at once, an invoice each. With trial days (the plan's, or `trial_days`) it is a trial of that many days, in
        which nothing is owed; billing is then anchored on its end. A user has a trial of a plan once, is on a plan once at a time, and pays no day of
        it twice: who cancels today begins again tomorrow.
        """
        return cast("ChangedSubscription", self.call("POST", "/subscriptions", body=body, idempotency_key=idempotency_key))

    def get_subscription(self, id: Id) -> Subscription:
        """One subscription."""
        return cast("Subscription", self.call("GET", f"/subscriptions/{quote(id)}"))

    def list_subscription_terms(self, id: Id) -> list[SubscriptionTerm]:
        """What holds on which day."""
        return cast("list[SubscriptionTerm]", self.call("GET", f"/subscriptions/{quote(id)}/terms"))

    def list_subscription_periods(self, id: Id) -> list[SubscriptionPeriod]:
        """Its billing periods so far."""
        return cast("list[SubscriptionPeriod]", self.call("GET", f"/subscriptions/{quote(id)}/periods"))

    def list_subscription_pauses(self, id: Id) -> list[SubscriptionPause]:
        """Its pauses."""
        return cast("list[SubscriptionPause]", self.call("GET", f"/subscriptions/{quote(id)}/pauses"))

    def change_subscription(self, id: Id, body: SubscriptionChange, *, idempotency_key: str | None = None) -> ChangedSubscription:
        """Change plan, version, quantity or special prices. Sets what is named in every term from the day on and leaves the rest of each as it is. What
        the customer owes follows from the terms, day by day: an upgrade in mid-month, one taken back, or one dated back needs nothing else. A new
        plan takes its newest version, and drops special prices unless they are named. The day is `now` (today), `period_start` (as if it had been so
        all period), `period_end` or a date: from the subscription's start, its last change of interval or 366 days back, whichever is latest, to 366
        days ahead. A plan with another interval can be taken `now` (the current period is cut there) or at `period_end`.
        """
        return cast("ChangedSubscription", self.call("POST", f"/subscriptions/{quote(id)}/change", body=body, idempotency_key=idempotency_key))

    def drop_pending_terms(self, id: Id) -> ChangedSubscription:
        """Take back all terms that have not begun."""
        return cast("ChangedSubscription", self.call("DELETE", f"/subscriptions/{quote(id)}/pending"))

    def pause_subscription(self, id: Id, body: Pause, *, idempotency_key: str | None = None) -> ChangedSubscription:
        """Pause from tomorrow on. Paused days owe no base fee and do not count for the minimum; usage on them is billed. Until a day, at least the day
        after tomorrow, or until it is resumed.
        """
        return cast("ChangedSubscription", self.call("POST", f"/subscriptions/{quote(id)}/pause", body=body, idempotency_key=idempotency_key))

    def resume_subscription(self, id: Id, *, idempotency_key: str | None = None) -> ChangedSubscription:
        """End a pause today. A pause that has not begun never was."""
        return cast("ChangedSubscription", self.call("POST", f"/subscriptions/{quote(id)}/resume", idempotency_key=idempotency_key))

    def cancel_subscription(self, id: Id, body: Cancellation, *, idempotency_key: str | None = None) -> ChangedSubscription:
        """Cancel now, or at the period's end. `now` makes today the last day: the period ends tomorrow, the base fee is prorated to the days used (today
        included; with `prorate: false` it stays), usage and minimum are billed in full, and what was billed in advance for later days is credited.
        `period_end` lets the period run out: it is billed as any other, no other follows, and until then it can be taken back (`POST …/uncancel`). A
        subscription that is to end with its period can still be canceled `now`; the same cancel twice is 409.
        """
        return cast("ChangedSubscription", self.call("POST", f"/subscriptions/{quote(id)}/cancel", body=body, idempotency_key=idempotency_key))

    def uncancel_subscription(self, id: Id, *, idempotency_key: str | None = None) -> ChangedSubscription:
        """Take back a cancel at the period's end."""
        return cast("ChangedSubscription", self.call("POST", f"/subscriptions/{quote(id)}/uncancel", idempotency_key=idempotency_key))

    def record_usage(self, body: NewUsageEvent, *, idempotency_key: str | None = None) -> UsageRecorded:
        """Record one event. With an `event_id`, sending the event again counts nothing twice and gets the same answer, for ever; with another quantity,
        or another `at` where both name one, it is 409 `event_conflict`. `at` may be up to 5 minutes ahead and 366 days back; the event belongs to the
        period whose days hold it. A metric that the user's plan does not charge is recorded and bills nothing.
        """
        return cast("UsageRecorded", self.call("POST", "/usage", body=body, idempotency_key=idempotency_key))

    def record_usage_batch(self, body: UsageBatch, *, partial: bool | None = None, idempotency_key: str | None = None) -> BatchResult:
        """Record up to 10,000 events. All or nothing: one bad event refuses the batch (422) with a pointer to each, such as `/events/3/quantity`
        (`/events/3/event_id`: its id was recorded with another quantity). With `?partial=true` the good ones are stored and each bad one's result
        says why it was not.
        """
        return cast("BatchResult", self.call("POST", "/usage/batch", query={"partial": partial}, body=body, idempotency_key=idempotency_key))

    def correct_usage(self, body: NewUsageCorrection, *, idempotency_key: str | None = None) -> UsageCorrection:
        """Put right what was recorded wrongly. With `event_id`, that event counts `quantity` from now on (0 takes it back; the newest correction wins).
        Without, `quantity` is added to the day of `at`, and may be negative, but no day falls below zero. However old the period, the difference is
        billed or credited by the next run.
        """
        return cast("UsageCorrection", self.call("POST", "/usage/corrections", body=body, idempotency_key=idempotency_key))

    def get_usage(self, user_id: Id, *, metric: str | None = None, from_: Day | None = None, to: Day | None = None) -> list[UsageDay]:
        """A user's usage, in totals by day."""
        return cast("list[UsageDay]", self.call("GET", f"/usage/{quote(user_id)}", query={"metric": metric, "from": from_, "to": to}))

    def list_usage_events(self, user_id: Id, *, metric: str | None = None, from_: Day | None = None, to: Day | None = None, limit: int | None = None, after: Id | None = None) -> Paged[UsageEntry]:
        """A user's events with their corrections."""
        return Paged(self, f"/usage/{quote(user_id)}/events", query={"metric": metric, "from": from_, "to": to, "limit": limit, "after": after})

    def list_invoices(self, *, number: InvoiceNumber | None = None, status: InvoiceStatus | None = None, collection: InvoiceCollection | None = None, user_id: Id | None = None, from_: Day | None = None, to: Day | None = None, overdue: bool | None = None, limit: int | None = None, after: Id | None = None) -> Paged[Invoice]:
        """Invoices of all users."""
        return Paged(self, "/invoices", query={"number": number, "status": status, "collection": collection, "user_id": user_id, "from": from_, "to": to, "overdue": overdue, "limit": limit, "after": after})

    def sum_up_invoices(self, *, number: InvoiceNumber | None = None, status: InvoiceStatus | None = None, collection: InvoiceCollection | None = None, user_id: Id | None = None, from_: Day | None = None, to: Day | None = None, overdue: bool | None = None) -> InvoiceTotals:
        """What the invoices of a filter come to. How many `GET /invoices` gives for the same filters, and their sums by currency. Beyond 100,000
        invoices nothing is summed up.
        """
        return cast("InvoiceTotals", self.call("GET", "/invoices/totals", query={"number": number, "status": status, "collection": collection, "user_id": user_id, "from": from_, "to": to, "overdue": overdue}))

    def list_invoice_lines(self, *, number: InvoiceNumber | None = None, status: InvoiceStatus | None = None, collection: InvoiceCollection | None = None, user_id: Id | None = None, from_: Day | None = None, to: Day | None = None, overdue: bool | None = None, limit: int | None = None, after: Id | None = None) -> Paged[ListedLine]:
        """Lines of invoices. The lines of the invoices that `GET /invoices` gives for the same filters, without their explanations; those of void ones
        as well.
        """
        return Paged(self, "/invoice_lines", query={"number": number, "status": status, "collection": collection, "user_id": user_id, "from": from_, "to": to, "overdue": overdue, "limit": limit, "after": after})

    def generate_invoice(self, user_id: Id, *, idempotency_key: str | None = None) -> GeneratedInvoice:
        """Make the invoice now. Looks at each of the user's subscriptions, its current period and earlier ones that still have something unbilled, and
        puts the difference between what is owed and what has been billed on an invoice. Calling it twice bills nothing twice: the second call answers
        200 with the period's newest invoice. Unbilled one-off items go on the first invoice of their currency; items that find none get one of their
        own, `one_off`. Subscriptions with other periods or currencies make an invoice each; the answer is the newest, `generated` lists the ids of
        all that this call made, and is empty with a 200. `usage` maps each metric to the quantity that this invoice newly covers. Payment is then
        attempted by itself.
        """
        return cast("GeneratedInvoice", self.call("POST", f"/invoices/generate/{quote(user_id)}", idempotency_key=idempotency_key))

    def preview_invoices(self, body: NewInvoicePreview, *, idempotency_key: str | None = None) -> InvoicePreview:
        """What would be billed. Nothing is written. Without `changes`, `now` is what generate would make. With them, what these calls would make, one
        after the other. `period_end` goes on to the roll-over at the earliest end of the user's periods, a day to all roll-overs up to and with it;
        payments are not foreseen. Making it then gives the same but for ids, times and numbers. Problems are those of the calls. An `Idempotency-Key`
        is taken and ignored.
        """
        return cast("InvoicePreview", self.call("POST", "/invoices/preview", body=body, idempotency_key=idempotency_key))

    def list_user_invoices(self, user_id: Id, *, limit: int | None = None, after: Id | None = None) -> Paged[Invoice]:
        """One user's invoices."""
        return Paged(self, f"/invoices/{quote(user_id)}", query={"limit": limit, "after": after})

    def get_invoice(self, user_id: Id, invoice_id: Id) -> InvoiceDetail:
        """One invoice with its lines, how each came about, and the payment attempts."""
        return cast("InvoiceDetail", self.call("GET", f"/invoices/{quote(user_id)}/{quote(invoice_id)}"))

    def void_invoice(self, user_id: Id, invoice_id: Id, *, idempotency_key: str | None = None) -> Invoice:
        """Void an open invoice. For an invoice that was a mistake: what it billed is "not billed" again, and comes back with the next generate or roll-
        over. Not while a payment of it is under way, nor once one has paid a part of it or a credit note is on it: then credit what is left.
        """
        return cast("Invoice", self.call("POST", f"/invoices/{quote(user_id)}/{quote(invoice_id)}/void", idempotency_key=idempotency_key))

    def pay_invoice(self, user_id: Id, invoice_id: Id, *, idempotency_key: str | None = None) -> Invoice:
        """Attempt payment by hand, now. Possible at any time while the invoice is open, uncollected ones included; uses up no retry of the schedule."""
        return cast("Invoice", self.call("POST", f"/invoices/{quote(user_id)}/{quote(invoice_id)}/pay", idempotency_key=idempotency_key))

    def create_payment(self, user_id: Id, invoice_id: Id, body: NewPayment, *, idempotency_key: str | None = None) -> Payment:
        """Record money that came in some other way. A bank transfer, cash, a check: it pays what is due on the open invoice, also in part and while an
        attempt is under way. What it, or that attempt, brings beyond what is due by then becomes balance.
        """
        return cast("Payment", self.call("POST", f"/invoices/{quote(user_id)}/{quote(invoice_id)}/payments", body=body, idempotency_key=idempotency_key))

    def list_credit_notes(self, *, user_id: Id | None = None, invoice_id: Id | None = None, limit: int | None = None, after: Id | None = None) -> Paged[CreditNote]:
        """Credit notes."""
        return Paged(self, "/credit_notes", query={"user_id": user_id, "invoice_id": invoice_id, "limit": limit, "after": after})

    def create_credit_note(self, body: NewCreditNote, *, idempotency_key: str | None = None) -> CreditNote:
        """Credit an invoice. All that is left of it, an amount spread over what is left of its lines, or amounts for lines; as the lines are, with tax
        or without. It goes first off what is due, the rest to the user's balance or, with `credit_to: "refund"`, back to the card: of the invoice's
        payments, newest first, as far as they have not been refunded; what cannot go back, or fails to, becomes balance. What is credited stays
        billed: no later run bills it again.
        """
        return cast("CreditNote", self.call("POST", "/credit_notes", body=body, idempotency_key=idempotency_key))

    def get_credit_note(self, id: str) -> CreditNote:
        """One credit note."""
        return cast("CreditNote", self.call("GET", f"/credit_notes/{quote(id)}"))

    def list_items(self, id: Id, *, limit: int | None = None, after: Id | None = None) -> Paged[Item]:
        """List the user's one-off items."""
        return Paged(self, f"/users/{quote(id)}/items", query={"limit": limit, "after": after})

    def create_item(self, id: Id, body: NewItem, *, idempotency_key: str | None = None) -> Item:
        """Charge something once. `"bill": "now"` puts it on an invoice of its own at once. `"next"`: it goes on the next invoice of its currency that a
        run makes for the user. A run that ends the last subscription of that currency bills it in any case; for a user without one it waits for a
        generate, or for a new subscription.
        """
        return cast("Item", self.call("POST", f"/users/{quote(id)}/items", body=body, idempotency_key=idempotency_key))

    def get_item(self, id: Id, item_id: str) -> Item:
        """Get a one-off item."""
        return cast("Item", self.call("GET", f"/users/{quote(id)}/items/{quote(item_id)}"))

    def delete_item(self, id: Id, item_id: str) -> None:
        """Delete a one-off item that is not billed. One on a void invoice is not billed."""
        return cast("None", self.call("DELETE", f"/users/{quote(id)}/items/{quote(item_id)}"))

    def get_balance(self, id: Id) -> list[Balance]:
        """The user's credits."""
        return cast("list[Balance]", self.call("GET", f"/users/{quote(id)}/balance"))

    def list_credits(self, id: Id, *, limit: int | None = None, after: Id | None = None) -> Paged[Credit]:
        """What the balance is made of."""
        return Paged(self, f"/users/{quote(id)}/credits", query={"limit": limit, "after": after})

    def create_credit(self, id: Id, body: NewCredit, *, idempotency_key: str | None = None) -> Credit:
        """Give the user credit. It pays open invoices at once, oldest first, and then new ones."""
        return cast("Credit", self.call("POST", f"/users/{quote(id)}/credits", body=body, idempotency_key=idempotency_key))

    def end_credit(self, id: Id, credit_id: str) -> None:
        """End what is left of a credit."""
        return cast("None", self.call("DELETE", f"/users/{quote(id)}/credits/{quote(credit_id)}"))

    def list_payment_methods(self, id: Id) -> list[PaymentMethod]:
        """What the user can be charged by. As the payment provider of `BILLING_PROVIDER` has it at this moment, all of it. The user is charged by the
        one that is the `default`.
        """
        return cast("list[PaymentMethod]", self.call("GET", f"/users/{quote(id)}/payment_methods"))

    def create_payment_method(self, id: Id, body: NewPaymentMethod, *, idempotency_key: str | None = None) -> PaymentMethod:
        """Charge the user by another payment method. Takes a payment method that the provider knows for the user's, and makes it the one that is charged
        (`payment_method` of the user, which may as well be set with `PATCH /users/{id}`; then the provider is not asked about it). Every open invoice
        that is charged by itself is due at once, uncollected ones too, and its schedule begins anew.
        """
        return cast("PaymentMethod", self.call("POST", f"/users/{quote(id)}/payment_methods", body=body, idempotency_key=idempotency_key))

    def delete_payment_method(self, id: Id, method: str) -> None:
        """Take a payment method from the user. The provider charges it no more. Where it was the default, the user has none afterwards."""
        return cast("None", self.call("DELETE", f"/users/{quote(id)}/payment_methods/{quote(method)}"))

    def set_up_payment_method(self, id: Id, body: NewPaymentSetup, *, idempotency_key: str | None = None) -> PaymentSetup:
        """A link where the customer enters a card. At the provider, so that no card's number comes here. The payment method that comes of it becomes the
        user's default by itself, as with `POST /users/{id}/payment_methods`; the provider is asked about it until something has come of it. With the
        stub it leads right back, and within a minute of billing's clock the user has `stub_ok`.
        """
        return cast("PaymentSetup", self.call("POST", f"/users/{quote(id)}/payment_methods/setup", body=body, idempotency_key=idempotency_key))

    def resolve_payment(self, id: str, body: PaymentResolution, *, idempotency_key: str | None = None) -> Payment:
        """Say what came of a payment of unknown outcome. Ends a pending attempt or refund, whatever it waits for, as though its provider had said so:
        after a look at the provider's own books. A charge that `failed` was declined, softly; one that waits for its customer is canceled at the
        provider first; a refund that `failed` becomes balance. The reason is kept with the payment.
        """
        return cast("Payment", self.call("POST", f"/payments/{quote(id)}/resolve", body=body, idempotency_key=idempotency_key))

    def list_payments(self, *, invoice_id: Id | None = None, user_id: Id | None = None, status: PaymentStatus | None = None, limit: int | None = None, after: Id | None = None) -> Paged[Payment]:
        """Payments, attempted and recorded, and refunds."""
        return Paged(self, "/payments", query={"invoice_id": invoice_id, "user_id": user_id, "status": status, "limit": limit, "after": after})

    def sum_up_payments(self, *, invoice_id: Id | None = None, user_id: Id | None = None, status: PaymentStatus | None = None) -> PaymentTotals:
        """What the payments of a filter come to. How many `GET /payments` gives for the same filters, and the sums of those that succeeded by currency.
        Beyond 100,000 payments nothing is summed up.
        """
        return cast("PaymentTotals", self.call("GET", "/payments/totals", query={"invoice_id": invoice_id, "user_id": user_id, "status": status}))

    def list_events(self, *, after: int | None = None, types: str | None = None, user_id: Id | None = None, wait: int | None = None, limit: int | None = None) -> Paged[Event]:
        """What has happened, oldest first. Each change of state is an event, numbered without gaps once it is there for good: whoever has read up to
        `sequence` n has missed nothing up to n. So a copy of what is here is kept by reading on from the last sequence seen, with `wait` as soon as
        something happens, and never needs a webhook. Events are kept 90 days (`BILLING_EVENTS_DAYS`). `data.object` is what it is about as GET shows
        it *now*, not then: an event says that one should look, and what one sees.
        """
        return Paged(self, "/events", query={"after": after, "types": types, "user_id": user_id, "wait": wait, "limit": limit})

    def list_webhook_endpoints(self, *, limit: int | None = None, after: Id | None = None) -> Paged[WebhookEndpoint]:
        """Who is sent events."""
        return Paged(self, "/webhook_endpoints", query={"limit": limit, "after": after})

    def create_webhook_endpoint(self, body: NewWebhookEndpoint, *, idempotency_key: str | None = None) -> NewlyMadeWebhookEndpoint:
        """Have events sent somewhere. It is sent what happens from now on, signed by [Standard Webhooks](https://www.standardwebhooks.com): verify
        `webhook-signature` with the `secret` of this answer, which is shown here only. A delivery has succeeded when it is answered 2xx within 15
        seconds. Else it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h; `Retry-After` is heeded, redirects are not
        followed, 410 stops all. As long as nothing fails deliveries arrive in the order of `sequence`; each at least once, with the same `webhook-
        id`.
        """
        return cast("NewlyMadeWebhookEndpoint", self.call("POST", "/webhook_endpoints", body=body, idempotency_key=idempotency_key))

    def get_webhook_endpoint(self, id: Id) -> WebhookEndpoint:
        """One endpoint."""
        return cast("WebhookEndpoint", self.call("GET", f"/webhook_endpoints/{quote(id)}"))

    def update_webhook_endpoint(self, id: Id, body: WebhookEndpointPatch) -> WebhookEndpoint:
        """Change an endpoint. What is left out stays. `active: false` stops sending; `active: true` goes on where it stopped, also where it was
        disabled: nothing is left out.
        """
        return cast("WebhookEndpoint", self.call("PATCH", f"/webhook_endpoints/{quote(id)}", body=body))

    def delete_webhook_endpoint(self, id: Id) -> None:
        """Send no more to an endpoint."""
        return cast("None", self.call("DELETE", f"/webhook_endpoints/{quote(id)}"))

    def rotate_webhook_secret(self, id: Id, *, idempotency_key: str | None = None) -> NewlyMadeWebhookEndpoint:
        """Give an endpoint a new secret. The one before signs as well for 24 hours: `webhook-signature` has two signatures then, and one that fits is
        enough.
        """
        return cast("NewlyMadeWebhookEndpoint", self.call("POST", f"/webhook_endpoints/{quote(id)}/rotate_secret", idempotency_key=idempotency_key))

    def replay_webhook_events(self, id: Id, body: WebhookReplay, *, idempotency_key: str | None = None) -> WebhookReplayed:
        """Send events once more. Those of its types from one sequence to another, 100,000 at most."""
        return cast("WebhookReplayed", self.call("POST", f"/webhook_endpoints/{quote(id)}/replay", body=body, idempotency_key=idempotency_key))

    def test_webhook_endpoint(self, id: Id, *, idempotency_key: str | None = None) -> WebhookDelivery:
        """Send a test. An event of type `webhook_endpoint.test`, without a sequence. It is sent at once, and GET of the delivery tells what came of it."""
        return cast("WebhookDelivery", self.call("POST", f"/webhook_endpoints/{quote(id)}/test", idempotency_key=idempotency_key))

    def list_webhook_deliveries(self, id: Id, *, status: WebhookDeliveryStatus | None = None, limit: int | None = None, after: Id | None = None) -> Paged[WebhookDelivery]:
        """What was sent to an endpoint, and what came of it. Events that it has not been sent yet are no deliveries: `waiting` of the endpoint counts
        them.
        """
        return Paged(self, f"/webhook_endpoints/{quote(id)}/deliveries", query={"status": status, "limit": limit, "after": after})

    def get_webhook_delivery(self, id: Id) -> WebhookDeliveryDetail:
        """One delivery, with what is sent."""
        return cast("WebhookDeliveryDetail", self.call("GET", f"/deliveries/{quote(id)}"))

    def retry_webhook_delivery(self, id: Id, *, idempotency_key: str | None = None) -> WebhookDelivery:
        """Send a delivery again at once. Whatever has become of it."""
        return cast("WebhookDelivery", self.call("POST", f"/deliveries/{quote(id)}/retry", idempotency_key=idempotency_key))

    def list_disputes(self, *, user_id: Id | None = None, payment_id: Id | None = None, status: DisputeStatus | None = None, limit: int | None = None, after: Id | None = None) -> Paged[Dispute]:
        """What customers' banks say against payments. A dispute changes nothing that is owed or due. The provider takes what there is to say against it,
        on its own pages, until `respond_by`.
        """
        return Paged(self, "/disputes", query={"user_id": user_id, "payment_id": payment_id, "status": status, "limit": limit, "after": after})

    def receive_stripe_event(self, body: StripeEvent, *, idempotency_key: str | None = None) -> Received:
        """An event of Stripe's. For Stripe, which signs what it sends. An event is a doorbell: it is kept once, however often it comes, and then Stripe
        is asked what became of the thing that it names. Events that concern nothing here are answered alike. An `Idempotency-Key` is ignored.
        """
        return cast("Received", self.call("POST", "/webhooks/stripe", body=body, idempotency_key=idempotency_key))

    def list_audit(self, *, entity_id: str | None = None, user_id: Id | None = None, limit: int | None = None, after: Id | None = None) -> Paged[AuditEvent]:
        """What was changed, by whom."""
        return Paged(self, "/audit", query={"entity_id": entity_id, "user_id": user_id, "limit": limit, "after": after})

    def get_me(self) -> Me:
        """Who asks, and what they may do."""
        return cast("Me", self.call("GET", "/me"))

    def sign_in(self, body: SignIn, *, idempotency_key: str | None = None) -> Me:
        """Exchange a key for a session. For browsers: the answer sets the cookie `billing_session`, which no script can read and no other site can use.
        The session may do what the key may; it ends with `DELETE /session`, when the key is revoked, and after 12 hours in which it was not used. A
        key of scope `ingest` gets none (403), nor does another site's page. An `Idempotency-Key` is ignored here: the answer is a secret, and is not
        kept.
        """
        return cast("Me", self.call("POST", "/session", body=body, idempotency_key=idempotency_key))

    def sign_out(self) -> None:
        """End the session. Does nothing where there is none."""
        return cast("None", self.call("DELETE", "/session"))

    def get_clock(self) -> Clock:
        """What time it is."""
        return cast("Clock", self.call("GET", "/clock"))

    def advance_clock(self, body: ClockAdvance, *, idempotency_key: str | None = None) -> ClockAdvanced:
        """Let time pass (simulated clock only). Give either `days` or `to`. The clock walks there from one due instant to the next (roll-overs, payment
        attempts and their retries) and the answer comes only when nothing that fell due is left undone. Never backwards (422).
        """
        return cast("ClockAdvanced", self.call("POST", "/clock/advance", body=body, idempotency_key=idempotency_key))

    def get_stats(self) -> Stats:
        """The business at a glance."""
        return cast("Stats", self.call("GET", "/stats"))

    def get_revenue(self, *, from_: Day | None = None, to: Day | None = None, by: StatsInterval | None = None) -> list[RevenuePoint]:
        """What was invoiced and paid, over time."""
        return cast("list[RevenuePoint]", self.call("GET", "/stats/revenue", query={"from": from_, "to": to, "by": by}))

    def get_usage_totals(self, *, metric: str | None = None, from_: Day | None = None, to: Day | None = None, by: StatsInterval | None = None) -> list[UsagePoint]:
        """What all users used, over time."""
        return cast("list[UsagePoint]", self.call("GET", "/stats/usage", query={"metric": metric, "from": from_, "to": to, "by": by}))

    def get_system(self) -> SystemState:
        """The parts of the system, and what waits. The processes announce themselves in Redis, each every few seconds; one that has not been heard of
        for 10 seconds is not listed. While Redis is away the lists that come from it are empty.
        """
        return cast("SystemState", self.call("GET", "/system"))

    def get_health(self) -> Health:
        """Is the process alive. Touches nothing, needs no key."""
        return cast("Health", self.call("GET", "/healthz"))

    def get_readiness(self) -> Readiness:
        """Can it serve. Asks PostgreSQL and Redis, and names the one that is down. Without Redis everything works, some of it slower: that is
        `degraded`, and still 200. Needs no key.
        """
        return cast("Readiness", self.call("GET", "/readyz"))

    def get_metrics(self) -> str:
        """Metrics for Prometheus. Requests and their latencies, the queue's depth and lag, invoices and payments. Needs `read` once keys exist."""
        return cast("str", self.call("GET", "/metrics"))
