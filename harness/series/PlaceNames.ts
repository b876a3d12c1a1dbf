import type { StagePosition } from '../microscope/index.ts';

/** A stage that was not moved reads back to this. */
const samePlaceUm = 1;

/** Names places by where the stage stood: '1', '2', ... in order of first use. */
export class PlaceNames {
  readonly #known: StagePosition[] = [];

  /** @param stage - `undefined` where it is not known: the first place. */
  nameOf(stage: StagePosition | undefined): string {
    if (stage === undefined) return '1';
    const at = this.#known.findIndex((place) => isSamePlace(place, stage));
    return String(at === -1 ? this.#known.push(stage) : at + 1);
  }
}

/** Whether the stage shows the same part of the specimen at both positions. */
export function isSamePlace(first: StagePosition, second: StagePosition): boolean {
  return Math.hypot(first.xUm - second.xUm, first.yUm - second.yUm) <= samePlaceUm;
}
