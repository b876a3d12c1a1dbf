import { focusMicroscope, type LookBack, openSession } from '../../harness/focusing/index.ts';
import {
  addFocus,
  deviationOfAberration,
  type FocusState,
  type FrameRequest,
  focusParameters,
  isSemfocusError,
  type Microscope,
} from '../../harness/microscope/index.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { defaultMargins } from '../../harness/record/index.ts';
import {
  calibrationOf,
  createSpecimen,
  presetCalibration,
  presetNamed,
  type Specimen,
} from '../../sim/index.ts';
import { type FocusEnding, focusEndingAfter, focusEndingOf } from '../focus/focusEnding.ts';
import { witnessesFor } from '../focus/witnessesFor.ts';
import { registry } from '../lab/index.ts';

// What the studies of failing instruments have in common.

/** The instrument of all runs. */
export const studyPreset = 'merlin';
/** A claim is wrong from twice the margins on: inside of that the algorithm alone decides. */
export const wrongFrom = {
  workingDistanceUm: 2 * defaultMargins.workingDistanceUm,
  stigmator: 2 * defaultMargins.stigmator,
};

const specimens = new Map<number, Specimen>();

/** The same object for all runs of a seed: they look at one place, which is drawn once for it. */
export function tissueOf(seed: number): Specimen {
  const specimen = specimens.get(seed) ?? createSpecimen('tissue', seed);
  specimens.set(seed, specimen);
  return specimen;
}

/** A start around best focus: z within `startUm`, a and b within a quarter of it. */
export function drawnStart(random: RandomStream, best: FocusState, startUm: number): FocusState {
  const drawn = () => random.uniformBetween(-startUm, startUm);
  const aberration = { zUm: drawn(), aUm: drawn() / 4, bUm: drawn() / 4 };
  const { stigmatorMatrixUmPerUnit } = presetCalibration(presetNamed(studyPreset));
  return addFocus(best, deviationOfAberration(aberration, stigmatorMatrixUmPerUnit));
}

/** How a run ended. */
interface StudiedRun {
  readonly ending: FocusEnding;
  /** As read back at the end; `undefined` where nothing could be read. */
  readonly end: FocusState | undefined;
  /** The classes of what went wrong; none where the run came to its end. */
  readonly tags: readonly string[];
}

/** Focuses as `semfocus focus` does. */
export async function studiedRun(
  microscope: Microscope,
  options: {
    readonly algorithm: string;
    readonly frame: Pick<FrameRequest, 'width' | 'height'>;
    readonly seed: number;
    readonly callMarginMs?: number;
  },
): Promise<StudiedRun> {
  const { algorithm: name, callMarginMs, seed } = options;
  const entry = registry.algorithms.get(name);
  if (entry === undefined) throw new TypeError(`there is no algorithm ${name}`);
  const { signal } = new AbortController();
  const limits = { workingDistanceUm: 60, stigmator: 20 };
  const { pixelSizeNm } = presetNamed(studyPreset).scan;
  const calibration = calibrationOf(studyPreset).values;
  const session = await openSession(microscope, { limits, callMarginMs });
  const { description, start } = session;
  let look: LookBack | undefined;
  try {
    const outcome = await focusMicroscope(session, {
      algorithm: entry.create(),
      frame: { ...options.frame, pixelSizeNm, dwellTimeNs: 200 },
      calibration,
      random: new RandomStream(seed, 'algorithm', 0),
      iterations: 6,
      margins: defaultMargins,
      endsInside: true,
      signal,
      clock: { nowMs: () => performance.now() },
      afterwards: {
        mode: 'compare',
        witnesses: witnessesFor(calibration),
        onBack: (shown) => {
          look = shown;
        },
      },
    });
    const how = { isDryRun: false, marginsText: 'the margins', start, description, look };
    return { ending: focusEndingOf(outcome, how), end: outcome.end, tags: [] };
  } catch (error) {
    const end = await session.microscope.readFocus().catch(() => undefined);
    const ending = focusEndingAfter(error, signal, { start, end, description, look });
    return { ending, end, tags: tagsOf(error) };
  }
}

/** Classes of errors; `defect` is one that is not of the family. */
export function tagsOf(error: unknown): string[] {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((one) => (isSemfocusError(one) ? one.tag : 'defect'));
}

/** What `act` answers, or `hang` where it has not ended in time. */
export async function orHang<T>(act: Promise<T>, timeMs: number): Promise<T | 'hang'> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<'hang'>((resolve) => {
    timer = setTimeout(() => resolve('hang'), timeMs);
  });
  try {
    return await Promise.race([act, hang]);
  } finally {
    clearTimeout(timer);
  }
}

export function isSame(a: FocusState, b: FocusState): boolean {
  return focusParameters.every((name) => Math.abs(a[name] - b[name]) < 1e-6);
}

export const saysBack = ({ message }: FocusEnding) => message.includes('the start is back');
export const saysReadBack = ({ message }: FocusEnding) =>
  message.includes('which no frame confirms');
export const isStopped = ({ outcome }: FocusEnding) =>
  outcome === 'stopped' || outcome === 'failed';
