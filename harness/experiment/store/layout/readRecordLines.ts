import { isSemfocusError, RecordError } from '../../../microscope/index.ts';
import {
  isRetryable,
  scenarioKey,
  type TrajectoryRecord,
  trajectoryRecordSchema,
} from '../../../record/index.ts';
import { isOfOtherSchema, parseStored } from './parseStored.ts';

/** A file of records, by key. */
export interface RecordFile {
  readonly lines: ReadonlyMap<string, { readonly text: string; readonly record: TrajectoryRecord }>;
  /** Bytes of the file up to the end of its last intact line. */
  readonly intactBytes: number;
  readonly warnings: readonly string[];
}

/** What {@link readRecordLines} is to know of the bytes it reads. */
export interface RecordLines {
  /** For messages. */
  readonly path: string;
  /** The number of the first line in its file. */
  readonly firstLine: number;
  /** Of the trajectories that may be there. */
  readonly keys: ReadonlySet<string>;
  readonly lastLine: 'complete' | 'cut off';
}

/**
 * Reads lines of records. A later record takes the place of a retryable one: the trajectory was run again.
 *
 * @throws RecordError naming file and line of what is damaged, of another record schema, not of the plan
 *   or there twice.
 */
export function readRecordLines(
  bytes: Buffer,
  { path, firstLine, keys, lastLine }: RecordLines,
): RecordFile {
  const lines = new Map<string, { text: string; record: TrajectoryRecord; line: number }>();
  const warnings: string[] = [];
  let start = 0;
  for (let line = firstLine; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    const content = bytes.subarray(start, end);
    const place = `${path} line ${line}`;
    try {
      if (newline === -1 && lastLine === 'cut off') throw new RecordError(`${place} is cut off`);
      const record = parseStored(trajectoryRecordSchema, content, place);
      const { key } = record;
      if (key !== scenarioKey(record.scenario)) {
        throw new RecordError(
          `${place}: the key does not fit the scenario; one of the two was changed`,
        );
      }
      if (!keys.has(key)) {
        throw new RecordError(`${place}: the plan has no trajectory with the key ${key}`);
      }
      const earlier = lines.get(key);
      if (earlier && !isRetryable(earlier.record)) {
        throw new RecordError(`${place}: the same trajectory as line ${earlier.line}`);
      }
      lines.set(key, { text: content.toString('utf8'), record, line });
    } catch (error) {
      const isLast = end + 1 >= bytes.length;
      const isCutOff = lastLine === 'cut off' && isLast && !isOfOtherSchema(content);
      if (!isCutOff || !isSemfocusError(error, 'RecordError')) throw error;
      warnings.push(`${error.message}. The line is passed over; its trajectory counts as not run`);
      break;
    }
    start = end + 1;
  }
  return { lines, intactBytes: Math.min(start, bytes.length), warnings };
}
