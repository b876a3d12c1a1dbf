import type { FrameGeometry } from '../optics/FrameGeometry.ts';

/** An exposed rectangle, and its dose in all, electrons per nm2. */
interface Exposed {
  readonly leftNm: number;
  readonly topNm: number;
  readonly rightNm: number;
  readonly bottomNm: number;
  doseElectronsPerNm2: number;
}

/**
 * Every electron that has been put on the specimen, and where. Frames of one place fall into one
 * rectangle, so that the history of a session stays short.
 */
export class ExposureHistory {
  readonly #exposed = new Map<string, Exposed>();
  #electrons = 0;

  /** Adds a frame, or the scanned region of one, in full: every pixel of it receives the dose. */
  add(geometry: FrameGeometry, doseElectronsPerNm2: number): void {
    const { leftNm, topNm, width, height, pixelSizeNm } = geometry;
    this.#electrons += doseElectronsPerNm2 * width * height * pixelSizeNm ** 2;
    const rightNm = leftNm + width * pixelSizeNm;
    const bottomNm = topNm + height * pixelSizeNm;
    const key = [leftNm, topNm, rightNm, bottomNm].join(' ');
    const known = this.#exposed.get(key);
    if (known) known.doseElectronsPerNm2 += doseElectronsPerNm2;
    else this.#exposed.set(key, { leftNm, topNm, rightNm, bottomNm, doseElectronsPerNm2 });
  }

  /** Electrons in all. */
  get electrons(): number {
    return this.#electrons;
  }

  /** Electrons per nm2 that a place has received. */
  doseAt(xNm: number, yNm: number): number {
    let dose = 0;
    for (const one of this.#exposed.values()) {
      const isInside =
        xNm >= one.leftNm && xNm < one.rightNm && yNm >= one.topNm && yNm < one.bottomNm;
      if (isInside) dose += one.doseElectronsPerNm2;
    }
    return dose;
  }

  /**
   * Electrons per nm2 that the pixels of a frame have received, each at its centre.
   *
   * @returns one number where all have received the same; else row-major `[height, width]`.
   */
  doseOver(geometry: FrameGeometry): number | Float32Array {
    const { width, height } = geometry;
    let uniform = 0;
    const partial: { dose: number; covered: Covered }[] = [];
    for (const one of this.#exposed.values()) {
      const covered = coveredPixels(one, geometry);
      const pixels = (covered.toColumn - covered.fromColumn) * (covered.toRow - covered.fromRow);
      if (pixels === 0) continue;
      if (pixels === width * height) uniform += one.doseElectronsPerNm2;
      else partial.push({ dose: one.doseElectronsPerNm2, covered });
    }
    if (partial.length === 0) return uniform;
    const doses = new Float32Array(width * height).fill(uniform);
    for (const { dose, covered } of partial) {
      for (let row = covered.fromRow; row < covered.toRow; row++) {
        const start = row * width;
        for (let i = start + covered.fromColumn; i < start + covered.toColumn; i++) {
          doses[i]! += dose;
        }
      }
    }
    return doses;
  }
}

interface Covered {
  readonly fromColumn: number;
  readonly toColumn: number;
  readonly fromRow: number;
  readonly toRow: number;
}

/** The pixels whose centres lie inside; `to` is exclusive. */
function coveredPixels(one: Exposed, geometry: FrameGeometry): Covered {
  const { leftNm, topNm, width, height, pixelSizeNm } = geometry;
  const edge = (nm: number, originNm: number, length: number) =>
    Math.max(0, Math.min(length, Math.ceil((nm - originNm) / pixelSizeNm - 0.5)));
  return {
    fromColumn: edge(one.leftNm, leftNm, width),
    toColumn: edge(one.rightNm, leftNm, width),
    fromRow: edge(one.topNm, topNm, height),
    toRow: edge(one.bottomNm, topNm, height),
  };
}
