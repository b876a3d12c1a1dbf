import { croppedPixels, encodePng } from '../../image/index.ts';
import {
  addFocus,
  type Clock,
  type FocusChange,
  type FocusParameter,
  guardMicroscope,
  type Microscope,
  recordMicroscope,
  type StagePosition,
  subtractFocus,
  Timeout,
} from '../../microscope/index.ts';
import {
  type IterationRow,
  isInsideMargins,
  middleOf,
  type PreviewImages,
  type Scenario,
  type TrajectoryOutcome,
  type TrajectoryRecord,
} from '../../record/index.ts';
import type { Registry } from '../suite/index.ts';
import { followAlgorithm, setUp, type Workplace } from './followAlgorithm.ts';
import { type MeasuredFocus, measureReference } from './measureReference.ts';
import { previewRegion } from './previewRegion.ts';
import { recordOf } from './recordOf.ts';
import type { RunOne } from './runSuite.ts';
import { watchTrouble } from './watchTrouble.ts';

/** What runs on an instrument need from outside. */
interface InstrumentServices {
  readonly clock: Clock;
  readonly now: () => Date;
  /** A trajectory that takes longer is stopped and recorded as failed, s. */
  readonly timeoutS: number;
}

/** The pictures of a trajectory: at its start, at its end, in the reference afterwards. */
export const picturesOfTrajectory = 3;

/**
 * Runs trajectories on one instrument, one after the other. There is no truth: a method is the reference. It
 * focuses at each place before a trajectory and after it; what it found afterwards is also what comes before the next
 * trajectory at that place. Residuals are measured from the middle of the two.
 *
 * What an algorithm does wrong ends up in its record. What goes wrong with the instrument, or with the reference,
 * is thrown, and no record is made: it would be taken for the algorithm's.
 *
 * @param guarded - Of a session that spans the run. The caller puts the start back, whatever happens.
 */
export function instrumentRunner(
  guarded: Microscope,
  registry: Registry,
  { clock, now, timeoutS }: InstrumentServices,
): RunOne {
  const { microscope, takeTrouble } = watchTrouble(guarded);
  let origin: StagePosition | undefined;
  /** What was found last, and where; nothing while that may have changed. */
  let found: { readonly at: string; readonly measured: MeasuredFocus } | undefined;

  async function driveTo({ instrument, stage }: Scenario, signal: AbortSignal): Promise<void> {
    if (instrument?.hasStage !== true) return;
    origin ??= await microscope.readStage({ signal });
    const { xUm, yUm } = origin;
    await microscope.moveStage({ xUm: xUm + stage.xUm, yUm: yUm + stage.yUm }, { signal });
  }

  /** Lets the algorithm work from its start, inside the limits of the suite, until the time is over. */
  async function follow(
    scenario: Scenario,
    bestFocus: Workplace['bestFocus'],
    { signal, onStep }: { signal: AbortSignal; onStep: (row: IterationRow) => void },
  ) {
    const { microscope: recorded, log } = recordMicroscope(microscope);
    const guard = await guardMicroscope(recorded, { limits: scenario.limits, signal });
    const workplace = { session: { ...guard, log }, instrument: microscope, bestFocus };
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new Timeout(`took longer than ${timeoutS} s and was stopped`)),
      1e3 * timeoutS,
    );
    try {
      const followed = await followAlgorithm(scenario, setUp(scenario, registry), workplace, {
        ...{ signal, clock, onStep },
        deadline: late.signal,
      });
      // Of one that was stopped it is back already.
      if (followed.trouble === undefined) await guard.returnStage({ signal });
      return followed;
    } finally {
      clearTimeout(timer);
    }
  }

  async function run(
    scenario: Scenario,
    signal: AbortSignal,
    onStep: (row: IterationRow) => void,
  ): Promise<TrajectoryOutcome> {
    const { instrument } = scenario;
    if (instrument === undefined) throw new TypeError('the scenario must name an instrument');
    const startedAt = now().toISOString();
    const startedMs = clock.nowMs();
    const { algorithm, dwellTimeNs } = instrument.reference;
    const method = setUp({ ...scenario, algorithm }, registry);
    const { microscope: pictured, log: pictures } = recordMicroscope(microscope);
    const picture = async (): Promise<Uint8Array> => {
      const { frame } = scenario;
      const { pixels } = await pictured.acquireFrame(frame, { signal });
      return encodePng(croppedPixels(pixels, previewRegion(frame), 'the frame', 'a preview'));
    };
    const measure = () =>
      measureReference(microscope, method, scenario, { dwellTimeNs, signal, clock });
    const at = JSON.stringify(scenario.stage);
    const known = found?.at === at ? found.measured : undefined;
    // The next place is expected to be in focus where this one was.
    const expected = found?.measured.focus;
    found = undefined;
    if (known === undefined) {
      await driveTo(scenario, signal);
      if (expected !== undefined) await microscope.writeFocus(expected, { signal });
    }
    const before = known ?? (await measure());
    await microscope.writeFocus(addFocus(before.focus, scenario.start), { signal });
    const pictureBefore = await picture();
    const followed = await follow(scenario, () => before.focus, { signal, onStep });
    const trouble = takeTrouble();
    if (trouble !== undefined) throw trouble;
    const pictureAfter = await picture();
    await microscope.writeFocus(before.focus, { signal });
    const after = await measure();
    const inFocus = await picture();
    found = { at, measured: after };
    const beside = [after, pictures, ...(known === undefined ? [before] : [])];
    const reference = {
      before: before.focus,
      after: after.focus,
      sd: sdOfMiddle(before, after),
      frames: sumOf(beside, 'frames'),
      doseElectronsPerNm2: sumOf(beside, 'doseElectronsPerNm2'),
    };
    const rows = followed.rows.map((row) => measuredFrom(reference, row, scenario));
    const record = recordOf(
      scenario,
      { ...followed, rows },
      { reference, timing: { startedAt, wallS: (clock.nowMs() - startedMs) / 1e3 } },
    );
    const previews: PreviewImages = { before: pictureBefore, after: pictureAfter, inFocus };
    return { record, previews };
  }

  return async (scenario, signal, onStep) => {
    signal.throwIfAborted();
    return run(scenario, signal, onStep);
  };
}

/** A row whose residual is from the middle of what was found before and after. */
function measuredFrom(
  reference: NonNullable<TrajectoryRecord['reference']>,
  row: IterationRow,
  { margins }: Scenario,
): IterationRow {
  const residual = subtractFocus(row.focus, middleOf(reference));
  const insideMargins = row.stopped === undefined && isInsideMargins(residual, margins);
  return { ...row, residual, insideMargins };
}

/** Of the middle of two: half of what lies between them, and what each of them is unsure of. */
function sdOfMiddle(before: MeasuredFocus, after: MeasuredFocus): FocusChange {
  const drift = subtractFocus(after.focus, before.focus);
  const sd = (parameter: FocusParameter): number =>
    Math.hypot(drift[parameter], before.sd[parameter], after.sd[parameter]) / 2;
  return {
    workingDistanceUm: sd('workingDistanceUm'),
    stigmatorX: sd('stigmatorX'),
    stigmatorY: sd('stigmatorY'),
  };
}

function sumOf<Name extends 'frames' | 'doseElectronsPerNm2'>(
  parts: readonly Readonly<Record<Name, number>>[],
  name: Name,
): number {
  return parts.reduce((sum, part) => sum + part[name], 0);
}
