import { inflateSync } from 'node:zlib';
import { unpackBits } from './unpackBits.ts';
import { unpackLzw } from './unpackLzw.ts';

/** Values of Compression that are read. */
export const compressions = { none: 1, lzw: 5, deflate: 8, packBits: 32773, oldDeflate: 32946 };

/**
 * The bytes of a strip or tile.
 *
 * @param data - As in the file, from the first byte on; what lies behind the last is not looked at.
 * @param needed - How many bytes the pixels of the part need.
 * @param most - More than so many are never unpacked: a strip of which only some rows are needed.
 * @returns At least `needed` bytes.
 * @throws RangeError or Error if the data hold less, or are damaged.
 */
export function unpackPart(
  data: Uint8Array,
  compression: number,
  needed: number,
  most: number,
): Uint8Array {
  const bytes = unpacked(data, compression, needed, most);
  if (bytes.length < needed) throw new RangeError(`${bytes.length} bytes of ${needed}`);
  return bytes;
}

function unpacked(data: Uint8Array, compression: number, needed: number, most: number): Uint8Array {
  switch (compression) {
    case compressions.none:
      return data;
    case compressions.lzw: {
      if (data[0] === 0 && ((data[1] ?? 0) & 1) === 1) {
        throw new RangeError('LZW with codes from the lowest bit on, as before TIFF 6.0');
      }
      const out = new Uint8Array(needed);
      return out.subarray(0, unpackLzw(data, out));
    }
    case compressions.packBits: {
      const out = new Uint8Array(needed);
      return out.subarray(0, unpackBits(data, out));
    }
    default:
      // One chunk of output, so that zlib need not join many.
      return inflateSync(data, { maxOutputLength: most, chunkSize: Math.max(64, most + 1) });
  }
}
