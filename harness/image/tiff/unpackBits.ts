/**
 * Undoes PackBits compression (TIFF 6.0, section 9).
 *
 * @param out - Filled as far as the data reach, and no further than its end.
 * @returns How many bytes were written.
 */
export function unpackBits(data: Uint8Array, out: Uint8Array): number {
  let from = 0;
  let to = 0;
  while (to < out.length && from < data.length) {
    const head = data[from++]!;
    if (head === 128) continue;
    if (head < 128) {
      const run = data.subarray(from, Math.min(from + head + 1, from + out.length - to));
      out.set(run, to);
      from += run.length;
      to += run.length;
    } else if (from < data.length) {
      const end = Math.min(to + 257 - head, out.length);
      out.fill(data[from++]!, to, end);
      to = end;
    }
  }
  return to;
}
