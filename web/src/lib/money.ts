import { type Int, ungrouped } from './int.ts';
import { locale } from './locale.ts';

// ISO 4217 as the server has it (src/core/money/currencies.hpp; a test compares). Intl alone will not do: browsers show some currencies with the
// decimal places that are usual in cash, and minor units would be read as a hundred times as much.
const exponents: Record<string, number> = {
  BHD: 3, BIF: 0, CLF: 4, CLP: 0, DJF: 0, GNF: 0, IQD: 3, ISK: 0, JOD: 3, JPY: 0, KMF: 0, KRW: 0, KWD: 3, LYD: 3, OMR: 3, PYG: 0, RWF: 0,
  TND: 3, UGX: 0, UYI: 0, UYW: 4, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
};

/** Decimal places of the currency's minor unit. */
export function exponentOf(currency: string): number {
  return exponents[currency] ?? 2;
}

/** "12.30" for 1230 minor units of a currency with two places. */
export function toMajor(minor: Int, currency: string): string {
  const places = exponentOf(currency);
  const value = BigInt(minor);
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const sign = value < 0n ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Minor units of what a person typed ("49", "49.90", "1,049.90"); null when it is no such amount. */
export function parseMoney(text: string, currency: string): bigint | null {
  const places = exponentOf(currency);
  const found = /^(\d+)(?:\.(\d*))?$/.exec(ungrouped(text) ?? '');
  if (!found || (found[2] ?? '').length > places) return null;
  return BigInt(found[1] + (found[2] ?? '').padEnd(places, '0'));
}

/** The exact decimal text of a unit price that a person typed ("0.001", ".001", "1,000"), as the API takes it; null when it is none. */
export function parsePrice(text: string): string | null {
  const found = /^(\d{0,15})(?:\.(\d{0,12}))?$/.exec(ungrouped(text) ?? '');
  const [, whole = '', fraction = ''] = found ?? [];
  if (whole + fraction === '') return null;
  return (whole || '0') + (fraction && `.${fraction}`);
}

const formats = new Map<string, Intl.NumberFormat>();

function format(currency: string, least: number, most: number): Intl.NumberFormat {
  const key = `${currency} ${least} ${most}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.NumberFormat(locale, { style: 'currency', currency, minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(key, found);
  }
  return found;
}

// Intl takes decimal text and keeps it exact; no amount goes through a float.
type DecimalText = `${number}`;

/** "$12.30" for minor units. */
export function formatMoney(minor: Int, currency: string): string {
  const places = exponentOf(currency);
  return format(currency, places, places).format(toMajor(minor, currency) as DecimalText);
}

/** "$0.001" for exact decimal text in the major unit, with all the places that it has. */
export function formatPrice(decimal: string, currency: string): string {
  const places = Math.max(exponentOf(currency), (decimal.split('.')[1] ?? '').length);
  return format(currency, exponentOf(currency), Math.min(places, 20)).format(decimal as DecimalText);
}

/** "$12K", for an axis: the one place where cents do not matter. */
export function formatRoughly(major: number, currency: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency, notation: 'compact', maximumFractionDigits: Math.abs(major) < 10 ? 2 : 1, minimumFractionDigits: 0 }).format(major);
}

/** For a chart, which draws pixels and not money. */
export function toPlottable(minor: Int, currency: string): number {
  return Number(minor) / 10 ** exponentOf(currency);
}

/** Groups of thousands: "120,000". */
export function formatCount(count: Int): string {
  return new Intl.NumberFormat(locale).format(count);
}

export function formatCountRoughly(count: number): string {
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(count);
}
