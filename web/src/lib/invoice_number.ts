/** Whether a text is a whole invoice number, as the API has them: "2026-000001". */
export function isInvoiceNumber(text: string): boolean {
  return /^\d{4}-\d{6,}$/.test(text);
}

/** The number that a person means who leaves out the zeros or adds a "#": "2026-1313" is 2026-001313. What is none stays as it was typed. */
export function completeNumber(typed: string): string {
  const text = typed.trim();
  const [, year, count] = /^#?\s*(\d{4})\s*[-–/]\s*(\d+)$/.exec(text) ?? [];
  return year && count ? `${year}-${count.padStart(6, '0')}` : text;
}
