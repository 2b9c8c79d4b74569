/** Exact decimal text, as the API writes prices and the steps of an explanation: "-0.000000000001", "49". */
export type Decimal = string;

function scaled(value: Decimal, places: number): bigint {
  const [whole = '0', fraction = ''] = value.replace('-', '').split('.');
  const digits = BigInt(whole + fraction.padEnd(places, '0'));
  return value.startsWith('-') ? -digits : digits;
}

const placesOf = (value: Decimal) => (value.split('.')[1] ?? '').length;

function unscaled(value: bigint, places: number): Decimal {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const fraction = places === 0 ? '' : digits.slice(-places).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, digits.length - places)}${fraction && `.${fraction}`}`;
}

export function add(...values: Decimal[]): Decimal {
  const places = Math.max(0, ...values.map(placesOf));
  return unscaled(values.reduce((total, value) => total + scaled(value, places), 0n), places);
}

export function negate(value: Decimal): Decimal {
  return unscaled(-scaled(value, placesOf(value)), placesOf(value));
}

export function isZero(value: Decimal): boolean {
  return scaled(value, placesOf(value)) === 0n;
}

export function isNegative(value: Decimal): boolean {
  return scaled(value, placesOf(value)) < 0n;
}
