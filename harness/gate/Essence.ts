import { createHash } from 'node:crypto';
import type { FocusChange } from '../microscope/index.ts';
import {
  type IterationRow,
  isRightRefusal,
  marginsReachedAt,
  type TrajectoryRecord,
} from '../record/index.ts';

/** What a comparison needs of a record: a fraction of it, because two large runs are held at once. */
export interface Essence
  extends Pick<TrajectoryRecord, 'key' | 'scenario' | 'outcome' | 'failureClass' | 'timing'> {
  /** Signed residuals of the start, and of the state in which the microscope was left. */
  readonly start: FocusChange;
  readonly end: FocusChange;
  readonly wasStopped: boolean;
  readonly isRightRefusal: boolean;
  /** In all. */
  readonly spent: Spent;
  /** Until the margins were reached for good; absent where they were not. */
  readonly spentToMargins?: Spent;
  /** Of the working distance, um: the last standard deviation claimed, and the residual it was about. */
  readonly claim?: { readonly sdUm: number; readonly residualUm: number };
  /** Mean of the iterations that came to their end. */
  readonly computeMs?: number;
  /** Equal for equal results: everything but times and diagnostics. */
  readonly digest: string;
}

/** What focusing costs. */
export interface Spent {
  readonly frames: number;
  /** Of the place that has received most. */
  readonly doseElectronsPerNm2: number;
  readonly electrons: number;
}

/** The essence of a record, or what is one already. */
export function essenceOf(record: TrajectoryRecord | Essence): Essence {
  if (!('iterations' in record)) return record;
  const { key, scenario, outcome, failureClass, timing, iterations } = record;
  const [start] = iterations;
  const last = lastRow(record);
  const steps = iterations.slice(1);
  const reached = marginsReachedAt(record);
  const claimed = iterations.findLast(({ correctionSd }) => correctionSd !== undefined);
  const times = steps
    .filter(({ stopped }) => stopped === undefined)
    .map(({ computeMs }) => computeMs);
  return {
    ...{ key, scenario, outcome, timing },
    ...(failureClass !== undefined && { failureClass }),
    start: (start ?? last).residual,
    end: last.residual,
    wasStopped: last.stopped !== undefined,
    isRightRefusal: isRightRefusal(record),
    spent: spentAt(last),
    ...(reached && { spentToMargins: spentAt(reached) }),
    ...(claimed?.correctionSd &&
      claimed.stopped === undefined && {
        claim: {
          sdUm: claimed.correctionSd.workingDistanceUm,
          residualUm: claimed.residual.workingDistanceUm,
        },
      }),
    ...(times.length > 0 && {
      computeMs: times.reduce((sum, time) => sum + time, 0) / times.length,
    }),
    digest: digestOf(record),
  };
}

/** The last row of a record: the state in which the microscope was left. */
function lastRow({ iterations }: TrajectoryRecord): IterationRow {
  const last = iterations.at(-1);
  if (last === undefined) throw new RangeError('a record must hold at least 1 row. Received 0');
  return last;
}

function spentAt({ framesTotal, doseElectronsPerNm2Total, electronsTotal }: IterationRow): Spent {
  return {
    frames: framesTotal,
    doseElectronsPerNm2: doseElectronsPerNm2Total,
    electrons: electronsTotal,
  };
}

/** Numbers as they are in memory: to write them out takes longer than all else that is read of a record. */
function digestOf({ outcome, failureClass, iterations }: TrajectoryRecord): string {
  const numbers = new Float64Array(iterations.length * 21);
  let at = 0;
  const add = (focus: FocusChange = absent) => {
    numbers[at++] = focus.workingDistanceUm;
    numbers[at++] = focus.stigmatorX;
    numbers[at++] = focus.stigmatorY;
  };
  for (const row of iterations) {
    numbers[at++] = row.iteration;
    add(row.focus);
    add(row.residual);
    add(row.correction);
    add(row.correctionSd);
    numbers[at++] = Number(row.insideMargins);
    numbers[at++] = row.framesTotal;
    numbers[at++] = row.pixelsTotal;
    numbers[at++] = row.doseElectronsPerNm2Total;
    numbers[at++] = row.electronsTotal;
    numbers[at++] = row.beamOnTotalS;
    numbers[at++] = row.settleTotalS;
    numbers[at++] = row.microscopeTotalS;
  }
  const words = iterations.map(({ declined, stopped }) => [declined, stopped]);
  return createHash('sha256')
    .update(numbers)
    .update(JSON.stringify([outcome, failureClass, words]))
    .digest('base64');
}

/** No number of any record. */
const absent = { workingDistanceUm: Number.NaN, stigmatorX: Number.NaN, stigmatorY: Number.NaN };
