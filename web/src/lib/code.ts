/** A code out of a name: "Pro (yearly)" is pro-yearly. */
export function suggestCode(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9_]+/g, '-').replace(/^[-_]+/, '').slice(0, 64).replace(/-+$/, '');
}
