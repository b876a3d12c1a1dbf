import type { Frame } from './Frame.ts';

/** What was scanned, um, y down, and its dose in all. */
interface Exposed {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  doseElectronsPerNm2: number;
}

/** Stages read back a position to about that: frames of one place fall into one rectangle. */
const stageStepsPerUm = 10;

/**
 * Where frames have put their electrons, as rectangles along the scan about the stage position, and the largest
 * dose of any place. Frames of one place lie on each other; regions apart do not.
 */
export class PlaceDoses {
  readonly #exposed = new Map<string, Exposed>();
  #largest = 0;

  /** Electrons per nm2 of the place that has received most; not a number once a frame has said no number. */
  get largestElectronsPerNm2(): number {
    return this.#largest;
  }

  add({ request, actual, pixels, doseElectronsPerNm2 }: Frame): void {
    const [height = 0, width = 0] = pixels.shape;
    const { x, y } = request.region ?? { x: 0, y: 0 };
    const pixelSizeUm = actual.pixelSizeNm * 1e-3;
    const rounded = (um: number) => Math.round(um * stageStepsPerUm) / stageStepsPerUm;
    // Regions that touch must end and begin at the same number.
    const atColumn = (px: number) =>
      rounded(actual.stage.xUm) + (px - request.width / 2) * pixelSizeUm;
    const atRow = (px: number) =>
      rounded(actual.stage.yUm) + (px - request.height / 2) * pixelSizeUm;
    const [left, right] = [atColumn(x), atColumn(x + width)];
    const [top, bottom] = [atRow(y), atRow(y + height)];
    const key = [left, top, right, bottom].join(' ');
    const known = this.#exposed.get(key);
    const exposed = known ?? { left, top, right, bottom, doseElectronsPerNm2: 0 };
    exposed.doseElectronsPerNm2 += doseElectronsPerNm2;
    this.#exposed.set(key, exposed);
    this.#largest = Math.max(this.#largest, this.#largestInside(exposed));
  }

  /** The largest dose lies where some left and some upper edge meet. */
  #largestInside(place: Exposed): number {
    const over = [...this.#exposed.values()].filter(
      (one) =>
        one.left < place.right &&
        place.left < one.right &&
        one.top < place.bottom &&
        place.top < one.bottom,
    );
    const lefts = new Set(over.map(({ left }) => Math.max(left, place.left)));
    return Math.max(
      ...[...lefts].map((x) =>
        largestAlong(
          over.filter(({ left, right }) => left <= x && x < right),
          place.top,
        ),
      ),
    );
  }
}

/** Of rectangles that one vertical line meets, all reaching below `top`. */
function largestAlong(met: readonly Exposed[], top: number): number {
  const edges = met
    .flatMap((one) => [
      { y: Math.max(one.top, top), change: one.doseElectronsPerNm2 },
      { y: one.bottom, change: -one.doseElectronsPerNm2 },
    ])
    // Where one ends as the next begins, they share no place.
    .toSorted((p, q) => p.y - q.y || p.change - q.change);
  let dose = 0;
  let largest = 0;
  for (const { change } of edges) {
    dose += change;
    largest = Math.max(largest, dose);
  }
  return largest;
}
