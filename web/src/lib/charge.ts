import type { Schemas } from '../api/client.ts';
import { isZero } from './decimal.ts';
import type { Int } from './int.ts';
import { formatCount, formatPrice } from './money.ts';

type Charge = Schemas['Charge'];
type Tier = Schemas['Tier'];

/** "$0.01 each and $5.00 once"; a tier that is all flat price has no price each. */
function tierPrice({ unit_price, flat_price }: Tier, currency: string): string {
  const each = `${formatPrice(unit_price, currency)} each`;
  if (isZero(flat_price)) return each;
  const once = `${formatPrice(flat_price, currency)} once`;
  return isZero(unit_price) ? once : `${each} and ${once}`;
}

const fewTiers = 3;

function graduated(tiers: Tier[], currency: string): string {
  const price = (tier: Tier | undefined) => (tier ? tierPrice(tier, currency) : '');
  const [first, ...others] = tiers;
  const last = others.at(-1);
  if (!last) return price(first);
  const start = `the first${first?.up_to === 1 ? '' : ` ${formatCount(first?.up_to ?? 0)}`} at ${price(first)}`;
  if (tiers.length > fewTiers) return `${start}, ${tiers.length - 2} more prices, and then ${price(last)}`;
  return [start, ...others.slice(0, -1).map((tier) => `up to ${formatCount(tier.up_to ?? 0)} at ${price(tier)}`), `then ${price(last)}`].join(', ');
}

function volume(tiers: Tier[], currency: string): string {
  const price = (tier: Tier | undefined) => (tier ? tierPrice(tier, currency) : '');
  const [first, ...others] = tiers;
  const last = others.at(-1);
  if (!last) return price(first);
  const start = `all at ${price(first)} up to ${formatCount(first?.up_to ?? 0)}`;
  if (tiers.length > fewTiers) return `${start}, ${tiers.length - 2} more prices, and in the end all at ${price(last)}`;
  return [start, ...others.slice(0, -1).map((tier) => `at ${price(tier)} up to ${formatCount(tier.up_to ?? 0)}`), `at ${price(last)} beyond`].join(', ');
}

function pricing(charge: Charge, currency: string): string {
  switch (charge.model) {
    case 'per_unit':
      return `${formatPrice(charge.unit_price, currency)} each`;
    case 'graduated':
      return graduated(charge.tiers, currency);
    case 'volume':
      return volume(charge.tiers, currency);
    case 'package':
      return `${formatPrice(charge.package_price, currency)} for each started ${formatCount(charge.package_size)}`;
  }
}

const none = (count: Int) => BigInt(count) === 0n;

/** "100,000 included, then $0.001 each". The metric is not said: it stands beside. */
export function sayCharge(charge: Charge, currency: string): string {
  const words = pricing(charge, currency);
  return none(charge.included) ? words : `${formatCount(charge.included)} included, then ${words}`;
}

export const modelNames: Record<Charge['model'], string> = { per_unit: 'Per unit', graduated: 'Graduated', volume: 'Volume', package: 'Package' };

/** What a model does, for whoever chooses one. */
export const modelWords: Record<Charge['model'], string> = {
  per_unit: 'Each unit at one price.',
  graduated: 'Each unit at the price of the tier that it falls in.',
  volume: 'All units at the price of the tier that the quantity reaches.',
  package: 'Each started block of units at one price.',
};
