/** Where the pixels of a pass lie: from `x`, `y` on, every so many. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}

const wholeImage: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
const adam7: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

/** The rows of a PNG image as they lie in its inflated data (PNG specification, sections 7 to 9). */
export class PngRows {
  /** Of all rows. */
  readonly bytes: number;
  readonly #width: number;
  readonly #bitsPerPixel: number;
  readonly #channels: number;
  readonly #depth: number;
  readonly #passes: readonly (Pass & { readonly width: number; readonly height: number })[];

  constructor(
    width: number,
    height: number,
    channels: number,
    depth: number,
    isInterlaced: boolean,
  ) {
    this.#width = width;
    this.#channels = channels;
    this.#depth = depth;
    this.#bitsPerPixel = channels * depth;
    this.#passes = (isInterlaced ? adam7 : wholeImage)
      .map((pass) => ({
        ...pass,
        width: Math.ceil((width - pass.x) / pass.stepX),
        height: Math.ceil((height - pass.y) / pass.stepY),
      }))
      .filter((pass) => pass.width > 0 && pass.height > 0);
    this.bytes = this.#passes.reduce(
      (sum, pass) => sum + pass.height * (1 + this.#rowBytes(pass.width)),
      0,
    );
  }

  /**
   * Undoes the filters, in place.
   *
   * @param raw - The inflated data.
   * @param take - Given the samples of each row, the index of its first pixel in the image, and how
   *   far its pixels lie apart. The samples hold until it returns.
   * @throws RangeError if the data are too short or a filter is unknown.
   */
  read(
    raw: Uint8Array,
    take: (samples: Uint8Array | Uint16Array, at: number, step: number) => void,
  ): void {
    if (raw.length !== this.bytes) throw new RangeError(`${raw.length} bytes of ${this.bytes}`);
    const pixelBytes = Math.max(1, this.#bitsPerPixel / 8);
    let from = 0;
    for (const { x, y, stepX, stepY, width, height } of this.#passes) {
      const rowBytes = this.#rowBytes(width);
      let above: Uint8Array = new Uint8Array(rowBytes);
      for (let row = 0; row < height; row++) {
        const line = raw.subarray(from + 1, from + 1 + rowBytes);
        unfilter(raw[from]!, line, above, pixelBytes);
        take(this.#samples(line, width), (y + row * stepY) * this.#width + x, stepX);
        above = line;
        from += 1 + rowBytes;
      }
    }
  }

  #rowBytes(width: number): number {
    return Math.ceil((width * this.#bitsPerPixel) / 8);
  }

  #samples(line: Uint8Array, width: number): Uint8Array | Uint16Array {
    const depth = this.#depth;
    if (depth === 8) return line;
    const count = width * this.#channels;
    if (depth === 16) {
      const samples = new Uint16Array(count);
      for (let i = 0; i < count; i++) samples[i] = (line[2 * i]! << 8) | line[2 * i + 1]!;
      return samples;
    }
    const perByte = 8 / depth;
    return Uint8Array.from({ length: count }, (_, i) => {
      const byte = line[Math.floor(i / perByte)]!;
      return (byte >> (8 - depth * ((i % perByte) + 1))) & ((1 << depth) - 1);
    });
  }
}

function unfilter(filter: number, line: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = pixelBytes; i < line.length; i++) line[i] = line[i]! + line[i - pixelBytes]!;
      return;
    case 2:
      for (let i = 0; i < line.length; i++) line[i] = line[i]! + above[i]!;
      return;
    case 3:
      for (let i = 0; i < line.length; i++) {
        const left = i < pixelBytes ? 0 : line[i - pixelBytes]!;
        line[i] = line[i]! + ((left + above[i]!) >> 1);
      }
      return;
    case 4:
      // Left of the first pixel there is nothing: the one above is always nearest.
      for (let i = 0; i < pixelBytes; i++) line[i] = line[i]! + above[i]!;
      for (let i = pixelBytes; i < line.length; i++) {
        line[i] = line[i]! + nearest(line[i - pixelBytes]!, above[i]!, above[i - pixelBytes]!);
      }
      return;
    default:
      throw new RangeError(`filter ${filter}`);
  }
}

/** The predictor of Paeth: of the three neighbours, the one nearest to left + up - corner. */
function nearest(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
