import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { mean, sampleSd } from '../../harness/statistics/index.ts';
import { markdownTable } from './markdownTable.ts';

/** Changes below this part of the error are not worth a word, however well they are known. */
const leastShare = 0.05;

/** What every other condition is compared with. */
const reference = 'merlin-real';

/** The conditions in the order of the table, by preset and specimen, and the imperfection that is off. */
interface Condition {
  readonly title: string;
  readonly preset: string;
  /** `tissue` where left out. */
  readonly specimen?: string;
}

const conditions: readonly Condition[] = [
  { title: '`ideal`', preset: 'ideal' },
  { title: '`merlin`', preset: 'merlin' },
  { title: '`merlin-real`', preset: reference },
  { title: '`merlin-real`, everything at 0', preset: 'merlin-real~all=0' },
  { title: '`merlin-real`, bounds in full', preset: 'merlin-real~all=bound' },
  { title: 'on homogeneous tissue (`tissue-dense`)', preset: reference, specimen: 'tissue-dense' },
  { title: 'without coma, three-fold', preset: 'merlin-real~coma=0~threeFold=0' },
  { title: 'without pupil weight', preset: 'merlin-real~pupilWeight=0' },
  { title: 'without chromatic spread', preset: 'merlin-real~defocusSpread=0' },
  { title: 'without astigmatism from defocus', preset: 'merlin-real~astigmatismWithFocus=0' },
  { title: 'without clipping at black', preset: 'docs/make/ablation-unclipped.json' },
  { title: 'with white noise', preset: 'merlin-real~noiseColour=0' },
  {
    title: 'without grey steps, contrast steps, slow wave, shading',
    preset: 'merlin-real~brightnessStep=0~contrastStep=0~slowWave=0~shading=0',
  },
  {
    title: 'without row offsets, jitter, vibration, mains',
    preset: 'merlin-real~rowOffset=0~rowJitterX=0~rowJitterY=0~vibration=0~mainsField=0',
  },
  {
    title: 'without distortion, affine and magnification errors',
    preset: 'merlin-real~smoothDistortion=0~affineError=0~magnificationError=0',
  },
  { title: 'without position errors', preset: 'merlin-real~positionError=0' },
];

const iterations = [1, 2, 3] as const;

/** Errors of one condition, one value per trajectory, in the order of the trajectories. */
interface Outcome {
  readonly title: string;
  readonly isOfReference: boolean;
  /** |WD error| after each of {@link iterations}, um. */
  readonly focusUm: readonly (readonly number[])[];
  /** Size of the stigmator error after the last one, in the instrument's unit. */
  readonly stigmator: readonly number[];
  readonly trouble: number;
}

/** The page in Markdown, from the records of all conditions. */
export function ablationPage(records: readonly TrajectoryRecord[]): string {
  const algorithms = [...new Set(records.map(({ scenario }) => scenario.algorithm.name))];
  const count = new Set(records.map(({ scenario }) => scenario.trajectory)).size;
  const sections = algorithms.map((algorithm) => {
    const outcomes = conditions.map(({ preset, specimen = 'tissue', title }) => {
      const own = records.filter(
        ({ scenario }) =>
          scenario.algorithm.name === algorithm &&
          scenario.preset === preset &&
          scenario.specimen.name === specimen,
      );
      const isOfReference = preset === reference && specimen === 'tissue';
      return outcomeOf(title, isOfReference, own);
    });
    return sectionOf(algorithm, outcomes);
  });
  return `<!-- Made by \`npm run docs:ablation\` (docs/make/ablation.ts); change that, not this. -->

# Which imperfection moves which algorithm

${count} trajectories of three corrections under each condition, by the benchmark itself: frames of 1024 x 768 px at
200 ns, starts of the article's figure 5 (8 to 12 µm and 2 to 4 stigmator units off), suite
\`docs/make/ablation.json\`. All conditions meet the same places, starts and random numbers, and every group of
imperfections draws from streams of its own, so the differences are those of pairs: **change** is the mean difference
of abs(WD) from that of \`merlin-real\`, with its standard error. Errors are means over trajectories, in µm and in
stigmator units (root of the sum of both squares). A change below zero says that the group does harm.

The algorithms keep the calibration that was measured on \`merlin-real\` (\`semfocus calibrate\`). That calibration has absorbed
some imperfections, the pupil weight above all. Where these are taken away, the first correction has an error.

${count} places decide little. A change is called clear if it exceeds two standard errors and ${100 * leastShare} % of the error; among so many groups
one or two will do that by chance. The simplex search on sharpness is left out: three of its steps are
three single frames, which is too early to compare.

${sections.join('\n\n')}
`;
}

function outcomeOf(
  title: string,
  isOfReference: boolean,
  records: readonly TrajectoryRecord[],
): Outcome {
  const ordered = [...records].sort((p, q) => p.scenario.trajectory - q.scenario.trajectory);
  // Where a trajectory was stopped, the state it was left in counts from then on.
  const rowAfter = ({ iterations: rows }: TrajectoryRecord, iteration: number) =>
    rows.find((row) => row.iteration === iteration && row.stopped === undefined) ?? rows.at(-1)!;
  return {
    title,
    isOfReference,
    focusUm: iterations.map((iteration) =>
      ordered.map((record) => Math.abs(rowAfter(record, iteration).residual.workingDistanceUm)),
    ),
    stigmator: ordered.map((record) => {
      const { stigmatorX, stigmatorY } = rowAfter(record, iterations.length).residual;
      return Math.hypot(stigmatorX, stigmatorY);
    }),
    trouble: ordered.filter(({ outcome }) => outcome === 'diverged' || outcome === 'failed').length,
  };
}

function sectionOf(algorithm: string, outcomes: readonly Outcome[]): string {
  const whole = outcomes.find(({ isOfReference }) => isOfReference)!;
  const changes = outcomes.map((outcome) => ({
    ...outcome,
    changes: iterations.map((iteration) => changeOf(outcome, whole, iteration)),
  }));
  const table = markdownTable(
    [
      'condition',
      ...iterations.map((iteration) => `WD after ${iteration}`),
      'stigmators after 3',
      ...iterations.map((iteration) => `change after ${iteration}`),
      'diverged',
    ],
    changes.map(({ title, isOfReference, focusUm, stigmator, changes, trouble }) => [
      title,
      ...focusUm.map((values) => mean(values).toFixed(3)),
      mean(stigmator).toFixed(3),
      ...changes.map((change) => (isOfReference ? '–' : changeText(change))),
      String(trouble),
    ]),
  );
  const groups = changes.filter(
    ({ title, isOfReference }) => !title.startsWith('`') && !isOfReference,
  );
  const reading = iterations.map((iteration, i) => {
    const error = mean(whole.focusUm[iteration - 1]!);
    const own = groups.map(({ title, changes }) => ({ title, ...changes[i]! }));
    return `After ${iteration === 1 ? 'one correction' : `${iteration} corrections`} the error on \`merlin-real\` is ${error.toFixed(3)} µm; ${clearest(own, leastShare * error)}.`;
  });
  return `## \`${algorithm}\`\n\n${reading.join(' ')}\n\n${table}`;
}

interface Change {
  readonly change: number;
  readonly error: number;
}

/** Mean and standard error of the paired differences from the reference. */
function changeOf({ focusUm }: Outcome, whole: Outcome, iteration: number): Change {
  const before = whole.focusUm[iteration - 1]!;
  const differences = focusUm[iteration - 1]!.map((value, i) => value - before[i]!);
  return {
    change: mean(differences),
    error: sampleSd(differences) / Math.sqrt(differences.length),
  };
}

/** In words: the changes beyond two standard errors and `leastUm`, largest first. */
function clearest(
  groups: readonly (Change & { readonly title: string })[],
  leastUm: number,
): string {
  const bySize = [...groups].sort((p, q) => Math.abs(q.change) - Math.abs(p.change));
  const clear = bySize.filter(
    ({ change, error }) => Math.abs(change) > Math.max(2 * error, leastUm),
  );
  const phrase = (one: Change & { readonly title: string }) => `${one.title} (${changeText(one)})`;
  if (clear.length === 0) {
    return `no group changes that clearly, the largest change being ${phrase(bySize[0]!)}`;
  }
  return `it changes most ${clear.map(phrase).join(', then ')}, and not clearly by the other groups`;
}

function changeText({ change, error }: Change): string {
  return `${signed(change)} ± ${error.toFixed(3)}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}
