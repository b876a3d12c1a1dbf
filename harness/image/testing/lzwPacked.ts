/**
 * Data as LZW of TIFF. The writers of this world clear their table after 3836 codes (libtiff), 3837
 * (TIFF 6.0, section 13) or 3838 (imagecodecs), counted from the clear code on.
 *
 * @param clearAfter - Codes between two clear codes; `Infinity`: the table stays as it is when full.
 * @param hasEnd - False: without the code that says that this is the end.
 */
export function lzwPacked(data: Uint8Array, clearAfter: number, hasEnd = true): Uint8Array {
  const out: number[] = [];
  let bits = 0;
  let bitCount = 0;
  const put = (code: number, width: number): void => {
    bits = (bits << width) | code;
    bitCount += width;
    while (bitCount >= 8) {
      bitCount -= 8;
      out.push((bits >> bitCount) & 255);
    }
    bits &= (1 << bitCount) - 1;
  };
  let table = new Map<string, number>();
  let width = 9;
  let codes = 0;
  let next = 258;
  const codeOf = (text: string): number =>
    text.length === 1 ? text.charCodeAt(0) : (table.get(text) as number);
  const widen = (): void => {
    // The reader is one entry behind: this is one code early for it.
    if (next === 512 || next === 1024 || next === 2048) width += 1;
  };
  put(256, 9);
  let text = '';
  for (const byte of data) {
    const longer = text + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      text = longer;
      continue;
    }
    put(codeOf(text), width);
    codes += 1;
    if (codes === clearAfter) {
      put(256, width);
      table = new Map();
      next = 258;
      width = 9;
      codes = 0;
    } else {
      if (next < 4096) table.set(longer, next++);
      widen();
    }
    text = String.fromCharCode(byte);
  }
  put(codeOf(text), width);
  next += 1;
  widen();
  if (hasEnd) put(257, width);
  put(0, 7);
  return Uint8Array.from(out);
}
