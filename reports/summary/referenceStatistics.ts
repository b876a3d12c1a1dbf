import {
  type FocusChange,
  type FocusParameter,
  subtractFocus,
} from '../../harness/microscope/index.ts';
import type { TrajectoryRecord } from '../../harness/record/index.ts';

/** How the reference of an instrument was measured, and how well it is known, over trajectories. */
export interface ReferenceStatistics {
  /** The method that focused before and after each trajectory. */
  readonly method: string;
  readonly dwellTimeNs: number;
  /** Standard deviation of the reference: half of the drift, and what the method is unsure of. Root mean square. */
  readonly sd: FocusChange;
  /** From before a trajectory to after it. Root mean square. */
  readonly drift: FocusChange;
  /** Different places; 1 where the stage cannot be moved. */
  readonly places: number;
  readonly hasStage: boolean;
  /** Exposed beside the trajectories, all together. */
  readonly frames: number;
  readonly doseElectronsPerNm2: number;
}

/** @returns `null` for records of the simulator. */
export function referenceStatistics(
  records: readonly TrajectoryRecord[],
): ReferenceStatistics | null {
  const [first] = records;
  const instrument = first?.scenario.instrument;
  if (instrument === undefined) return null;
  const references = records.flatMap(({ reference }) => reference ?? []);
  const sum = (name: 'frames' | 'doseElectronsPerNm2') =>
    references.reduce((total, reference) => total + reference[name], 0);
  return {
    method: instrument.reference.algorithm.name,
    dwellTimeNs: instrument.reference.dwellTimeNs,
    sd: rootMeanSquare(references.map(({ sd }) => sd)),
    drift: rootMeanSquare(references.map(({ before, after }) => subtractFocus(after, before))),
    places: new Set(records.map(({ scenario }) => JSON.stringify(scenario.stage))).size,
    hasStage: instrument.hasStage,
    frames: sum('frames'),
    doseElectronsPerNm2: sum('doseElectronsPerNm2'),
  };
}

function rootMeanSquare(changes: readonly FocusChange[]): FocusChange {
  const of = (parameter: FocusParameter) =>
    Math.sqrt(
      changes.reduce((sum, change) => sum + change[parameter] ** 2, 0) /
        Math.max(1, changes.length),
    );
  return {
    workingDistanceUm: of('workingDistanceUm'),
    stigmatorX: of('stigmatorX'),
    stigmatorY: of('stigmatorY'),
  };
}
