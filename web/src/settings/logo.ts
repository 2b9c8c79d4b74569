const mostBytes = 100_000;
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A file as the API takes a logo: base64 of a PNG. Throws what is wrong with it, for a person. */
export async function readLogo(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!signature.every((byte, index) => bytes[index] === byte)) throw new Error('A PNG, please: other pictures cannot be printed');
  if (bytes.length > mostBytes) throw new Error(`At most 100 kB; this one has ${Math.ceil(bytes.length / 1000)} kB`);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

export const logoUrl = (logo: string) => `data:image/png;base64,${logo}`;
