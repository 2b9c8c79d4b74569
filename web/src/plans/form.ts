import type { Schemas } from '../api/client.ts';
import { suggestCode } from '../lib/code.ts';
import { type Int, parseInteger } from '../lib/int.ts';
import { exponentOf, formatCount, parseMoney, parsePrice, toMajor } from '../lib/money.ts';

export type Model = Schemas['NewCharge']['model'];
export type Interval = Schemas['Interval'];
export type BillingTime = Schemas['BillingTime'];

/** What is typed, as it was typed. The last tier has no bound, whatever its `up_to` says. */
export type TierFields = { key: number; up_to: string; unit_price: string; flat_price: string };
export type ChargeFields = { key: number; metric: string; model: Model; included: string; unit_price: string; tiers: TierFields[]; package_size: string; package_price: string };
export type PlanFields = {
  name: string;
  /** null for as long as it follows the name */
  code: string | null;
  amount: string;
  currency: string;
  interval: Interval;
  interval_count: string;
  trial_days: string;
  bill_in: BillingTime;
  minimum: string;
  charges: ChargeFields[];
};

let lastKey = 0;
export const blankTier = (): TierFields => ({ key: ++lastKey, up_to: '', unit_price: '', flat_price: '' });
export const blankCharge = (): ChargeFields => ({
  key: ++lastKey, metric: '', model: 'per_unit', included: '', unit_price: '', tiers: [blankTier(), blankTier()], package_size: '', package_price: '',
});
/** What a charge is, in the fields: to be changed into another one. */
export function chargeFieldsOf(charge: Schemas['Charge']): ChargeFields {
  const fields = { ...blankCharge(), metric: charge.metric, model: charge.model, included: String(charge.included) };
  if (charge.model === 'per_unit') return { ...fields, unit_price: charge.unit_price };
  if (charge.model === 'package') return { ...fields, package_size: String(charge.package_size), package_price: charge.package_price };
  return { ...fields, tiers: charge.tiers.map(({ up_to, unit_price, flat_price }) => ({ ...blankTier(), up_to: up_to === null ? '' : String(up_to), unit_price, flat_price })) };
}

/** A version in the fields of the form, for the next one to be written from it. */
export function fieldsOfVersion(version: Schemas['PlanVersion'], name: string): PlanFields {
  return {
    name,
    code: version.plan_code,
    amount: toMajor(version.amount_cents, version.currency),
    currency: version.currency,
    interval: version.interval,
    interval_count: String(version.interval_count),
    trial_days: String(version.trial_days),
    bill_in: version.bill_in,
    minimum: BigInt(version.minimum_cents) === 0n ? '' : toMajor(version.minimum_cents, version.currency),
    charges: version.charges.map(chargeFieldsOf),
  };
}

/** Fields that were kept, with keys that no new one will have. */
export function renumber(fields: PlanFields): PlanFields {
  return { ...fields, charges: fields.charges.map((charge) => ({ ...charge, key: ++lastKey, tiers: charge.tiers.map((tier) => ({ ...tier, key: ++lastKey })) })) };
}
export const blankPlan: PlanFields = { name: '', code: null, amount: '', currency: 'USD', interval: 'month', interval_count: '1', trial_days: '0', bill_in: 'arrears', minimum: '', charges: [] };

export const codeOf = ({ code, name }: PlanFields) => (code ?? suggestCode(name)).trim();

/** What the fields come to: the body for the server, or null while something is missing or is no number, and what is wrong by pointer. */
/** What may be left out of a new plan is written all the same, but for its code and its name. */
export type PlanBody = Schemas['NewPlanPreview'] & Required<Pick<Schemas['NewPlanPreview'], 'currency' | 'interval' | 'interval_count' | 'charges'>>;
export type Read = { body: PlanBody | null; wrong: Map<string, string> };

/** Reads fields; what is empty and needed makes it incomplete, what cannot be read is said at its pointer. */
class Reader {
  readonly wrong = new Map<string, string>();
  missing = false;

  text(text: string, whole = /./): string {
    if (!whole.test(text.trim())) this.missing = true;
    return text.trim();
  }

  integer(pointer: string, text: string, whenEmpty?: Int): Int {
    return this.read(pointer, text, parseInteger, 'A whole number, such as 1,000', whenEmpty) ?? 0;
  }

  /** A tier's bound, beyond the one before. */
  bound(pointer: string, text: string, before: Int): Int {
    const read = this.integer(pointer, text);
    if (text.trim() !== '' && !this.wrong.has(pointer) && BigInt(read) <= BigInt(before)) this.wrong.set(pointer, `Must be more than ${formatCount(before)}`);
    return read;
  }

  price(pointer: string, text: string): string {
    return this.read(pointer, text, parsePrice, 'A price such as 0.001, with up to 12 decimal places') ?? '0';
  }

  money(pointer: string, text: string, currency: string): Int {
    const places = exponentOf(currency);
    const words = places === 0 ? `A whole amount: ${currency} has no smaller unit` : `An amount such as 49 or ${(49.9).toFixed(places)}`;
    return this.read(pointer, text, (typed) => parseMoney(typed, currency), words) ?? 0;
  }

  private read<T>(pointer: string, text: string, parse: (text: string) => T | null, words: string, whenEmpty?: T): T | undefined {
    if (text.trim() === '') {
      if (whenEmpty === undefined) this.missing = true;
      return whenEmpty;
    }
    const value = parse(text);
    if (value === null) this.wrong.set(pointer, words);
    return value ?? undefined;
  }
}

function readTiers(reader: Reader, at: string, tiers: TierFields[]): Schemas['NewTier'][] {
  let before: Int = 0;
  const bound = (pointer: string, text: string) => {
    const read = reader.bound(pointer, text, before);
    before = BigInt(read) > BigInt(before) ? read : before;
    return read;
  };
  return tiers.map(({ up_to, unit_price, flat_price }, index) => ({
    up_to: index === tiers.length - 1 ? null : bound(`${at}/${index}/up_to`, up_to),
    unit_price: reader.price(`${at}/${index}/unit_price`, unit_price),
    ...(flat_price.trim() === '' ? {} : { flat_price: reader.price(`${at}/${index}/flat_price`, flat_price) }),
  }));
}

/** A charge has the members of its model only: what was typed for another stays in the form, in case one goes back to it. */
function readCharge(reader: Reader, at: string, charge: ChargeFields): Schemas['NewCharge'] {
  const { model } = charge;
  const common = { metric: reader.text(charge.metric), included: reader.integer(`${at}/included`, charge.included, 0) };
  if (model === 'per_unit') return { ...common, model, unit_price: reader.price(`${at}/unit_price`, charge.unit_price) };
  if (model !== 'package') return { ...common, model, tiers: readTiers(reader, `${at}/tiers`, charge.tiers) };
  return { ...common, model, package_size: reader.integer(`${at}/package_size`, charge.package_size), package_price: reader.price(`${at}/package_price`, charge.package_price) };
}

export function readPlan(fields: PlanFields): Read {
  const reader = new Reader();
  const code = codeOf(fields);
  const name = fields.name.trim();
  const body = {
    ...(code === '' ? {} : { code }),
    ...(name === '' ? {} : { name }),
    amount_cents: reader.money('/amount_cents', fields.amount, fields.currency),
    currency: reader.text(fields.currency, /^[A-Z]{3}$/),
    interval: fields.interval,
    interval_count: Number(reader.integer('/interval_count', fields.interval_count)),
    trial_days: Number(reader.integer('/trial_days', fields.trial_days, 0)),
    bill_in: fields.bill_in,
    minimum_cents: fields.minimum.trim() === '' ? 0 : reader.money('/minimum_cents', fields.minimum, fields.currency),
    active: true,
    charges: fields.charges.map((charge, index) => readCharge(reader, `/charges/${index}`, charge)),
  };
  return { body: reader.missing || reader.wrong.size > 0 ? null : body, wrong: reader.wrong };
}

/** The prices of a customer's own; null while there is none, or one cannot be read. */
export function readOverrides(amount: string, charges: ChargeFields[], currency: string): { overrides: Schemas['NewOverrides'] | null; wrong: Map<string, string> } {
  const reader = new Reader();
  const overrides: Schemas['NewOverrides'] = {};
  if (amount.trim() !== '') overrides.amount_cents = reader.money('/amount_cents', amount, currency);
  if (charges.length > 0) overrides.charges = charges.map((charge, index) => readCharge(reader, `/charges/${index}`, charge));
  const nothing = amount.trim() === '' && charges.length === 0;
  return { overrides: nothing || reader.missing || reader.wrong.size > 0 ? null : overrides, wrong: reader.wrong };
}
