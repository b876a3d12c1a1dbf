import { RecordError } from '../microscope/index.ts';
import { canonicalJson, pairKey } from '../record/index.ts';
import { groupedBy } from '../statistics/index.ts';
import type { Essence } from './Essence.ts';

/** The same scenario, met by both sides. */
export interface RecordPair<Kept = Essence> {
  readonly base: Kept;
  readonly candidate: Kept;
}

/** All pairs of one algorithm. */
export interface PairedAlgorithm<Kept = Essence> {
  /** Names of the algorithm on either side; the same but where each side has one alone. */
  readonly base: string;
  readonly candidate: string;
  /** Whether either side has other algorithms as well, so that a number must say whose it is. */
  readonly isOneOfSeveral: boolean;
  readonly pairs: readonly RecordPair<Kept>[];
  /** Records without a partner. */
  readonly onlyBase: readonly Kept[];
  readonly onlyCandidate: readonly Kept[];
}

/** What {@link pairRuns} finds. */
export interface PairedRuns<Kept = Essence> {
  readonly algorithms: readonly PairedAlgorithm<Kept>[];
  /** Algorithms that one side alone has. */
  readonly onlyBase: readonly string[];
  readonly onlyCandidate: readonly string[];
}

/** Says which records meet the same scenario: the same text for both. */
export type PairBy = (record: Pick<Essence, 'scenario'>) => string;

/** Everything but the algorithm is the same: specimen, place, start, noise. */
export const sameScenario: PairBy = ({ scenario }) => pairKey(scenario);

/**
 * Pairs the records of two runs by scenario and algorithm. An algorithm is known by its name, and by
 * its parameters as well where a run has it with several. Where each side has a single algorithm,
 * these two are compared, whatever they are called.
 *
 * @throws RecordError if one algorithm meets a scenario twice on one side: no record of the two is
 *   the partner.
 */
export function pairRuns<Kept extends Paired>(
  base: readonly Kept[],
  candidate: readonly Kept[],
  pairBy: PairBy = sameScenario,
): PairedRuns<Kept> {
  const [ofBase, ofCandidate] = [byAlgorithm(base), byAlgorithm(candidate)];
  const [[first] = [], [other] = []] = [[...ofBase], [...ofCandidate]];
  if (first && other && ofBase.size === 1 && ofCandidate.size === 1) {
    const algorithms = [{ ...pairAlgorithm(first, other, pairBy), isOneOfSeveral: false }];
    return { algorithms, onlyBase: [], onlyCandidate: [] };
  }
  return {
    algorithms: [...ofBase].flatMap(([name, records]) => {
      const partners = ofCandidate.get(name);
      if (partners === undefined) return [];
      const paired = pairAlgorithm([name, records], [name, partners], pairBy);
      return [{ ...paired, isOneOfSeveral: true }];
    }),
    onlyBase: [...ofBase.keys()].filter((name) => !ofCandidate.has(name)),
    onlyCandidate: [...ofCandidate.keys()].filter((name) => !ofBase.has(name)),
  };
}

type Paired = Pick<Essence, 'key' | 'scenario'>;
type Named<Kept> = readonly [name: string, records: readonly Kept[]];

function pairAlgorithm<Kept extends Paired>(
  [baseName, base]: Named<Kept>,
  [candidateName, candidate]: Named<Kept>,
  pairBy: PairBy,
): Omit<PairedAlgorithm<Kept>, 'isOneOfSeveral'> {
  const partners = byScenario(candidate, pairBy);
  const paired = byScenario(base, pairBy);
  const pairs: RecordPair<Kept>[] = [];
  const onlyBase: Kept[] = [];
  for (const [key, record] of paired) {
    const partner = partners.get(key);
    if (partner === undefined) onlyBase.push(record);
    else pairs.push({ base: record, candidate: partner });
  }
  const onlyCandidate = [...partners].flatMap(([key, record]) => (paired.has(key) ? [] : record));
  return { base: baseName, candidate: candidateName, pairs, onlyBase, onlyCandidate };
}

function byScenario<Kept extends Paired>(
  records: readonly Kept[],
  pairBy: PairBy,
): Map<string, Kept> {
  const found = new Map<string, Kept>();
  for (const record of records) {
    const key = pairBy(record);
    const other = found.get(key);
    if (other !== undefined) {
      const { algorithm, trajectory } = record.scenario;
      throw new RecordError(
        `${algorithm.name} must meet every scenario once. Received trajectory ${trajectory} twice: records ${other.key.slice(0, 12)} and ${record.key.slice(0, 12)}`,
        { hint: 'Compare runs of one version of each algorithm.' },
      );
    }
    found.set(key, record);
  }
  return found;
}

function byAlgorithm<Kept extends Paired>(
  records: readonly Kept[],
): ReadonlyMap<string, readonly Kept[]> {
  const variants = new Map<string, Set<string>>();
  for (const { scenario } of records) {
    const { name, parameters } = scenario.algorithm;
    variants.set(name, (variants.get(name) ?? new Set()).add(canonicalJson(parameters)));
  }
  return groupedBy(
    records,
    ({
      scenario: {
        algorithm: { name, parameters },
      },
    }) => (variants.get(name)?.size === 1 ? name : `${name} ${canonicalJson(parameters)}`),
  );
}
