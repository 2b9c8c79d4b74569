import type { Schemas } from '../api/client.ts';

/** An address as it is typed: empty is none. */
export type AddressFields = Record<keyof Schemas['Address'], string>;
export const noAddress: AddressFields = { line1: '', line2: '', city: '', state: '', postal_code: '', country: '' };

export function addressFieldsOf(address: Schemas['Address'] | null): AddressFields {
  return address ? (Object.fromEntries(Object.entries(address).map(([name, value]) => [name, value ?? ''])) as AddressFields) : noAddress;
}

/** What is in the fields; null where nothing is. */
export function readAddress(fields: AddressFields): Schemas['NewAddress'] | null {
  const typed = Object.entries(fields).map(([name, text]) => [name, text.trim()]).filter(([, text]) => text !== '');
  return typed.length === 0 ? null : Object.fromEntries(typed);
}

// There the post office wants the code behind the town: as rooms/paper/stored.cpp has it.
const codeComesLast = ['US', 'CA', 'GB', 'AU', 'NZ', 'IE', 'IN', 'SG', 'BR', 'ZA', 'HK'];

const joined = (between: string, ...texts: (string | null | undefined)[]) => texts.filter(Boolean).join(between);

/** Line by line, as documents have it. */
export function linesOfAddress(address: Partial<Schemas['Address']> | null): string[] {
  if (!address) return [];
  const { line1, line2, city, state, postal_code, country } = address;
  const town = codeComesLast.includes(country ?? '') ? joined(' ', joined(', ', city, state), postal_code) : joined(', ', joined(' ', postal_code, city), state);
  return [line1, line2, town, country].filter((line): line is string => Boolean(line));
}
