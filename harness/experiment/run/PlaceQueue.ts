import type { Scenario } from '../../record/index.ts';
import { groupedBy } from '../../statistics/index.ts';

/** A trajectory that is to run. */
export interface Planned {
  readonly index: number;
  readonly key: string;
  readonly scenario: Scenario;
  readonly expectedPixels: number;
}

/**
 * Trajectories of one place together, those of one instrument side by side: what the simulator draws of a
 * place is then drawn once.
 *
 * @param inOrder - As the plan has them, place by place: no algorithm gets warmer than the others. Else the
 *   longest first: one that begins last would keep one worker busy while the others wait.
 */
export function placesOf(toDo: readonly Planned[], inOrder: boolean): Planned[][] {
  const byTrajectory = toDo.toSorted(
    (p, q) => p.scenario.trajectory - q.scenario.trajectory || p.index - q.index,
  );
  const places = [...groupedBy(byTrajectory, placeOf).values()].map((members) => [...members]);
  if (inOrder) return places;
  return places
    .map((place) =>
      [...groupedBy(place, ({ scenario }) => scenario.preset).values()].flatMap((members) =>
        members.toSorted((p, q) => q.expectedPixels - p.expectedPixels),
      ),
    )
    .sort((p, q) => pixelsOf(q) - pixelsOf(p));
}

function placeOf({ scenario: { seed, specimen, stage, frame } }: Planned): string {
  const { width, height, pixelSizeNm } = frame;
  return JSON.stringify([seed, specimen, stage, width, height, pixelSizeNm]);
}

function pixelsOf(place: readonly Planned[]): number {
  return place.reduce((sum, { expectedPixels }) => sum + expectedPixels, 0);
}

/** Hands places out, each to one worker. At the end those who have none help with the others. */
export class PlaceQueue {
  readonly #waiting: Planned[][];
  readonly #begun: Planned[][] = [];

  constructor(places: Planned[][]) {
    this.#waiting = [...places];
  }

  /**
   * @param place - The one that the worker is at.
   * @returns that one, as long as there is something left to do; else another. Empty: there is nothing left.
   */
  next(place: Planned[]): Planned[] {
    if (place.length > 0) return place;
    const fresh = this.#waiting.shift();
    if (fresh !== undefined) {
      this.#begun.push(fresh);
      return fresh;
    }
    const fullest = this.#begun.toSorted((p, q) => q.length - p.length)[0] ?? [];
    const taken = fullest.splice(Math.ceil(fullest.length / 2));
    if (taken.length === 0) return fullest;
    this.#begun.push(taken);
    return taken;
  }
}
