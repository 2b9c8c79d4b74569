import type { Schemas } from '../api/client.ts';

export type Kind = Schemas['EmailKind'];

/** Each kind of mail, and when it goes out. */
export const kinds: [Kind, string, string][] = [
  ['invoice_issued', 'Invoice issued', 'With its PDF, when a new invoice comes to more than nothing'],
  ['payment_failed', 'Payment failed', 'When a charge is declined and will be tried again, or waits for the customer'],
  ['payment_succeeded', 'Payment received', 'When a charge went through, or a payment was recorded'],
  ['trial_ending', 'Trial ending', 'Three days before'],
  ['card_needed', 'Card needed', 'When a charge is declined and is not tried again with that card'],
];

export const sayKindOfMail = (kind: Kind): string => kinds.find(([name]) => name === kind)?.[1] ?? kind;
