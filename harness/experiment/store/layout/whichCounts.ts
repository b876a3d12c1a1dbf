import { RecordError } from '../../../microscope/index.ts';
import { isRetryable, type TrajectoryRecord } from '../../../record/index.ts';
import { firstDifference } from './firstDifference.ts';

/** A line of a file of records. */
export interface NamedLine {
  /** Of the file. */
  readonly name: string;
  readonly text: string;
}

/**
 * The record of two of one trajectory that counts: the first, unless it is retryable and the second is
 * not.
 *
 * @throws RecordError as {@link assertSamePayload} if both count and their contents differ.
 */
export function whichCounts<Line extends NamedLine>(first: Line, second: Line): Line {
  const [mayFirst, maySecond] = [first, second].map(({ text }) => isRetryable(JSON.parse(text)));
  if (mayFirst || maySecond) return mayFirst && !maySecond ? second : first;
  assertSamePayload(first, second);
  return first;
}

/**
 * Refuses two records of one trajectory with different contents: then the result depends on more than
 * the scenario. Times may differ, previews may be missing, and the scenarios are equal in every field
 * of their key.
 *
 * @throws RecordError naming both files and the first field that differs.
 */
function assertSamePayload(first: NamedLine, second: NamedLine): void {
  if (first.text === second.text) return;
  const record: TrajectoryRecord = JSON.parse(first.text);
  const difference = firstDifference(payload(record), payload(JSON.parse(second.text)));
  if (difference === undefined) return;
  const { algorithm, trajectory, frame } = record.scenario;
  throw new RecordError(
    `${first.name} and ${second.name} contradict each other about ${algorithm.name} at ` +
      `${frame.dwellTimeNs} ns, trajectory ${trajectory} (key ${record.key}): ${difference.path} is ` +
      `${difference.first} and ${difference.second}`,
    {
      hint: 'Equal trajectories must have equal results. Compare provenance.json or the first lines of the two shards. Run one of them again.',
    },
  );
}

function payload(record: TrajectoryRecord): unknown {
  const { timing: _timing, previews: _frames, scenario: _scenario, iterations, ...said } = record;
  const { sha256: _sha256, ...rest } = said as typeof said & { readonly sha256?: string };
  return { ...rest, iterations: iterations.map(({ computeMs: _computeMs, ...row }) => row) };
}
