/** How a field of a page's form is laid out: what it is for below it, so that fields of a row stand in line. */
export const fieldOrder = { inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[] };

/** What is wrong with a member of the body, by its pointer ("/metric"). */
export type At = (pointer: string) => string | undefined;

// The usual ones are offered; any other ISO 4217 code can be typed.
export const currencies = ['USD', 'EUR', 'GBP', 'AUD', 'BRL', 'CAD', 'CHF', 'CNY', 'INR', 'JPY', 'KWD', 'MXN', 'NOK', 'PLN', 'SEK', 'SGD', 'ZAR'];
