import { expect, test } from 'vitest';
import { blankMetadata, detailsFieldsOf, readDetails } from './details_form.ts';

const user = {
  id: '', email: 'a@example.com', name: 'Ada', external_id: null, phone: null, address: { line1: 'Hauptstr. 1', line2: null, city: 'Berlin', state: null, postal_code: '10115', country: 'DE' }, tax_id: null,
  tax_status: 'taxable' as const, language: 'en', collection: 'automatic' as const, net_days: 30, metadata: { crm: '1', tier: 'gold' }, payment_method: null, anonymized_at: null, created_at: '', updated_at: '',
};
const fields = detailsFieldsOf(user);
const patch = (changes: Partial<typeof fields>) => readDetails({ ...fields, ...changes }, user).patch;

test('only what is another is sent, and what is empty clears', () => {
  expect(patch({})).toEqual({});
  expect(patch({ name: ' ', external_id: ' crm-1 ', net_days: '14', tax_status: 'exempt' })).toEqual({ name: null, external_id: 'crm-1', net_days: 14, tax_status: 'exempt' });
  expect(patch({ address: { ...fields.address, city: 'Potsdam' } })).toEqual({ address: { line1: 'Hauptstr. 1', city: 'Potsdam', postal_code: '10115', country: 'DE' } });
});

test('metadata is changed member by member, and what was taken out is null', () => {
  const [crm, tier] = fields.metadata;
  expect(patch({ metadata: [{ ...crm!, value: '2' }, { ...blankMetadata(), name: 'new', value: 'x' }, blankMetadata()] })).toEqual({ metadata: { crm: '2', new: 'x', tier: null } });
  expect(readDetails({ ...fields, metadata: [crm!, { ...tier!, name: 'crm' }] }, user).wrong.get('/metadata')).toBe('Two have the same name');
});

test('what cannot be read is said, and nothing is sent', () => {
  expect(patch({ net_days: '366' })).toBeNull();
  expect(patch({ email: '' })).toBeNull();
});
