import { groupRecords, type SummaryGroup } from '../summary/index.ts';
import {
  algorithmLabel,
  conditionLabel,
  conditionNames,
  endText,
  findings,
  formatMeanSd,
  formatNumber,
  hasSeveralSeeds,
  instrumentTexts,
  marginsText,
  markdownCode,
  markdownTable,
  markdownText,
  modelNotes,
  timingText,
  trajectoryName,
  truthText,
} from '../words/index.ts';
import type { ReportInput } from './Reporter.ts';
import { failureTally, verdictText } from './verdictText.ts';

/** A comment on GitHub holds 65,536 characters; the report says if parts are left out. */
const rowsShown = 40;
const failuresShown = 20;
const longestMessage = 300;
const keyDigits = 12;
/** Iterations that have a column; the last one has one as well. */
const iterationsTold = [0, 1, 2, 3, 5, 10];

/** Records as a comment on a change: the verdict in the first line, details folded away. */
export function markdownReport(input: ReportInput): string {
  const { summary, notices } = input;
  const told = findings(summary);
  const lines = [
    `**${markdownText(verdictText(input))}**`,
    '',
    ...notices.map((notice) => `- missing: ${markdownText(notice)}`),
    ...told.map((sentence) => `- ${markdownText(sentence)}`),
    ...modelNotes(input.runs.map((run) => run.summary)).map((note) => `- ${markdownText(note)}.`),
    '',
    ...groupTable(input),
    ...failures(input),
    ...iterations(summary.groups),
    ...folded('How it was measured', methods(input)),
  ];
  return `${lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

/** The rows there is room for: those with least success where not all. */
function rowsOf(groups: readonly SummaryGroup[]) {
  const { common, nameOf } = conditionNames(groups.map(({ condition }) => condition));
  const worst = new Set(
    groups.toSorted((p, q) => p.success.fraction - q.success.fraction).slice(0, rowsShown),
  );
  const shown = groups.filter((group) => worst.has(group));
  const hasSeveral = new Set(groups.map(({ condition }) => nameOf(condition))).size > 1;
  const head = ['algorithm', ...(hasSeveral ? ['condition'] : [])];
  const cells = (group: SummaryGroup) => [
    markdownText(algorithmLabel(group)),
    ...(hasSeveral ? [markdownText(nameOf(group.condition))] : []),
  ];
  const leftOut = groups.length - shown.length;
  const note =
    leftOut === 0
      ? []
      : ['', `${leftOut} more rows, all with at least as much success, are in the other formats.`];
  return { shown, common, head, cells, note };
}

function groupTable({ summary: { groups } }: ReportInput): string[] {
  if (groups.length === 0) return [];
  const hasRefusals = groups.some(({ declinedRightly }) => declinedRightly > 0);
  const { shown, common, head, cells, note } = rowsOf(groups);
  return [
    ...(common === '' ? [] : [markdownText(common), '']),
    ...markdownTable(
      [
        ...head,
        'n',
        'success, % \\[95 %\\]',
        ...(hasRefusals ? ['rightly declined'] : []),
        '\\|wd\\| at the end, µm: median (p95)',
        'frames to margins',
        'dose to margins, e/nm²',
        'compute, ms/iteration',
      ],
      shown.map((group) => {
        const { success, trajectories, declinedRightly, framesToMargins, computeMsPerIteration } =
          group;
        const percent = (fraction: number) => String(Math.round(100 * fraction));
        const { low, high } = success.interval95;
        const end = group.iterations.at(-1)?.absWorkingDistanceUm;
        return [
          ...cells(group),
          String(trajectories),
          `${percent(success.fraction)} \\[${percent(low)}, ${percent(high)}\\]`,
          ...(hasRefusals ? [String(declinedRightly)] : []),
          end === undefined || declinedRightly === trajectories
            ? '–'
            : `${formatNumber(end.median)} (${formatNumber(end.p95)})`,
          formatNumber(framesToMargins.median),
          formatNumber(group.doseToMarginsElectronsPerNm2.median),
          formatNumber(computeMsPerIteration.p50),
        ];
      }),
    ),
    ...note,
    '',
  ];
}

function failures({ records, seedNames }: ReportInput): string[] {
  const failed = groupRecords(records).flatMap((group) => {
    const about = { seedNames, hasSeveralSeeds: hasSeveralSeeds(group.records) };
    return group.records
      .filter(({ failureClass }) => failureClass !== undefined)
      .map((record) => ({ group, record, name: trajectoryName(record, about) }));
  });
  if (failed.length === 0) return [];
  const tally = failureTally(failed.map(({ record }) => record));
  const more = failed.length - failuresShown;
  return folded(`Without success: ${failed.length} (${tally})`, [
    ...failed.slice(0, failuresShown).map(({ group, record, name }) => {
      const place = `${algorithmLabel(group)}, ${conditionLabel(group.condition)}, ${name}`;
      const end = markdownText(shortened(endText(record).replaceAll(/\s+/g, ' ')));
      return `- ${markdownText(place)}: ${end}, key ${markdownCode(record.key.slice(0, keyDigits))}`;
    }),
    ...(more > 0 ? [`- and ${more} more, all in the other formats`] : []),
  ]);
}

function shortened(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`;
}

/** Mean ± SD of the working distance's residual, as the article gives it. */
function iterations(groups: readonly SummaryGroup[]): string[] {
  const last = Math.max(0, ...groups.map((group) => group.iterations.length - 1));
  if (last === 0) return [];
  const { shown, head, cells, note } = rowsOf(groups);
  const told = iterationsTold.filter((iteration) => iteration < last);
  return folded('Working distance from focus after each iteration, µm, mean ± SD', [
    ...markdownTable(
      [...head, ...told.map((iteration) => (iteration === 0 ? 'start' : String(iteration))), 'end'],
      shown.map((group) => [
        ...cells(group),
        ...[...told, last].map((iteration) => {
          const state = group.iterations[iteration] ?? group.iterations.at(-1);
          if (state === undefined) return '–';
          const { mean, sd } = state.absWorkingDistanceUm;
          return formatMeanSd(mean, sd);
        }),
      ]),
    ),
    ...note,
  ]);
}

function methods({ summary: { groups }, records, provenance, seedNames }: ReportInput): string[] {
  const distinct = (values: readonly string[]) => [...new Set(values)].sort().join(', ');
  const scenarios = records.map(({ scenario }) => scenario);
  const entries: readonly (readonly [string, string])[] = [
    [
      'Success',
      `all residuals inside the ${marginsText(groups)} at the end, against ${truthText(groups)}; to decline where there is nothing to focus on is one of its own kind`,
    ],
    [
      'To margins',
      'median until they were reached for good; – where half of the trajectories or more never did',
    ],
    ['Intervals', '95 %, over trajectories'],
    ['Times', timingText(groups)],
    ['Instrument', instrumentTexts(groups).join(' ')],
    ...Object.entries(provenance),
    ['Physics version', distinct(scenarios.map(({ physicsVersion }) => physicsVersion))],
    ['Seeds', distinct(scenarios.map(({ seed }) => seedNames.get(seed) ?? String(seed)))],
    [
      'Algorithms',
      distinct(
        scenarios.map(({ algorithm: { name, version, modelSha256 } }) => {
          const model =
            modelSha256 === undefined ? '' : ` (model ${modelSha256.slice(0, keyDigits)})`;
          return `${name} ${version}${model}`;
        }),
      ),
    ],
  ];
  return entries.flatMap(([name, text]) =>
    text === '' ? [] : [`- ${markdownText(name)}: ${markdownText(text)}`],
  );
}

function folded(summary: string, lines: readonly string[]): string[] {
  return ['', `<details><summary>${summary}</summary>`, '', ...lines, '', '</details>', ''];
}
