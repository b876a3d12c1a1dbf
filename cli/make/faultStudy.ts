import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { subtractFocus } from '../../harness/microscope/index.ts';
import { type Fault, faults, lateMs } from '../../harness/microscope/testing/faults.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { isInsideMargins } from '../../harness/record/index.ts';
import { createSimulatedMicroscope, presetNamed } from '../../sim/index.ts';
import type { FocusEnding } from '../focus/focusEnding.ts';
import {
  drawnStart,
  isSame,
  isStopped,
  orHang,
  saysBack,
  saysReadBack,
  studiedRun,
  studyPreset,
  tissueOf,
  wrongFrom,
} from './studyRun.ts';

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

async function run(name: string, algorithm: string, index: number): Promise<Run> {
  const fault: Fault = faults[name as keyof typeof faults];
  const seed = firstSeed + index;
  const { microscope: instrument, truth } = createSimulatedMicroscope({
    ...{ preset: presetNamed(studyPreset), seed, run: 0, stage: { xUm: 0, yUm: 0 } },
    specimen: tissueOf(seed),
  });
  const random = new RandomStream(seed, 'start');
  const start = await instrument.writeFocus(drawnStart(random, truth.bestFocus(), startUm));
  // Frames and sets fail from the second to the seventh on.
  const microscope = fault.of(instrument, 2 + (index % 6));
  const ended = await orHang(
    studiedRun(microscope, { algorithm, frame: { width: 512, height: 384 }, seed, callMarginMs }),
    hangMs,
  );
  // What is still under way may land now.
  await new Promise((resolve) => setTimeout(resolve, name.endsWith('-late') ? lateMs : 0));
  const end = await instrument.readFocus();
  return {
    ending: ended === 'hang' ? ended : ended.ending,
    isBack: isSame(start, end),
    isInFocus: isInsideMargins(subtractFocus(end, truth.bestFocus()), wrongFrom),
  };
}

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
