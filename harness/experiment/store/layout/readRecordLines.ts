import { dirname } from 'node:path';
import { isSemfocusError, RecordError } from '../../../microscope/index.ts';
import {
  checkedJson,
  contradictionOf,
  isRetryable,
  ScenarioPool,
  scenarioKey,
  type TrajectoryRecord,
  trajectoryRecordSchema,
} from '../../../record/index.ts';
import { checkStored, isOfOtherSchema, parseJson } from './parseStored.ts';

/** A file of records, by key. */
export interface RecordFile<Kept> {
  readonly lines: ReadonlyMap<string, Kept>;
  /** Bytes of the file up to the end of its last intact line. */
  readonly intactBytes: number;
  readonly warnings: readonly string[];
}

/** What {@link readRecordLines} is to know of the bytes it reads. */
export interface RecordLines<Kept> {
  /** For messages. */
  readonly path: string;
  /** The number of the first line in its file. */
  readonly firstLine: number;
  /** Of the trajectories that may be there. */
  readonly keys: ReadonlySet<string>;
  readonly lastLine: 'complete' | 'cut off';
  /** What is wanted of each record; the rest is let go, because a run may be larger than the memory. */
  readonly keep: (record: TrajectoryRecord, line: Buffer) => Kept;
  /** Lines that are damaged or repeat a trajectory are dropped; where it is left out, refused. */
  readonly repair?: Repair<Kept>;
}

/** How a file is read of which two processes, or an accident, made what no process makes. */
interface Repair<Kept> {
  /** Whether two lines about one trajectory say the same. */
  readonly isSame: (first: Kept, second: Kept) => boolean;
  /** Told of every line that is dropped, and why. */
  readonly onDropped: (message: string) => void;
}

/**
 * Reads lines of records, a piece of the file at a time. A later record takes the place of a
 * retryable one: the trajectory was run again.
 *
 * @throws RecordError naming file and line of what is damaged, contradicts itself, is of another
 *   record schema, not of the plan or there twice.
 */
export async function readRecordLines<Kept>(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  { path, firstLine, keys, lastLine, keep, repair }: RecordLines<Kept>,
): Promise<RecordFile<Kept>> {
  const pool = new ScenarioPool();
  const lines = new Map<string, Kept>();
  const found = new Map<string, { readonly line: number; readonly isRetryable: boolean }>();
  let line = firstLine;
  let intactBytes = 0;
  let failed: { readonly error: unknown; readonly content: Buffer } | undefined;

  const read = (content: Buffer): void => {
    const place = `${path} line ${line}`;
    const record = readRecord(content, place, pool);
    const { key } = record;
    if (!keys.has(key)) {
      throw new RecordError(`${place}: the plan has no trajectory with the key ${key}`);
    }
    const earlier = found.get(key);
    const kept = keep(record, content);
    if (earlier !== undefined && !earlier.isRetryable) {
      if (repair === undefined) throw repeated(place, path, earlier.line);
      const first = lines.get(key);
      const isSame = first !== undefined && repair.isSame(first, kept);
      if (!isSame) lines.delete(key);
      repair.onDropped(
        isSame
          ? `${place} is dropped: the same trajectory as line ${earlier.line}`
          : `${place} and line ${earlier.line} are dropped: they contradict each other about one trajectory, which counts as not run`,
      );
      return;
    }
    found.set(key, { line, isRetryable: isRetryable(record) });
    lines.set(key, kept);
  };
  const take = (content: Buffer, isEnded: boolean): void => {
    // What cannot be read is forgiven in the last line alone.
    if (failed !== undefined) throw failed.error;
    try {
      if (!isEnded && lastLine === 'cut off')
        throw new RecordError(`${path} line ${line} is cut off`);
      read(content);
      intactBytes += content.length + (isEnded ? 1 : 0);
    } catch (error) {
      if (repair !== undefined && isSemfocusError(error, 'RecordError')) {
        repair.onDropped(`${error.message}. The line is dropped; its trajectory counts as not run`);
      } else failed = { error, content };
    }
    line++;
  };

  for await (const { content, isEnded } of linesOf(pieces, path)) take(content, isEnded);
  if (failed === undefined) return { lines, intactBytes, warnings: [] };
  const { error, content } = failed;
  const isCutOff = lastLine === 'cut off' && !isOfOtherSchema(content);
  if (!isCutOff || !isSemfocusError(error, 'RecordError')) throw error;
  const warning = `${error.message}. The line is passed over; its trajectory counts as not run`;
  return { lines, intactBytes, warnings: [warning] };
}

const damaged =
  'Take the file from a copy; or drop what is damaged with `semfocus merge FOLDER --repair --allow-partial --out NEW`, and run the suite into NEW.';

function readRecord(content: Buffer, place: string, pool: ScenarioPool): TrajectoryRecord {
  const json = checkedJson(content);
  if (json === undefined) {
    // Of another version it has another shape.
    parseJson(content, place, damaged);
    throw new RecordError(
      `${place} is damaged: its checksum is not that of its content, which was changed after it was written`,
      { hint: damaged },
    );
  }
  const value = parseJson(json, place, damaged);
  checkStored(trajectoryRecordSchema, value, place, damaged);
  // The check changes nothing, and its copy takes twice the memory of what the parser makes.
  const record = value as TrajectoryRecord;
  record.scenario = pool.share(record.scenario);
  if (record.key !== scenarioKey(record.scenario)) {
    throw new RecordError(
      `${place}: the key does not fit the scenario; one of the two was changed`,
      {
        hint: damaged,
      },
    );
  }
  const contradiction = contradictionOf(record);
  if (contradiction === undefined) return record;
  throw new RecordError(`${place} contradicts itself: ${contradiction}`, { hint: damaged });
}

function repeated(place: string, path: string, line: number): RecordError {
  return new RecordError(`${place}: the same trajectory as line ${line}`, {
    hint: `${path} was written by two processes. \`semfocus merge ${dirname(path)} --repair --out NEW\` keeps one line of each trajectory and names the lines that it drops.`,
  });
}

/** A record takes a few kilobytes. */
const longestLine = 64 * 2 ** 20;

/** Lines without their ends. */
async function* linesOf(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  path: string,
): AsyncGenerator<{ readonly content: Buffer; readonly isEnded: boolean }> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      yield { content: bytes.subarray(start, end), isEnded: true };
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > longestLine) {
      throw new RecordError(
        `${path} holds a line of more than ${longestLine} bytes, which is no record`,
      );
    }
  }
  if (rest.length > 0) yield { content: rest, isEnded: false };
}
