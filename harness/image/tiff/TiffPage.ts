/** Types whose values are single bytes: BYTE, ASCII, UNDEFINED. */
const byteTypes = [1, 2, 7];
/** Bytes of a value by its type, for the whole numbers without sign (TIFF 6.0, BigTIFF). */
const valueBytes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the values lie if they fit into the entry; otherwise where their address lies. */
  readonly at: number;
}

/**
 * One directory of a TIFF file. It knows where values lie and reads those that are asked for, so
 * that a broken tag that is not needed does no harm.
 */
export class TiffPage {
  readonly #file: TiffFile;
  readonly #entries: ReadonlyMap<number, Entry>;

  constructor(file: TiffFile, entries: ReadonlyMap<number, Entry>) {
    this.#file = file;
    this.#entries = entries;
  }

  /**
   * The whole numbers of a tag; `undefined` where the page has none of that name.
   *
   * @throws RangeError if they lie outside the file, are of another type, or more than 2^20.
   */
  numbers(tag: number): readonly number[] | undefined {
    const entry = this.#entries.get(tag);
    if (entry === undefined) return undefined;
    const { type, count, at } = entry;
    const size = valueBytes[type];
    if (size === undefined || count < 1 || count > mostValues)
      throw new RangeError(`tag ${tag} has ${count} values of type ${type}`);
    const from = size * count <= this.#file.wordBytes ? at : this.#file.word(at);
    if (from + size * count > this.#file.length) throw new RangeError(`tag ${tag} is cut off`);
    return Array.from({ length: count }, (_, i) => this.#file.value(from + i * size, size));
  }

  /**
   * The bytes of a tag as text in Latin-1, up to the zeros at its end; `undefined` where the page has none
   * of that name.
   *
   * @throws RangeError if they lie outside the file, are of another type, or more than 2^20.
   */
  text(tag: number): string | undefined {
    const entry = this.#entries.get(tag);
    if (entry === undefined) return undefined;
    const { type, count, at } = entry;
    if (!byteTypes.includes(type) || count > mostValues)
      throw new RangeError(`tag ${tag} has ${count} values of type ${type}`);
    const from = count <= this.#file.wordBytes ? at : this.#file.word(at);
    if (from + count > this.#file.length) throw new RangeError(`tag ${tag} is cut off`);
    return this.#file.latin1(from, count).replace(/\0+$/, '');
  }

  /** The first number of a tag. */
  number(tag: number): number | undefined {
    return this.numbers(tag)?.[0];
  }
}

/** The bytes of a TIFF or BigTIFF file, read in its byte order. */
export class TiffFile {
  readonly isLittleEndian: boolean;
  readonly length: number;
  /** Of an address, and of the values that an entry has room for. */
  readonly wordBytes: 4 | 8;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.length = bytes.length;
    this.isLittleEndian = bytes[0] === 0x49;
    this.wordBytes = this.value(2, 2) === bigVersion ? 8 : 4;
  }

  /** A whole number without sign. @throws RangeError outside the file. */
  value(at: number, size: number): number {
    switch (size) {
      case 1:
        return this.#view.getUint8(at);
      case 2:
        return this.#view.getUint16(at, this.isLittleEndian);
      case 4:
        return this.#view.getUint32(at, this.isLittleEndian);
      default:
        return Number(this.#view.getBigUint64(at, this.isLittleEndian));
    }
  }

  word(at: number): number {
    return this.value(at, this.wordBytes);
  }

  latin1(at: number, count: number): string {
    const { buffer, byteOffset } = this.#view;
    return Buffer.from(buffer, byteOffset + at, count).toString('latin1');
  }

  /**
   * The directories in the order of the file, read one by one. The list ends where its next
   * address leads nowhere, as other readers have it.
   *
   * @throws RangeError if the first of them is cut off.
   */
  *pages(): Generator<TiffPage> {
    const isBig = this.wordBytes === 8;
    const countBytes = isBig ? 8 : 2;
    const entryBytes = isBig ? 20 : 12;
    const seen = new Set<number>();
    let at = this.word(isBig ? 8 : 4);
    do {
      seen.add(at);
      const count = this.value(at, countBytes);
      const end = at + countBytes + count * entryBytes;
      if (end > this.length) throw new RangeError('a directory is cut off');
      const entries = new Map<number, Entry>();
      for (let from = at + countBytes; from < end; from += entryBytes) {
        entries.set(this.value(from, 2), {
          type: this.value(from + 2, 2),
          count: this.word(from + 4),
          at: from + 4 + this.wordBytes,
        });
      }
      yield new TiffPage(this, entries);
      at = end + this.wordBytes <= this.length ? this.word(end) : 0;
    } while (at !== 0 && at + countBytes <= this.length && !seen.has(at) && seen.size < mostPages);
  }
}

/** As many strips or tiles as an image of 2^28 px has, if each is 16 px a side. */
const mostValues = 2 ** 20;
const bigVersion = 43;
/** Of a list that is read to find out whether it holds a second image. */
const mostPages = 10_000;
