const clearCode = 256;
const endCode = 257;
const firstFree = 258;
const mostCodes = 4096;

/**
 * Undoes the LZW compression of TIFF (section 13): codes from the highest bit on, their width
 * raised one code early.
 *
 * Writers differ in when they clear their table: before its last entries are used, with the last,
 * or never. A table that is full is therefore kept until a clear code comes.
 *
 * @param out - Filled as far as the data reach, and no further than its end.
 * @returns How many bytes were written.
 * @throws RangeError if a code comes that the table cannot have yet.
 */
export function unpackLzw(data: Uint8Array, out: Uint8Array): number {
  // Entry c is the text of entry prefix[c] followed by suffix[c].
  const prefix = new Uint16Array(mostCodes);
  const suffix = new Uint8Array(mostCodes);
  const first = new Uint8Array(mostCodes);
  const length = new Uint16Array(mostCodes);
  for (let byte = 0; byte < 256; byte++) {
    suffix[byte] = byte;
    first[byte] = byte;
    length[byte] = 1;
  }
  let next = firstFree;
  let width = 9;
  let before = -1;
  let bits = 0;
  let bitCount = 0;
  let from = 0;
  let to = 0;
  while (to < out.length) {
    while (bitCount < width) {
      if (from === data.length) return to;
      bits = ((bits << 8) | data[from++]!) & 0xff_ffff;
      bitCount += 8;
    }
    bitCount -= width;
    const code = (bits >> bitCount) & ((1 << width) - 1);
    if (code === endCode) return to;
    if (code === clearCode) {
      next = firstFree;
      width = 9;
      before = -1;
      continue;
    }
    if (before === -1 ? code > clearCode : code > next || (code === next && next === mostCodes)) {
      throw new RangeError(`code ${code} before entry ${next}`);
    }
    if (before !== -1 && next < mostCodes) {
      prefix[next] = before;
      suffix[next] = first[code === next ? before : code]!;
      first[next] = first[before]!;
      length[next] = length[before]! + 1;
      next += 1;
      if (next === (1 << width) - 1 && width < 12) width += 1;
    }
    const end = to + length[code]!;
    for (let at = end - 1, entry = code; at >= to; at--, entry = prefix[entry]!) {
      if (at < out.length) out[at] = suffix[entry]!;
    }
    to = end;
    before = code;
  }
  return out.length;
}
