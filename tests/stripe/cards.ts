/** Stripe's test cards, and what becomes of a charge of each: docs.stripe.com/testing. */

export type Outcome = 'pays' | 'processing' | 'authenticate' | { code: string; decline_code: string; message: string }

const declined = (code: string, decline_code: string, message = 'Your card was declined.'): Outcome => ({ code, decline_code, message })

const cards: Record<string, Outcome> = {
  '4242424242424242': 'pays',
  '5555555555554444': 'pays',
  '4000002760003184': 'authenticate', // each time
  '4000000000000341': declined('card_declined', 'generic_decline'), // is taken, and declined when it is charged
  '4000000000009995': declined('card_declined', 'insufficient_funds', 'Your card has insufficient funds.'),
  '4000000000009979': declined('card_declined', 'stolen_card'),
  '4000000000000069': declined('expired_card', 'expired_card', 'Your card has expired.'),
  '4000000000000119': declined('processing_error', 'processing_error', 'An error occurred while processing your card. Try again in a little bit.'),
  // A debit by SEPA: days pass until it has come, or come back.
  DE89370400440532013000: 'processing',
}

export function outcomeOf(number: string): Outcome {
  const outcome = cards[number]
  if (!outcome) throw new Error(`${number} is none of the test cards`)
  return outcome
}

/** Of an object: what is shown of a card. */
export function shown(number: string): { type: string; details: object } {
  if (number.startsWith('DE')) return { type: 'sepa_debit', details: { bank_code: '37040044', country: 'DE', last4: number.slice(-4) } }
  const details = { brand: number.startsWith('5') ? 'mastercard' : 'visa', last4: number.slice(-4), exp_month: 12, exp_year: 2034, funding: 'credit', country: 'US' }
  return { type: 'card', details }
}
