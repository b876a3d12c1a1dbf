import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { focusMicroscope, type LookBack, openSession } from '../../harness/focusing/index.ts';
import {
  addFocus,
  deviationOfAberration,
  type FocusState,
  focusParameters,
  subtractFocus,
} from '../../harness/microscope/index.ts';
import { type Fault, faults, lateMs } from '../../harness/microscope/testing/faults.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { defaultMargins, isInsideMargins } from '../../harness/record/index.ts';
import {
  calibrationOf,
  createSimulatedMicroscope,
  createSpecimen,
  presetCalibration,
  presetNamed,
  type Specimen,
} from '../../sim/index.ts';
import { type FocusEnding, focusEndingAfter, focusEndingOf } from '../focus/focusEnding.ts';
import { witnessesFor } from '../focus/witnessesFor.ts';
import { registry } from '../lab/index.ts';

/**
 * What `semfocus focus` makes of instruments that fail: every fault, runs with seeds of their own,
 * three algorithms. Prints the table of docs/safety.md; about half an hour.
 */

const algorithms = ['mapfost', 'spectral', 'deepfocus-384'];
/** Used by no suite, training or test. */
const firstSeed = 88_001;
const startUm = 8;
/** Longer than that a call has no answer: shorter than the late answers of the faults. */
const callMarginMs = lateMs / 2;
/** A run that has not ended by then hangs. */
const hangMs = 300_000;
/** A claim is wrong from twice the margins on: inside of that the algorithm alone decides. */
const wrongFrom = {
  workingDistanceUm: 2 * defaultMargins.workingDistanceUm,
  stigmator: 2 * defaultMargins.stigmator,
};

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '12' },
    fault: { type: 'string', multiple: true, default: Object.keys(faults) },
    out: { type: 'string' },
  },
});

interface Run {
  readonly ending: FocusEnding | 'hang';
  readonly isBack: boolean;
  readonly isInFocus: boolean;
}

const specimens = new Map<number, Specimen>();

/** All runs of a seed look at one place: drawing it takes ten times as long as a frame. */
function tissueOf(seed: number): Specimen {
  const known = specimens.get(seed);
  if (known !== undefined) return known;
  const drawn = createSpecimen('tissue', seed);
  const rasters = new Map<string, Float32Array>();
  const specimen: Specimen = {
    ...{ name: drawn.name, polarity: drawn.polarity },
    emission: (...at) => drawn.emission(...at),
    rasterise(region) {
      const key = JSON.stringify(region);
      const raster = rasters.get(key) ?? drawn.rasterise(region);
      rasters.set(key, raster);
      return raster.slice();
    },
  };
  specimens.set(seed, specimen);
  return specimen;
}

async function run(name: string, algorithmName: string, index: number): Promise<Run> {
  const fault: Fault = faults[name as keyof typeof faults];
  const seed = firstSeed + index;
  const preset = presetNamed('merlin');
  const { microscope: instrument, truth } = createSimulatedMicroscope({
    ...{ preset, seed, run: 0, stage: { xUm: 0, yUm: 0 } },
    specimen: tissueOf(seed),
  });
  const random = new RandomStream(seed, 'start');
  const drawn = () => random.uniformBetween(-startUm, startUm);
  const aberration = { zUm: drawn(), aUm: drawn() / 4, bUm: drawn() / 4 };
  const { stigmatorMatrixUmPerUnit } = presetCalibration(preset);
  const start = await instrument.writeFocus(
    addFocus(truth.bestFocus(), deviationOfAberration(aberration, stigmatorMatrixUmPerUnit)),
  );
  // Frames and sets fail from the second to the seventh on.
  const microscope = fault.of(instrument, 2 + (index % 6));
  const entry = registry.algorithms.get(algorithmName);
  if (entry === undefined) throw new TypeError(`there is no algorithm ${algorithmName}`);
  const { signal } = new AbortController();
  const limits = { workingDistanceUm: 60, stigmator: 20 };
  const session = await openSession(microscope, { limits, callMarginMs });
  const { description } = session;
  const calibration = calibrationOf('merlin').values;
  let look: LookBack | undefined;
  const focusing = focusMicroscope(session, {
    algorithm: entry.create(),
    frame: { width: 512, height: 384, pixelSizeNm: preset.scan.pixelSizeNm, dwellTimeNs: 200 },
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
  }).then(
    (outcome) =>
      focusEndingOf(outcome, {
        ...{ isDryRun: false, marginsText: 'the margins' },
        ...{ start, description, look },
      }),
    async (error: unknown) => {
      const end = await session.microscope.readFocus().catch(() => undefined);
      return focusEndingAfter(error, signal, { start, end, description, look });
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<'hang'>((resolve) => {
    timer = setTimeout(() => resolve('hang'), hangMs);
  });
  const ending = await Promise.race([focusing, hang]);
  clearTimeout(timer);
  // What is still under way may land now.
  await new Promise((resolve) => setTimeout(resolve, name.endsWith('-late') ? lateMs : 0));
  const end = await instrument.readFocus();
  return {
    ending,
    isBack: isSame(start, end),
    isInFocus: isInsideMargins(subtractFocus(end, truth.bestFocus()), wrongFrom),
  };
}

function isSame(a: FocusState, b: FocusState): boolean {
  return focusParameters.every((name) => Math.abs(a[name] - b[name]) < 1e-6);
}

const saysBack = ({ message }: FocusEnding) => message.includes('the start is back');
const saysReadBack = ({ message }: FocusEnding) => message.includes('which no frame confirms');
const columns = [
  'focused',
  'not confirmed',
  'worse, declined',
  'stopped, back as seen',
  'stopped, back as read',
  'stopped, says it may not be back',
  'hangs',
  'read back alone, and is not back',
  'says it is back, and is not',
  'wrong claims',
];
const lines = [
  `| fault | | ${columns.join(' | ')} |`,
  `| --- | --- | ${columns.map(() => '---:').join(' | ')} |`,
];
for (const name of values.fault) {
  const fault: Fault = faults[name as keyof typeof faults];
  const runs: Run[] = [];
  for (let index = 0; index < Number(values.runs); index++) {
    for (const algorithm of algorithms) {
      const one = await run(name, algorithm, index);
      runs.push(one);
      process.stderr.write(
        `${name} ${algorithm} ${index}: ${one.ending === 'hang' ? 'hang' : `${one.ending.outcome}: ${one.ending.message}`} | back ${one.isBack}, in focus ${one.isInFocus}\n`,
      );
    }
  }
  const count = (holds: (ending: FocusEnding, run: Run) => boolean): number =>
    runs.filter((one) => one.ending !== 'hang' && holds(one.ending, one)).length;
  const isStopped = ({ outcome }: FocusEnding) => outcome === 'stopped' || outcome === 'failed';
  lines.push(
    `| ${name}: ${fault.summary} | ${[
      fault.isVisible ? '' : 'hidden',
      count(({ outcome }) => outcome === 'focused'),
      count(({ outcome }) => outcome === 'unconfirmed'),
      count(({ outcome }) => outcome === 'worse' || outcome === 'declined'),
      count((ending, { isBack }) => isStopped(ending) && saysBack(ending) && isBack),
      count((ending, { isBack }) => isStopped(ending) && saysReadBack(ending) && isBack),
      count((ending) => isStopped(ending) && !saysBack(ending) && !saysReadBack(ending)),
      runs.filter(({ ending }) => ending === 'hang').length,
      count((ending, { isBack }) => saysReadBack(ending) && !isBack),
      count((ending, { isBack }) => saysBack(ending) && !isBack),
      count(({ outcome }, { isInFocus }) => outcome === 'focused' && !isInFocus),
    ].join(' | ')} |`,
  );
}
const table = `${lines.join('\n')}\n`;
process.stdout.write(table);
if (values.out !== undefined) writeFileSync(values.out, table);
