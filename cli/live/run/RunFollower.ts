import { basename } from 'node:path';
import type { RunEvent } from '../../../harness/experiment/run/index.ts';
import {
  addFocus,
  type Clock,
  type FocusChange,
  type FocusState,
  opposite,
  subtractFocus,
} from '../../../harness/microscope/index.ts';
import type { Scenario } from '../../../harness/record/index.ts';
import type { ShownFrame } from '../server/shownFrame.ts';
import type { LiveRun } from './LiveRun.ts';
import type {
  LiveResidual,
  LiveTrajectory,
  RunChange,
  RunProgress,
  RunSnapshot,
} from './RunSnapshot.ts';

const mostMessages = 50;
/** Before that the time left is a guess, as for the bar on the terminal. */
const leastShareForEta = 0.03;

/** Turns the events of a run into a picture of it, and into what has changed since the last look. */
export class RunFollower {
  readonly #about: Omit<RunSnapshot, 'trajectories' | 'messages' | 'progress'>;
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #trajectories = new Map<number, LiveTrajectory>();
  readonly #expectedPixels: readonly number[];
  readonly #pixelsDone = new Map<number, number>();
  /** Of trajectories that run, as it was at their latest iteration: it may drift. */
  readonly #bestFocus = new Map<number, FocusState>();
  readonly #changed = new Set<number>();
  #messages: string[] = [];
  #messagesChanged = false;
  #total: number;
  #before = 0;
  #stored = 0;
  #pixelsToDo = 0;
  #pixels = 0;
  #first: { readonly atMs: number; readonly pixels: number } | undefined;
  #end: { readonly state: RunProgress['state']; readonly report?: string } | undefined;

  constructor({ plan, folder, isTimed }: LiveRun, clock: Clock) {
    const { name, title, description, margins } = plan.suite;
    this.#about = {
      suite: { name, title, description },
      folder,
      isTimed,
      algorithms: [...new Set(plan.scenarios.map(({ algorithm }) => algorithm.name))].sort(),
      conditions: [...new Set(plan.scenarios.map(conditionOf))],
      margins,
    };
    this.#expectedPixels = plan.expected.map(({ pixels }) => pixels);
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#total = plan.keys.length;
  }

  event(event: RunEvent): void {
    switch (event.type) {
      case 'planned':
        this.#pixelsToDo = event.pixelsToDo;
        break;
      case 'resumed':
        this.#before = event.stored;
        this.#stored = event.stored;
        break;
      case 'trajectory-start':
        this.#put(event.index, this.#begun(event.index, event.scenario));
        break;
      case 'step': {
        const { index, scenario, row } = event;
        const before = this.#trajectories.get(index) ?? this.#begun(index, scenario);
        this.#bestFocus.set(index, addFocus(row.focus, opposite(row.residual)));
        this.#put(index, {
          ...before,
          residuals: [...before.residuals, liveResidual(row.residual)],
          doseElectronsPerNm2: fourDigits(row.doseElectronsPerNm2Total),
          frames: row.framesTotal,
        });
        this.#expose(index, row.pixelsTotal);
        break;
      }
      case 'trajectory-end': {
        const { index, record, expectedPixels, stored } = event;
        const { outcome, message, previews: frames } = record;
        const { frame: _, ...before } =
          this.#trajectories.get(index) ?? this.#begun(index, record.scenario);
        this.#bestFocus.delete(index);
        this.#put(index, {
          ...before,
          outcome,
          ...(message !== undefined && { message }),
          ...(frames && {
            previews: {
              before: basename(frames.before),
              after: basename(frames.after),
              inFocus: basename(frames.inFocus),
            },
          }),
        });
        // What the plan had reckoned and the algorithm did not use is done as well.
        this.#expose(index, expectedPixels);
        this.#stored = stored;
        break;
      }
      case 'warning':
        this.say(event.message);
        break;
    }
  }

  /** A trajectory that runs has exposed a frame that can be seen. */
  frame(index: number, { number, width, height, pixelSizeNm, focus }: ShownFrame): void {
    const before = this.#trajectories.get(index);
    if (before === undefined || before.outcome !== undefined) return;
    const best = this.#bestFocus.get(index);
    const offset = best && liveResidual(subtractFocus(focus, best));
    const frame = { number, width, height, pixelSizeNm, ...(offset && { offset }) };
    this.#put(index, { ...before, frame });
  }

  say(message: string): void {
    this.#messages = [...this.#messages, message].slice(-mostMessages);
    this.#messagesChanged = true;
  }

  /** @param report - Where to find it. */
  end(state: Exclude<RunProgress['state'], 'running'>, report?: string): void {
    this.#end = { state, ...(report !== undefined && { report }) };
  }

  picture(): RunSnapshot {
    return {
      ...this.#about,
      trajectories: [...this.#trajectories.values()],
      messages: this.#messages,
      progress: this.#progress(),
      ...(this.#end?.report !== undefined && { report: this.#end.report }),
    };
  }

  /** What has changed since the last call; `undefined` where nothing has. */
  change(): RunChange | undefined {
    if (this.#changed.size === 0 && !this.#messagesChanged) return undefined;
    const trajectories = [...this.#changed].flatMap((index) => this.#trajectories.get(index) ?? []);
    this.#changed.clear();
    this.#messagesChanged = false;
    return { trajectories, messages: this.#messages, progress: this.#progress() };
  }

  #begun(index: number, scenario: Scenario): LiveTrajectory {
    return {
      index,
      algorithm: this.#about.algorithms.indexOf(scenario.algorithm.name),
      condition: this.#about.conditions.indexOf(conditionOf(scenario)),
      trajectory: scenario.trajectory,
      planned: scenario.iterations,
      residuals: [],
      doseElectronsPerNm2: 0,
      frames: 0,
    };
  }

  #put(index: number, trajectory: LiveTrajectory): void {
    this.#trajectories.set(index, trajectory);
    this.#changed.add(index);
  }

  #expose(index: number, exposed: number): void {
    // One that takes more than was reckoned would take back what it had done when it ends.
    const pixels = Math.min(exposed, this.#expectedPixels[index] ?? exposed);
    const more = pixels - (this.#pixelsDone.get(index) ?? 0);
    this.#pixelsDone.set(index, pixels);
    this.#pixels += more;
    // The first steps take longer and do not count.
    if (more > 0) this.#first ??= { atMs: this.#clock.nowMs(), pixels: this.#pixels };
  }

  #progress(): RunProgress {
    const nowMs = this.#clock.nowMs();
    const share = this.#pixelsToDo > 0 ? Math.min(1, this.#pixels / this.#pixelsToDo) : 0;
    const progress = {
      state: this.#end?.state ?? ('running' as const),
      total: this.#total,
      stored: this.#stored,
      before: this.#before,
      share,
      elapsedS: (nowMs - this.#startMs) / 1e3,
    };
    if (this.#end !== undefined || this.#first === undefined || share < leastShareForEta) {
      return progress;
    }
    const { atMs, pixels } = this.#first;
    const leftS = ((nowMs - atMs) * (this.#pixelsToDo - this.#pixels)) / (this.#pixels - pixels);
    return Number.isFinite(leftS) ? { ...progress, leftS: leftS / 1e3 } : progress;
  }
}

function conditionOf({ preset, psf, specimen, frame, instrument }: Scenario): string {
  const setting =
    instrument === undefined
      ? `${preset}, ${psf} PSF, ${specimen.name}`
      : `instrument ${preset}, reference ${instrument.reference.algorithm.name}`;
  return `${setting}, ${frame.dwellTimeNs} ns`;
}

function liveResidual({ workingDistanceUm, stigmatorX, stigmatorY }: FocusChange): LiveResidual {
  return [fourDigits(workingDistanceUm), fourDigits(stigmatorX), fourDigits(stigmatorY)];
}

/** Enough for a picture, and a third of the bytes. */
function fourDigits(value: number): number {
  return Number(value.toPrecision(4));
}
