import type { Scenario } from '../../../harness/record/index.ts';
import type { ShownFrame } from '../server/shownFrame.ts';
import type { Onlooker } from './Onlooker.ts';

interface Place {
  readonly wanted: Int32Array<SharedArrayBuffer>;
  latest: ShownFrame | undefined;
  /** False from the moment a frame arrives until somebody has fetched it. */
  isSeen: boolean;
}

/**
 * The latest frame of trajectories that run, one each and no more: the next is asked for when
 * somebody has seen the one before. So a run that nobody looks at makes no frame for a page, a
 * page that is slow gets fewer, and nothing waits in line.
 */
export class RunFrames implements Onlooker {
  readonly #indexOf: ReadonlyMap<Scenario, number>;
  readonly #mostShown: number;
  readonly #onFrame: (index: number, frame: ShownFrame) => void;
  readonly #places = new Map<number, Place>();

  /**
   * @param scenarios - Of the plan, the very objects with which trajectories begin; others are none
   *   of its business.
   * @param mostShown - Of so many trajectories that run, those that began first, frames are asked for.
   */
  constructor(
    scenarios: readonly Scenario[],
    mostShown: number,
    onFrame: (index: number, frame: ShownFrame) => void,
  ) {
    this.#indexOf = new Map(scenarios.map((scenario, index) => [scenario, index]));
    this.#mostShown = mostShown;
    this.#onFrame = onFrame;
  }

  begin(scenario: Scenario): Int32Array<SharedArrayBuffer> {
    const wanted = new Int32Array(new SharedArrayBuffer(4));
    const index = this.#indexOf.get(scenario);
    if (index !== undefined) this.#places.set(index, { wanted, latest: undefined, isSeen: true });
    return wanted;
  }

  take(scenario: Scenario, frame: ShownFrame): void {
    const index = this.#indexOf.get(scenario);
    const place = index === undefined ? undefined : this.#places.get(index);
    if (index === undefined || place === undefined) return;
    place.latest = frame;
    place.isSeen = false;
    this.#onFrame(index, frame);
  }

  end(index: number): void {
    this.#places.delete(index);
  }

  /** Asks for the next frame wherever the one before has been seen, or there was none. */
  ask(): void {
    for (const { wanted, isSeen } of [...this.#places.values()].slice(0, this.#mostShown)) {
      if (isSeen) Atomics.store(wanted, 0, 1);
    }
  }

  /** The latest frame of a trajectory, which is seen by that; `undefined` where there is none. */
  see(index: number): ShownFrame | undefined {
    const place = this.#places.get(index);
    if (place?.latest === undefined) return undefined;
    place.isSeen = true;
    return place.latest;
  }
}
