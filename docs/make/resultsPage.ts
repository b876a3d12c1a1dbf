import { isInsideMargins, type TrajectoryRecord } from '../../harness/record/index.ts';
import { groupedBy, mean, wilsonInterval } from '../../harness/statistics/index.ts';
import { rowAt } from '../../reports/index.ts';
import { markdownTable } from './markdownTable.ts';

/** After so many corrections the table tells the state; the suite has no more. */
const corrections = [1, 2] as const;

/**
 * The page in Markdown, from the records of all seeds.
 *
 * @param records - Of docs/make/results.json, with every seed under every condition.
 */
export function resultsPage(records: readonly TrajectoryRecord[]): string {
  const seeds = [...new Set(records.map(({ scenario }) => scenario.seed))].sort((p, q) => p - q);
  const conditions = groupedBy(
    records,
    ({ scenario }) => `\`${scenario.preset}\`, ${scenario.psf}`,
  );
  const sections = [...conditions].map(([title, members]) => {
    const rows = [...groupedBy(members, algorithmText)].map(([name, own]) =>
      rowOf(name, own, seeds),
    );
    const ranked = rows.toSorted((p, q) => q.inside - p.inside || p.errorUm - q.errorUm);
    const head = [
      'algorithm',
      ...seeds.map((seed) => `seed ${seed}`),
      ...corrections.map((k) => `inside after ${k}`),
      '[95 %]',
    ];
    return `## ${title}\n\n${markdownTable(
      head,
      ranked.map(({ cells }) => cells),
    )}`;
  });
  const physics = [...new Set(records.map(({ scenario }) => scenario.physicsVersion))].join(', ');
  const { width, height, dwellTimeNs } = records[0]?.scenario.frame ?? {};
  const networks = new Map(
    records.flatMap(({ scenario: { algorithm } }) =>
      algorithm.modelSha256 === undefined
        ? []
        : [[algorithm.name, algorithm.modelSha256.slice(0, 12)] as const],
    ),
  );
  return `<!-- Made by \`npm run docs:results\` (docs/make/results.ts); change that, not this. -->

# Results

Working distance left after two corrections, |wd| in µm, mean over nine places for each of ${seeds.length} seeds; then how many
of all trajectories were inside all margins (1 µm, 0.25 stigmator units) after one and after two corrections. Protocol of the
article's figure 5: starts of 8 to 12 µm and 2 to 4 stigmator units, frames of ${width} x ${height} px at ${dwellTimeNs} ns (5 electrons per
nm²), ten pairs of patches for a network and four of 768 px for the others. Suite \`docs/make/results.json\`, physics version
${physics}. No seed is one of training. The algorithms with the most trajectories inside come first.

No estimator is told the shape of the probe, except in the rows that say so. Every trajectory counts: one that was declined or
stopped counts with the state in which it left the microscope.

${sections.join('\n\n')}

Networks, by the first digits of their SHA-256: ${[...networks].map(([name, sha]) => `\`${name}\` ${sha}`).join(', ')}.
`;
}

function algorithmText({ scenario: { algorithm } }: TrajectoryRecord): string {
  const { pupil } = (algorithm.parameters ?? {}) as { readonly pupil?: unknown };
  return `\`${algorithm.name}\`${pupil === 'calibration' ? ', told the pupil' : ''}`;
}

function rowOf(name: string, records: readonly TrajectoryRecord[], seeds: readonly number[]) {
  const distances = seeds.map((seed) =>
    mean(
      records
        .filter(({ scenario }) => scenario.seed === seed)
        .map((record) => Math.abs(rowAt(record, 2).residual.workingDistanceUm)),
    ),
  );
  const [one = 0, two = 0] = corrections.map(
    (k) =>
      records.filter((record) =>
        isInsideMargins(rowAt(record, k).residual, record.scenario.margins),
      ).length,
  );
  const n = records.length;
  const { low, high } = wilsonInterval(two, n);
  const percent = (share: number) => Math.round(100 * share);
  return {
    inside: two,
    errorUm: mean(distances),
    cells: [
      name,
      ...distances.map((um) => um.toFixed(2)),
      ...[one, two].map((count) => `${count} of ${n}`),
      `${percent(low)} to ${percent(high)} %`,
    ],
  };
}
