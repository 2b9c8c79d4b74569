import type { Schemas } from '../api/client.ts';
import { capital } from './words.ts';

type Method = Pick<Schemas['PaymentMethod'], 'payment_method' | 'type' | 'brand' | 'last4' | 'expiry_month' | 'expiry_year'>;

const types: Record<string, string> = { card: 'Card', sepa_debit: 'SEPA debit', us_bank_account: 'Bank account' };

/** A payment method as its owner knows it: "Visa …4242, until 09/2030"; of one of which no more is known its token. */
export function sayMethod({ payment_method, type, brand, last4, expiry_month, expiry_year }: Method): string {
  if (last4 === null) return payment_method;
  const what = brand === null ? (types[type] ?? capital(type.replaceAll('_', ' '))) : brand === 'amex' ? 'American Express' : capital(brand.replaceAll('_', ' '));
  const until = expiry_month && expiry_year ? `, until ${String(expiry_month).padStart(2, '0')}/${expiry_year}` : '';
  return `${what} …${last4}${until}`;
}
