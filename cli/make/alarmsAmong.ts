import {
  type AlarmCount,
  countAlarms,
  essenceOf,
  loadGateRules,
  reseeded,
  sameScenario,
} from '../../harness/gate/index.ts';
import { readEvidence } from '../report/readEvidence.ts';

/**
 * A false-alarm study: folders of one and the same model, each held against the next by rules that
 * none should break. Runs with seeds of their own are paired by condition and index.
 *
 * @param folders - At least two that `semfocus run` has written.
 * @param rulesFile - Those of the release where left out.
 * @throws RecordError if a folder holds no readable records.
 */
export async function alarmsAmong(
  folders: readonly string[],
  rulesFile?: string,
): Promise<AlarmCount> {
  const rules = await loadGateRules(rulesFile);
  const read = await Promise.all(folders.map((folder) => readEvidence(folder, essenceOf)));
  const runs = read.map(({ evidence }) => evidence);
  const seeds = new Set(runs.map(({ header }) => header.suite.seed));
  return countAlarms(runs, rules, { pairBy: seeds.size > 1 ? reseeded : sameScenario });
}
