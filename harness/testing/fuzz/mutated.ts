import type { RandomStream } from '../../numeric/index.ts';

/** Where lengths, counts and offsets go wrong. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff];

/** A copy of bytes in which one to four things are wrong: bits, numbers, parts. */
export function mutated(bytes: Uint8Array, random: RandomStream): Uint8Array {
  let result: Uint8Array = Uint8Array.from(bytes);
  const count = 1 + random.integerBelow(4);
  for (let i = 0; i < count && result.length > 0; i++) result = mutatedOnce(result, random);
  return result;
}

function mutatedOnce(bytes: Uint8Array, random: RandomStream): Uint8Array {
  const at = random.integerBelow(bytes.length);
  const length = 1 + random.integerBelow(Math.min(64, bytes.length - at));
  const part = bytes.subarray(at, at + length);
  switch (random.integerBelow(7)) {
    case 0:
      bytes[at] = bytes[at]! ^ (1 << random.integerBelow(8));
      return bytes;
    case 1:
      bytes[at] = random.integerBelow(256);
      return bytes;
    case 2: {
      const value = edges[random.integerBelow(edges.length)]!;
      const size = 2 ** random.integerBelow(4);
      const isLittleEndian = random.integerBelow(2) === 0;
      for (let i = 0; i < size && at + i < bytes.length; i++) {
        const place = isLittleEndian ? i : size - 1 - i;
        bytes[at + i] = Math.floor(value / 256 ** place) % 256;
      }
      return bytes;
    }
    case 3:
      return bytes.subarray(0, at);
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 5:
      return joined(bytes.subarray(0, at), part, bytes.subarray(at));
    default:
      return joined(
        bytes.subarray(0, at),
        part.map(() => random.integerBelow(256)),
        bytes.subarray(at + length),
      );
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
