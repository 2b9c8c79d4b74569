import type { Schemas } from '../api/client.ts';
import { isZero } from './decimal.ts';
import { type Int, sum } from './int.ts';
import { formatCount, formatPrice } from './money.ts';

type Charge = Schemas['Charge'];
type Tiered = Schemas['GraduatedCharge'] | Schemas['VolumeCharge'];
type Tier = Schemas['Tier'];

const none = (count: Int) => BigInt(count) === 0n;

/** "$0.01 each and $5.00 once"; a tier that is all flat price has no price each. */
function tierPrice({ unit_price, flat_price }: Tier, currency: string): string {
  const each = `${formatPrice(unit_price, currency)} each`;
  if (isZero(flat_price)) return each;
  const once = `${formatPrice(flat_price, currency)} once`;
  return isZero(unit_price) ? once : `${each} and ${once}`;
}

const fewTiers = 3;

const price = (tier: Tier | undefined, currency: string) => (tier ? tierPrice(tier, currency) : '');

/** Tiers count the units beyond the included ones; a person counts all that is used, so their bounds are said with these. */
export const inAll = (bound: Int, included: Int): Int => sum([bound, included]);

function graduated({ tiers, included }: Tiered, currency: string): string {
  const [first, ...others] = tiers;
  const last = others.at(-1);
  const upTo = (tier: Tier | undefined) => formatCount(inAll(tier?.up_to ?? 0, included));
  const span = (index: number) => (none(included) ? `up to ${upTo(tiers[index])}` : `${formatCount(sum([tiers[index - 1]?.up_to ?? 0, included, 1]))} to ${upTo(tiers[index])}`);
  if (!last) return `${none(included) ? '' : 'then '}${price(first, currency)}`;
  const start = none(included) ? `the first${first?.up_to === 1 ? '' : ` ${upTo(first)}`}` : span(0);
  if (tiers.length > fewTiers) return `${start} at ${price(first, currency)}, ${tiers.length - 2} more prices, and then ${price(last, currency)}`;
  return [`${start} at ${price(first, currency)}`, ...others.slice(0, -1).map((tier, index) => `${span(index + 1)} at ${price(tier, currency)}`), `then ${price(last, currency)}`].join(', ');
}

function volume({ tiers, included }: Tiered, currency: string): string {
  const [first, ...others] = tiers;
  const last = others.at(-1);
  const upTo = (tier: Tier | undefined) => `up to ${formatCount(inAll(tier?.up_to ?? 0, included))}`;
  const all = none(included) ? 'all' : 'then all beyond';
  if (!last) return `${none(included) ? '' : 'then '}${price(first, currency)}`;
  const start = `${all} at ${price(first, currency)} ${upTo(first)}${none(included) ? '' : ' in all'}`;
  if (tiers.length > fewTiers) return `${start}, ${tiers.length - 2} more prices, and in the end all at ${price(last, currency)}`;
  return [start, ...others.slice(0, -1).map((tier) => `at ${price(tier, currency)} ${upTo(tier)}`), `at ${price(last, currency)} ${none(included) ? 'beyond' : 'from there on'}`].join(', ');
}

function pricing(charge: Charge, currency: string): string {
  switch (charge.model) {
    case 'per_unit':
      return `${formatPrice(charge.unit_price, currency)} each`;
    case 'graduated':
      return graduated(charge, currency);
    case 'volume':
      return volume(charge, currency);
    case 'package':
      return `${formatPrice(charge.package_price, currency)} for each started ${formatCount(charge.package_size)}`;
  }
}

/** "100,000 included, then $0.001 each". The metric is not said: it stands beside. */
export function sayCharge(charge: Charge, currency: string): string {
  const words = pricing(charge, currency);
  if (none(charge.included)) return words;
  const tiered = charge.model === 'graduated' || charge.model === 'volume';
  return `${formatCount(charge.included)} included, ${tiered ? words : `then ${words}`}`;
}

export const modelNames: Record<Charge['model'], string> = { per_unit: 'Per unit', graduated: 'Graduated', volume: 'Volume', package: 'Package' };

/** What a model does, for whoever chooses one. */
export const modelWords: Record<Charge['model'], string> = {
  per_unit: 'Each unit at one price.',
  graduated: 'Each unit at the price of the tier that it falls in.',
  volume: 'All units at the price of the tier that the quantity reaches.',
  package: 'Each started block of units at one price.',
};
