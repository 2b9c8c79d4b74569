import type { Schemas } from '../api/client.ts';
import { type AddressFields, addressFieldsOf, readAddress } from '../lib/address.ts';
import { parseInteger } from '../lib/int.ts';

type User = Schemas['User'];
type Patch = Schemas['UserPatch'];
export type MetadataFields = { key: number; name: string; value: string }[];

/** A customer's data as it is typed. */
export type DetailsFields = {
  email: string;
  name: string;
  external_id: string;
  phone: string;
  address: AddressFields;
  tax_id: string;
  tax_status: Schemas['TaxStatus'];
  language: string;
  collection: Schemas['UserCollection'];
  net_days: string;
  metadata: MetadataFields;
};

let lastKey = 0;
export const blankMetadata = () => ({ key: ++lastKey, name: '', value: '' });

export function detailsFieldsOf(user: User): DetailsFields {
  const { email, name, external_id, phone, address, tax_id, tax_status, language, collection, net_days, metadata } = user;
  return {
    email, name: name ?? '', external_id: external_id ?? '', phone: phone ?? '', address: addressFieldsOf(address), tax_id: tax_id ?? '', tax_status, language, collection, net_days: String(net_days),
    metadata: Object.entries(metadata).map(([one, value]) => ({ ...blankMetadata(), name: one, value })),
  };
}

const orNull = (text: string) => text.trim() || null;

/** What of metadata is another now: null takes a member out. */
function readMetadata(fields: MetadataFields, before: Schemas['Metadata']): Patch['metadata'] {
  const now = new Map(fields.map(({ name, value }) => [name.trim(), value.trim()] as const).filter(([name, value]) => name !== '' && value !== ''));
  const gone = Object.keys(before).filter((name) => !now.has(name));
  return Object.fromEntries([...[...now].filter(([name, value]) => before[name] !== value), ...gone.map((name) => [name, null] as const)]);
}

type Read = { /** what is another now; null while something cannot be read */ patch: Patch | null; wrong: Map<string, string> };

/** What the fields change of a customer. */
export function readDetails(fields: DetailsFields, user: User): Read {
  const wrong = new Map<string, string>();
  const net = parseInteger(fields.net_days);
  if (net === null || net < 0 || net > 365) wrong.set('/net_days', 'A number of days, up to 365');
  const names = fields.metadata.map(({ name }) => name.trim()).filter((name) => name !== '');
  if (new Set(names).size < names.length) wrong.set('/metadata', 'Two have the same name');
  const before = detailsFieldsOf(user);
  const patch: Patch = {};
  if (fields.email.trim() !== before.email) patch.email = fields.email.trim();
  for (const name of ['name', 'external_id', 'phone', 'tax_id'] as const) if (orNull(fields[name]) !== user[name]) patch[name] = orNull(fields[name]);
  if (JSON.stringify(fields.address) !== JSON.stringify(before.address)) patch.address = readAddress(fields.address);
  if (fields.tax_status !== user.tax_status) patch.tax_status = fields.tax_status;
  if (fields.language.trim() !== user.language) patch.language = fields.language.trim();
  if (fields.collection !== user.collection) patch.collection = fields.collection;
  if (net !== null && Number(net) !== user.net_days) patch.net_days = Number(net);
  const metadata = readMetadata(fields.metadata, user.metadata);
  if (Object.keys(metadata ?? {}).length > 0) patch.metadata = metadata;
  return { patch: wrong.size > 0 || fields.email.trim() === '' || fields.language.trim() === '' ? null : patch, wrong };
}
