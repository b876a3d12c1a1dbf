import { instrumentRunner, runSuite } from '../../../harness/experiment/run/index.ts';
import type { Plan, Registry } from '../../../harness/experiment/suite/index.ts';
import { openSession } from '../../../harness/focusing/index.ts';
import { type Frame, thenRestore } from '../../../harness/microscope/index.ts';
import type { Scenario } from '../../../harness/record/index.ts';
import type { SeriesRecording } from '../../../harness/series/index.ts';
import { abortedByDefects } from '../../instrument/abortedByDefects.ts';
import { calibrationFor } from '../../instrument/calibrationFor.ts';
import {
  type GuardRules,
  guardRules,
  guardText,
  type LimitFlags,
} from '../../instrument/guardRules.ts';
import {
  type Instrument,
  type InstrumentFlags,
  withInstrument,
} from '../../instrument/openInstrument.ts';
import { openRecording, recordingEnd, recordingText } from '../../instrument/openRecording.ts';
import { simulatedStartUm, usualLimits } from '../../instrument/usualLimits.ts';
import type { Onlooker } from '../../live/run/Onlooker.ts';
import { runFrameSidePx } from '../../live/run/runFrameSidePx.ts';
import { shownFrame } from '../../live/server/shownFrame.ts';
import { exitCodes } from '../../terminal/exitCodes.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { type OpenedRun, openRun, type RunFlags, resumeText } from '../openRun.ts';
import { type PlanOptions, planFrom } from '../planFrom.ts';
import { runProgress } from '../runProgress.ts';
import { runReports } from '../runReports.ts';
import { assertFeasible } from './assertFeasible.ts';
import { exposuresOf } from './exposures.ts';
import { exposuresJson, exposuresText } from './exposuresText.ts';
import { planOnInstrument, usualReference } from './planOnInstrument.ts';

/** What `semfocus run --microscope` is asked for. */
export interface InstrumentRunFlags
  extends RunFlags,
    Omit<PlanOptions, 'psf'>,
    Pick<InstrumentFlags, 'microscope' | 'arm' | 'log' | 'psf'>,
    Pick<LimitFlags, 'limits'> {
  readonly reference?: string;
  readonly callTimeout: number;
  readonly timeout: number;
  readonly record?: string;
  readonly dryRun?: boolean;
}

/**
 * Runs a suite on one instrument, then puts it back to its start and blanks the beam, whatever happens.
 *
 * @returns the exit code.
 */
export async function runOnInstrument(
  suiteName: string,
  flags: InstrumentRunFlags,
  terminal: Terminal,
): Promise<number> {
  const rules = await guardRules(flags, { usual: usualLimits });
  const { specimen = 'tissue', seed = 1 } = flags;
  const opening = { ...flags, specimen, seed };
  let folder: string | undefined;
  const code = await withInstrument(
    opening,
    simulatedStartUm,
    terminal,
    async (instrument, interruption) => {
      const told = await calibrationFor(instrument, flags.calibration);
      const { reference = usualReference } = flags;
      // What lies under the instrument, and its probe, are no matter of the plan.
      const { specimen: _, psf: __, calibration, ...planned } = flags;
      const { plan, registry, own } = await planFrom(
        suiteName,
        { ...planned, ...(calibration !== undefined && { calibration }) },
        (both) => planOnInstrument(both, instrument, told, reference),
      );
      try {
        const places = exposuresOf(plan, instrument.description);
        await assertFeasible(plan, registry, places, { ...instrument, rules });
        if (flags.dryRun === true) {
          const guard = guardText(rules, instrument.description.parameters.stigmatorX.unit);
          terminal.out(
            flags.json === true
              ? `${JSON.stringify(exposuresJson(plan, places), null, 2)}\n`
              : exposuresText(plan, places, guard),
          );
          return exitCodes.ok;
        }
        return await abortedByDefects(interruption, async (signal) => {
          const opened = await openRun(plan, flags, { workers: 1, isTimed: false, terminal });
          ({ folder } = opened);
          return runOpened(opened, { plan, registry, instrument, rules, flags, signal, terminal });
        });
      } finally {
        own.close();
      }
    },
  );
  if (code !== exitCodes.ok || folder === undefined) return code;
  return (await runReports(folder, flags, terminal)).code;
}

/** Runs what has no record yet, and puts the start back. */
async function runOpened(
  { folder, store, live }: OpenedRun,
  run: {
    readonly plan: Plan;
    readonly registry: Registry;
    readonly instrument: Instrument;
    readonly rules: GuardRules;
    readonly flags: InstrumentRunFlags;
    readonly signal: AbortSignal;
    readonly terminal: Terminal;
  },
): Promise<number> {
  const { plan, registry, instrument, rules, flags, signal, terminal } = run;
  const show = runProgress(terminal, plan);
  const sayInterrupted = () =>
    show.say(
      'interrupted: putting the start back (again to leave at once, with the microscope as it is)',
    );
  let recording: SeriesRecording | undefined;
  let status: 'complete' | 'interrupted' | undefined;
  try {
    recording = await openRecording(flags.record, instrument);
    const looking = lookOn(live?.onlooker);
    const session = await openSession(instrument.microscope, {
      ...rules,
      callMarginMs: 1e3 * flags.callTimeout,
      signal,
      onCall: instrument.onCall,
      async onFrame(exposed) {
        instrument.sayRemarks();
        looking.frame(exposed);
        await recording?.keep(exposed);
      },
    });
    const runOne = instrumentRunner(session.microscope, registry, {
      clock: { nowMs: () => performance.now() },
      now: () => new Date(),
      timeoutS: flags.timeout,
    });
    signal.addEventListener('abort', sayInterrupted);
    ({ status } = await thenRestore(session, () =>
      runSuite(
        plan,
        store,
        (scenario, ...others) => {
          looking.begin(scenario);
          return runOne(scenario, ...others);
        },
        {
          ...{ concurrency: 1, placeByPlace: true, signal },
          onEvent: (event) => {
            show.event(event);
            live?.event(event);
          },
        },
      ),
    ));
  } finally {
    signal.removeEventListener('abort', sayInterrupted);
    show.end();
    await store.close();
    await live?.end(status ?? 'failed');
    if (recording !== undefined) {
      terminal.err(
        recording.failure === undefined ? recordingText(recording) : `${recordingEnd(recording)}\n`,
      );
    }
    if (status !== 'complete') terminal.err(resumeText(folder, store, plan));
  }
  if (status === 'complete') return exitCodes.ok;
  terminal.err('interrupted: focus and stage are back, the beam is blanked\n');
  return exitCodes.interrupted;
}

/** Hands frames of the trajectory that runs to a page, as it wants them. */
function lookOn(onlooker: Onlooker | undefined): {
  readonly begin: (scenario: Scenario) => void;
  readonly frame: (exposed: Frame) => void;
} {
  let current: { readonly scenario: Scenario; readonly wanted: Int32Array } | undefined;
  let frames = 0;
  return {
    begin(scenario) {
      current = onlooker && { scenario, wanted: onlooker.begin(scenario) };
      frames = 0;
    },
    frame(exposed) {
      frames += 1;
      if (current === undefined || Atomics.exchange(current.wanted, 0, 0) === 0) return;
      onlooker?.take(current.scenario, shownFrame(exposed, frames, runFrameSidePx));
    },
  };
}
