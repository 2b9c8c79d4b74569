/** Whether a text is a whole invoice number, as the API has them: "2026-000001". */
export function isInvoiceNumber(text: string): boolean {
  return /^\d{4}-\d{6,}$/.test(text);
}

/**
 * The number that a person means who leaves out the zeros, the year or adds a "#": "2026-1313" is 2026-001313, and so is "1313" in 2026. What is none
 * stays as it was typed.
 */
export function completeNumber(typed: string, year: number): string {
  const text = typed.trim();
  const [, named = String(year), count] = /^#?\s*(?:(\d{4})\s*[-–/]\s*)?(\d{1,12})$/.exec(text) ?? [];
  return count ? `${named}-${count.padStart(6, '0')}` : text;
}

/** The numbers that a text may mean, the likeliest first: one without a year is of this year, or of the last. */
export function numbersMeant(typed: string, year: number): string[] {
  return [...new Set([year, year - 1].map((one) => completeNumber(typed, one)))].filter(isInvoiceNumber);
}
