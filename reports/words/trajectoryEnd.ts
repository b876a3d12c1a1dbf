import {
  type FailureClass,
  focalErrorUm,
  isRightRefusal,
  type TrajectoryRecord,
} from '../../harness/record/index.ts';
import { formatNumber } from './formatNumber.ts';
import { plural } from './plural.ts';
import { stigmatorUnit } from './stigmatorUnit.ts';

/** Ends that are no miss of the algorithm: something broke. */
const broken: readonly FailureClass[] = ['exception', 'timeout'];

/** True where a trajectory broke, false where it merely did not get there, or did. */
export function isBroken({ failureClass }: Pick<TrajectoryRecord, 'failureClass'>): boolean {
  return failureClass !== undefined && broken.includes(failureClass);
}

/** How a trajectory ended, in one sentence without a full stop. */
export function endText(record: TrajectoryRecord): string {
  const last = record.iterations.at(-1);
  if (last === undefined) return record.outcome;
  const { residual, framesTotal, iteration } = last;
  const word =
    record.failureClass ?? (isRightRefusal(record) ? 'declined rightly' : record.outcome);
  const focal = focalErrorUm(record.scenario, residual);
  const distance = [
    `wd ${formatNumber(residual.workingDistanceUm)} µm`,
    `stig x ${formatNumber(residual.stigmatorX)}`,
    `stig y ${formatNumber(residual.stigmatorY)} ${stigmatorUnit} from focus`,
    `focal error ${formatNumber(focal)} µm`,
  ];
  const cost = `${plural(iteration, 'iteration')}, ${plural(framesTotal, 'frame')}`;
  const message = record.message === undefined ? '' : `: ${record.message}`;
  return `${word}${message} (${distance.join(', ')}; ${cost})`;
}

/** What tells a trajectory from the others of its group. */
export function trajectoryName(
  { scenario: { trajectory, stratum, seed } }: TrajectoryRecord,
  about: { readonly hasSeveralSeeds: boolean; readonly seedNames: ReadonlyMap<number, string> },
): string {
  const details = [
    ...(stratum === undefined ? [] : [stratum]),
    ...(about.hasSeveralSeeds ? [about.seedNames.get(seed) ?? `seed ${seed}`] : []),
  ];
  return `trajectory ${trajectory}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

/** True where a name must say which seed it is. */
export function hasSeveralSeeds(records: readonly TrajectoryRecord[]): boolean {
  return new Set(records.map(({ scenario }) => scenario.seed)).size > 1;
}
