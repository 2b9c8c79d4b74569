import { Select, TextInput } from '@mantine/core';
import type { AddressFields as Fields } from '../lib/address.ts';
import { countries } from '../lib/countries.ts';
import classes from './fields.module.css';
import { type At, fieldOrder } from './fields.ts';

type AddressFieldsProps = { address: Fields; set: (address: Fields) => void; at: At };

/** Where somebody is, as documents have it; any part of it may be left out. */
export function AddressFields({ address, set, at }: AddressFieldsProps) {
  const field = (name: keyof Fields, label: string, className?: string) => (
    <TextInput {...fieldOrder} className={className} label={label} autoComplete="off" maxLength={200} value={address[name]} onChange={(event) => set({ ...address, [name]: event.currentTarget.value })} error={at(`/address/${name}`)} />
  );
  return (
    <>
      {field('line1', 'Street and number', classes.wide)}
      {field('line2', 'Further line', classes.wide)}
      {field('postal_code', 'Postal code')}
      {field('city', 'City')}
      {field('state', 'State or region')}
      <Select {...fieldOrder} label="Country" placeholder="none" data={countries} value={address.country || null} onChange={(country) => set({ ...address, country: country ?? '' })} error={at('/address/country') ?? at('/address')} nothingFoundMessage="No country is called so" searchable clearable />
    </>
  );
}
