import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { recordFiles } from '../../harness/experiment/store/layout/index.ts';
import { type Essence, essenceOf } from '../../harness/gate/index.ts';
import { RecordError } from '../../harness/microscope/index.ts';
import { ScenarioPool } from '../../harness/record/index.ts';
import type { EvidenceAnswer } from './evidenceWorker.ts';
import { type EvidenceRead, readEvidence } from './readEvidence.ts';

/** From here on, bytes, a thread of its own saves more than the half second that it takes to start. */
const largeBytes = 50e6;

/**
 * Both sides of a comparison. A large baseline is read in a thread of its own, beside the candidate.
 *
 * @param largeFrom - Bytes of records from which on a baseline is large.
 * @throws RecordError if one of them holds no readable records: the baseline's, if both.
 */
export async function readSides(
  baseline: string,
  candidate: string,
  largeFrom = largeBytes,
): Promise<readonly [EvidenceRead<Essence>, EvidenceRead<Essence>]> {
  if ((await bytesOf(baseline)) < largeFrom) {
    return [await readEvidence(baseline, essenceOf), await readEvidence(candidate, essenceOf)];
  }
  const thread = new Piscina<string, EvidenceAnswer>({
    filename: fileURLToPath(new URL('./evidenceWorker.js', import.meta.url)),
    name: 'read',
    maxThreads: 1,
  });
  try {
    const [base, other] = await Promise.allSettled([
      thread.run(baseline),
      readEvidence(candidate, essenceOf),
    ]);
    if (base.status === 'rejected') throw base.reason;
    if ('refusal' in base.value) {
      throw new RecordError(base.value.refusal.message, base.value.refusal);
    }
    if (other.status === 'rejected') throw other.reason;
    return [shared(base.value), other.value];
  } finally {
    await thread.destroy();
  }
}

/** What scenarios have in common is known by identity, which they lose on the way out of a thread. */
function shared({ evidence, notices }: EvidenceRead<Essence>): EvidenceRead<Essence> {
  const pool = new ScenarioPool();
  const records = evidence.records.map((record) => ({
    ...record,
    scenario: pool.share(record.scenario),
  }));
  return { evidence: { ...evidence, records }, notices };
}

async function bytesOf(folder: string): Promise<number> {
  try {
    return (await stat(join(folder, recordFiles.complete))).size;
  } catch {
    // Of a run that is going on, or of no run at all: reading it says so.
    return 0;
  }
}
