import { ungrouped } from './int.ts';
import { locale } from './locale.ts';

/** "6.25%" for exact decimal text. */
export function formatPercent(percent: string): string {
  const places = (percent.split('.')[1] ?? '').length;
  return `${new Intl.NumberFormat(locale, { minimumFractionDigits: 0, maximumFractionDigits: places }).format(percent as `${number}`)}%`;
}

/** What a person typed ("19", "6.25 %") as the API takes it: 0 to 100 with up to four places; null when it is none. */
export function parsePercent(text: string): string | null {
  const plain = ungrouped(text.replace(/\s*%\s*$/, ''));
  if (plain === null || !/^\d{1,3}(\.\d{1,4})?$/.test(plain)) return null;
  const [whole = '', fraction = ''] = plain.split('.');
  return BigInt(whole) > 100n || (BigInt(whole) === 100n && /[1-9]/.test(fraction)) ? null : plain;
}
