/** Pictures to try logos with. */

import { crc32, deflateSync } from 'node:zlib'

type Color = [red: number, green: number, blue: number, alpha?: number]

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const numbers = Buffer.alloc(8)
  numbers.writeUInt32BE(data.length, 0)
  numbers.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([numbers.subarray(0, 4), named, numbers.subarray(4)])
}

/** A PNG of these pixels, with a comment that makes it `bytes` long where that is given. */
export function png(width: number, height: number, at: (x: number, y: number) => Color = () => [20, 90, 200], bytes = 0): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 4))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b, a = 255] = at(x, y)
      rows.set([r, g, b, a], y * (1 + width * 4) + 1 + x * 4)
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 6], 8)
  const parts = [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]
  const short = bytes - Buffer.concat(parts).length - 12
  if (short >= 8) parts.splice(2, 0, chunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), Buffer.alloc(short - 8, 'x')])))
  return Buffer.concat(parts)
}
