import type { Scenario, TrajectoryRecord } from '../../harness/record/index.ts';
import { groupedBy } from '../../harness/statistics/index.ts';
import type { Condition } from './Condition.ts';

/** The records that are pooled into one group of the summary. */
export interface RecordGroup {
  readonly algorithm: string;
  readonly variant: string | null;
  readonly condition: Condition;
  /** By index of the trajectory, then key; at least one. */
  readonly records: readonly [TrajectoryRecord, ...TrajectoryRecord[]];
}

/**
 * Sorts records into groups of one algorithm under one condition.
 *
 * Records that differ in anything else that could change the result (parameters, model, frame
 * size, calibration, versions, ...) are never pooled: they form variants of the algorithm, named
 * after what differs. Seeds, places and starts may differ inside a group.
 *
 * @returns Sorted by condition (suite, preset, psf, specimen, dwell time), algorithm and variant;
 *   independent of the order of `records`.
 */
export function groupRecords(records: readonly TrajectoryRecord[]): readonly RecordGroup[] {
  const identities = new Map<string, Omit<Identified, 'record'>>();
  const identified = records.map((record): Identified => {
    const scenario = poolingPart(record.scenario);
    const text = JSON.stringify(scenario);
    const known = identities.get(text) ?? leavesOf(scenario);
    identities.set(text, known);
    return { record, ...known };
  });
  const variantPaths = differingPaths(identified);
  // Full values, so that two variants that look alike when shortened stay apart.
  const groups = groupedBy(
    identified,
    ({ record, text }) => `${JSON.stringify(sortKey(record.scenario))} ${text}`,
  );
  return [...groups.values()]
    .map((members) => {
      const [{ record, leaves }] = members;
      const { name } = record.scenario.algorithm;
      const parts = (variantPaths.get(name) ?? []).map(
        (path) => `${shortName(path)}=${leaves.get(path) ?? 'none'}`,
      );
      return {
        algorithm: name,
        variant: parts.length === 0 ? null : parts.join(', '),
        condition: conditionOf(record.scenario),
        records: nonEmpty(members.map((member) => member.record).sort(byTrajectory)),
      };
    })
    .sort(byConditionThenAlgorithm);
}

/** `path -> value`; one map for all records that are equal in them. */
type Leaves = ReadonlyMap<string, string>;

type Identified = {
  readonly record: TrajectoryRecord;
  readonly leaves: Leaves;
  /** All of them. */
  readonly text: string;
};

/** Everything that must be equal inside a group. */
function poolingPart(scenario: Scenario): object {
  const { algorithm, frame, margins, limits, iterations, physicsVersion, calibration } = scenario;
  const { width, height, pixelSizeNm } = frame;
  const { version, parameters, modelSha256, sourceSha256 } = algorithm;
  return {
    parameters,
    modelSha256: modelSha256?.slice(0, modelDigits),
    sourceSha256: sourceSha256?.slice(0, modelDigits),
    version,
    frame: { width, height, pixelSizeNm },
    iterations,
    margins,
    limits,
    calibration,
    instrument: scenario.instrument,
    physicsVersion,
    specimenSha256: scenario.specimen.file?.sha256.slice(0, modelDigits),
    specimenPixelSizeNm: scenario.specimen.file?.pixelSizeNm,
  };
}

function leavesOf(part: object): Omit<Identified, 'record'> {
  const leaves = new Map<string, string>();
  const visit = (path: string, value: unknown): void => {
    if (value === undefined) return;
    if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value).sort(([a], [b]) => compare(a, b))) {
        visit(path === '' ? name : `${path}.${name}`, inner);
      }
    } else {
      leaves.set(path, typeof value === 'string' ? value : JSON.stringify(value));
    }
  };
  visit('', part);
  return { leaves, text: JSON.stringify([...leaves]) };
}

/** Hexadecimal digits of a hash that are shown and compared: 48 bits. */
const modelDigits = 12;

/** Per algorithm, the paths that differ between records under one and the same condition. */
function differingPaths(identified: readonly Identified[]): ReadonlyMap<string, readonly string[]> {
  const seen = new Map<string, Identified>();
  const differing = new Map<string, Set<string>>();
  for (const item of identified) {
    const { scenario } = item.record;
    const key = JSON.stringify(sortKey(scenario));
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, item);
      continue;
    }
    if (first.leaves === item.leaves) continue;
    const { name } = scenario.algorithm;
    const paths = differing.get(name) ?? new Set();
    for (const path of new Set([...first.leaves.keys(), ...item.leaves.keys()])) {
      if (first.leaves.get(path) !== item.leaves.get(path)) paths.add(path);
    }
    differing.set(name, paths);
  }
  return new Map([...differing].map(([name, paths]) => [name, [...paths].sort(compare)]));
}

function shortName(path: string): string {
  return path.replace(/^parameters\./, '');
}

/** The condition of a trajectory. */
export function conditionOf(scenario: Scenario): Condition {
  const { suite, preset, psf, specimen, frame, instrument } = scenario;
  return {
    ...{ suite, preset, psf, specimen: specimen.name, dwellTimeNs: frame.dwellTimeNs },
    ...(instrument && { reference: instrument.reference.algorithm.name }),
  };
}

function sortKey(scenario: Scenario): readonly (string | number)[] {
  const { suite, preset, psf, specimen, dwellTimeNs, reference = '' } = conditionOf(scenario);
  return [suite, preset, psf, specimen, reference, dwellTimeNs, scenario.algorithm.name];
}

function byConditionThenAlgorithm(a: RecordGroup, b: RecordGroup): number {
  const keyOf = ({ records: [{ scenario }], variant }: RecordGroup) => [
    ...sortKey(scenario),
    variant ?? '',
  ];
  const [left, right] = [keyOf(a), keyOf(b)];
  for (let i = 0; i < left.length; i++) {
    const order = compare(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function byTrajectory(a: TrajectoryRecord, b: TrajectoryRecord): number {
  return a.scenario.trajectory - b.scenario.trajectory || compare(a.key, b.key);
}

/** By number, or by code unit: the same on every machine, whatever its locale. */
function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function nonEmpty(records: TrajectoryRecord[]): [TrajectoryRecord, ...TrajectoryRecord[]] {
  const [first, ...rest] = records;
  if (first === undefined) throw new RangeError('a group must hold at least 1 record. Received 0');
  return [first, ...rest];
}
