import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecords } from '../../experiment/store/layout/index.ts';
import { essenceOf, evaluateGate, gateRulesSchema, type RunEvidence } from '../../gate/index.ts';
import { syntheticRun } from '../../gate/testing/syntheticRun.ts';
import { isSemfocusError } from '../../microscope/index.ts';
import type { RandomStream } from '../../numeric/index.ts';
import { contradictionOf, recordLine } from '../../record/index.ts';
import type { FuzzTarget } from './FuzzTarget.ts';
import { mutated } from './mutated.ts';

const base = syntheticRun({ places: 2 });
const worse = syntheticRun({ places: 2, lost: 0.6, modelSha256: 'bb'.repeat(32) });
const lines = worse.records.map(recordLine);
const rules = gateRulesSchema.parse({
  schema: 1,
  name: 'any loss',
  description: 'For a target of fuzzing.',
  familyErrorRate: 0.05,
  rules: [
    {
      metric: 'success',
      direction: 'higher-is-better',
      margin: 0.1,
      floor: 0.02,
      severity: 'fail',
      minN: 1,
      inconclusive: 'fail',
    },
  ],
});
const verdictOf = (candidate: RunEvidence): string =>
  evaluateGate(base, candidate, rules, { resampling: { seed: 1, resamples: 20 } }).verdict;
const verdict = verdictOf(worse);

/**
 * The records of a run, changed by accident, or line by line with the checksum made anew: they are
 * read as they were written, with what is missing named, or refused.
 */
export const recordsTarget: FuzzTarget = {
  name: 'records',
  input: (random) => (random.integerBelow(2) === 0 ? spoilt(random) : rewritten(random)),
  async read(input) {
    const folder = mkdtempSync(join(tmpdir(), 'semfocus-fuzz-'));
    try {
      writeFileSync(join(folder, 'plan.json'), JSON.stringify(worse.header));
      writeFileSync(join(folder, 'records.jsonl'), input);
      await read(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function read(folder: string): Promise<void> {
  let candidate: RunEvidence;
  try {
    const { header, records, missing } = await readRecords(folder);
    for (const record of records) {
      const contradiction = contradictionOf(record);
      if (contradiction !== undefined) throw new Error(`believed: ${contradiction}`);
    }
    candidate = { name: 'read', header, records: records.map(essenceOf), missing, origins: [] };
  } catch (error) {
    if (isSemfocusError(error, 'RecordError')) return;
    throw error;
  }
  const isWhole = candidate.missing.length === 0;
  const now = verdictOf(candidate);
  if (now !== (isWhole ? verdict : 'evidence-missing')) {
    throw new Error(`the gate says ${now}, and said ${verdict} of what was written`);
  }
}

/** Bits, parts, whole lines: an accident, which leaves the checksums as they were. */
function spoilt(random: RandomStream): Uint8Array {
  const changed = [...lines];
  const [from, to] = [random.integerBelow(lines.length), random.integerBelow(lines.length)];
  switch (random.integerBelow(5)) {
    case 0:
      changed.splice(from, 1);
      break;
    case 1:
      changed.splice(from, 0, lines[to]!);
      break;
    case 2:
      changed.splice(from, 1, lines[to]!);
      changed.splice(to, 1, lines[from]!);
      break;
    case 3:
      changed.reverse();
      break;
    default:
      return mutated(fileOf(changed), random);
  }
  return random.integerBelow(2) === 0 ? fileOf(changed) : mutated(fileOf(changed), random);
}

/** What is said of a success is put in the place of what is said of a failure, or anything else. */
function rewritten(random: RandomStream): Uint8Array {
  const at = random.integerBelow(lines.length);
  const { sha256: _, ...record } = JSON.parse(lines[at]!);
  const { sha256: __, ...other } = JSON.parse(lines[random.integerBelow(lines.length)]!);
  const fields = ['outcome', 'failureClass', 'message', 'schema', 'key', 'timing', 'previews'];
  const field = fields[random.integerBelow(fields.length)]!;
  switch (random.integerBelow(5)) {
    case 0:
      delete record[field];
      break;
    case 1:
      record[field] = other[field];
      break;
    case 2:
      record.outcome = other.outcome;
      record.failureClass = other.failureClass;
      break;
    case 3:
      record.iterations[random.integerBelow(record.iterations.length)].insideMargins = true;
      break;
    default:
      record[field] = anything(random);
  }
  const json = JSON.stringify(record).replace('"nested"', nested);
  return fileOf(lines.toSpliced(at, 1, signed(json)));
}

/** Deeper than the stack. */
const nested = `${'['.repeat(5000)}${']'.repeat(5000)}`;

function anything(random: RandomStream): unknown {
  const values = [null, -1, 1e308, '', '../../dev/zero', [], {}, true, 'nested'];
  return values[random.integerBelow(values.length)];
}

/** As `recordLine`, of what may be no record. */
function signed(json: string): string {
  const body = json.slice(0, -1);
  const sha256 = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return `${body},"sha256":"${sha256}"}`;
}

function fileOf(of: readonly string[]): Uint8Array {
  return Buffer.from(`${of.join('\n')}\n`);
}
