import { groupRecords, type RecordGroup } from '../summary/index.ts';
import {
  algorithmLabel,
  conditionLabel,
  endText,
  findings,
  hasSeveralSeeds,
  isBroken,
  printable,
  trajectoryName,
} from '../words/index.ts';
import type { ReportInput } from './Reporter.ts';
import { failureTally, verdictText } from './verdictText.ts';

/** GitHub shows no more of a kind per step. */
const shownOfAKind = 10;

interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/**
 * Records as workflow commands, which GitHub Actions shows as annotations: an error per algorithm
 * and condition where something broke, a warning where trajectories did not get there, and a notice
 * with the verdict.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubReport(input: ReportInput): string {
  const groups = groupRecords(input.records);
  const [headline = ''] = findings(input.summary);
  const annotations: Annotation[] = [
    { level: 'notice', title: verdictText(input), message: headline },
    ...(input.missing > 0
      ? [
          {
            level: 'error' as const,
            title: `${input.missing} planned trajectories have no record`,
            message: input.notices.join('; '),
          },
        ]
      : []),
    ...groups.flatMap((group) => annotationOf(group, 'error', input)),
    ...groups.flatMap((group) => annotationOf(group, 'warning', input)),
  ];
  return (['notice', 'error', 'warning'] as const)
    .flatMap((level) => limited(annotations.filter((one) => one.level === level)))
    .map(({ level, title, message }) => `::${level} title=${property(title)}::${data(message)}\n`)
    .join('');
}

function annotationOf(
  group: RecordGroup,
  level: 'error' | 'warning',
  { seedNames }: ReportInput,
): Annotation[] {
  const failed = group.records.filter(
    (record) => record.failureClass !== undefined && isBroken(record) === (level === 'error'),
  );
  const [first] = failed;
  if (first === undefined) return [];
  const about = { seedNames, hasSeveralSeeds: hasSeveralSeeds(group.records) };
  return [
    {
      level,
      title: `${algorithmLabel(group)}: ${failed.length} of ${group.records.length} trajectories ${level === 'error' ? 'broke' : 'did not get there'}`,
      message: `${conditionLabel(group.condition)}: ${failureTally(failed)}. First: ${trajectoryName(first, about)}, ${endText(first)}`,
    },
  ];
}

/** The last one that is shown tells how many are not. */
function limited(annotations: readonly Annotation[]): readonly Annotation[] {
  const more = annotations.length - shownOfAKind + 1;
  const next = annotations[shownOfAKind - 1];
  if (more <= 1 || next === undefined) return annotations;
  const title = `${more} more like these`;
  const message = 'GitHub shows no more of a kind; the Markdown report has them all.';
  return [...annotations.slice(0, shownOfAKind - 1), { ...next, title, message }];
}

function data(text: string): string {
  return text
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll(/\p{Cc}/gu, '\ufffd');
}

function property(text: string): string {
  return data(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
