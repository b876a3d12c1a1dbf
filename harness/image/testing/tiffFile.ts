/** A tag by hand: its number, its type (3 SHORT, 4 LONG, 16 LONG8) and its values. */
export type TiffTag = readonly [tag: number, type: number, ...values: number[]];

interface TiffFileOptions {
  readonly isBig?: boolean;
  readonly isBigEndian?: boolean;
}

const sizeOf: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 16: 8 };

/** Where the pixels of the first page lie. */
export const firstByte = 16;

/**
 * A TIFF or BigTIFF file of pages: the pixels of all of them behind the header, in order, then the
 * directories. Of a page that does not say so otherwise, the pixels are one strip of 8-bit grey.
 */
export function tiffFile(
  pages: readonly {
    readonly width: number;
    readonly height: number;
    readonly body: Uint8Array;
    /** In place of the usual tags, or beside them. */
    readonly tags?: readonly TiffTag[];
  }[],
  { isBig = false, isBigEndian = false }: TiffFileOptions = {},
): Uint8Array {
  const word = isBig ? 8 : 4;
  const bytes: number[] = [];
  const put = (value: number, size: number): void => {
    const places = Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);
    bytes.push(...(isBigEndian ? places.reverse() : places));
  };
  const bodyBytes = pages.reduce((sum, { body }) => sum + body.length, 0);
  bytes.push(...(isBigEndian ? [0x4d, 0x4d] : [0x49, 0x49]));
  put(isBig ? 43 : 42, 2);
  if (isBig) {
    put(8, 2);
    put(0, 2);
  }
  put(firstByte + bodyBytes, word);
  while (bytes.length < firstByte) bytes.push(0);
  for (const { body } of pages) for (const byte of body) bytes.push(byte);
  let stripAt = firstByte;
  pages.forEach(({ width, height, body, tags = [] }, page) => {
    const all = new Map<number, TiffTag>();
    const usual: TiffTag[] = [
      [256, 4, width],
      [257, 4, height],
      [258, 3, 8],
      [259, 3, 1],
      [262, 3, 1],
      [273, 4, stripAt],
      [277, 3, 1],
      [278, 4, height],
      [279, 4, body.length],
    ];
    for (const tag of [...usual, ...tags]) all.set(tag[0], tag);
    stripAt += body.length;
    const entries = [...all.values()].sort((a, b) => a[0] - b[0]);
    const entryBytes = isBig ? 20 : 12;
    const directoryEnd = bytes.length + (isBig ? 8 : 2) + entries.length * entryBytes + word;
    let outsideAt = directoryEnd;
    const outside: (readonly [number, readonly number[]])[] = [];
    put(entries.length, isBig ? 8 : 2);
    for (const [tag, type, ...values] of entries) {
      const size = sizeOf[type] ?? 1;
      put(tag, 2);
      put(type, 2);
      put(values.length, word);
      if (values.length * size <= word) {
        for (const value of values) put(value, size);
        for (let i = values.length * size; i < word; i++) bytes.push(0);
      } else {
        put(outsideAt, word);
        outside.push([size, values]);
        outsideAt += values.length * size;
      }
    }
    put(page + 1 < pages.length ? outsideAt : 0, word);
    for (const [size, values] of outside) for (const value of values) put(value, size);
  });
  return Uint8Array.from(bytes);
}
