import { focusParameters, subtractFocus } from '../microscope/index.ts';
import { failureClassOf } from './failureClassOf.ts';
import { isInsideMargins } from './isInsideMargins.ts';
import { middleOf } from './middleOf.ts';
import { outcomeOf } from './outcomeOf.ts';
import type { IterationRow, TrajectoryRecord } from './TrajectoryRecord.ts';

/**
 * What a record says that its own rows do not bear out, in one line; `undefined` where all of it
 * holds. Outcome, failure class, margins and message are derived from rows, scenario and, of a
 * trajectory that was stopped, the outcome.
 *
 * What the rows do not tell is not judged: whether a trajectory was stopped for a request beyond the
 * limits or for another reason, and whether that was a timeout. Neither is a success.
 */
export function contradictionOf(record: TrajectoryRecord): string | undefined {
  return inReference(record) ?? inRows(record) ?? inVerdict(record) ?? inPreviews(record);
}

function inReference({ reference, scenario, iterations }: TrajectoryRecord): string | undefined {
  if ((reference !== undefined) !== (scenario.instrument !== undefined)) {
    return `reference is ${reference === undefined ? 'missing' : 'there'}: a record of an instrument has one, and no other`;
  }
  if (reference === undefined) return undefined;
  const { before, after, sd } = reference;
  for (const parameter of focusParameters) {
    const least = Math.abs(after[parameter] - before[parameter]) / 2;
    if (sd[parameter] < least - rounding) {
      return `reference.sd.${parameter} is ${sd[parameter]}, and must be at least half of the drift, ${least}`;
    }
  }
  const middle = middleOf(reference);
  for (const [i, { focus, residual }] of iterations.entries()) {
    const expected = subtractFocus(focus, middle);
    const wrong = focusParameters.find(
      (parameter) => !(Math.abs(residual[parameter] - expected[parameter]) <= rounding),
    );
    if (wrong === undefined) continue;
    return `iterations[${i}].residual.${wrong} is ${residual[wrong]}, from the reference it is ${expected[wrong]}`;
  }
  return undefined;
}

/** Of sums in the last digits of a working distance. */
const rounding = 1e-6;

function inRows({ iterations: rows, scenario }: TrajectoryRecord): string | undefined {
  const end = rows.length - 1;
  if (end < 1) return 'iterations must hold the start and at least one more row';
  for (const [i, row] of rows.entries()) {
    const place = `iterations[${i}]`;
    const isStopped = row.stopped !== undefined;
    if (isStopped && i < end) return `${place}.stopped stands before the last row`;
    const expected = isStopped ? Math.min(i, scenario.iterations) : i;
    if (row.iteration !== expected) {
      return `${place}.iteration is ${row.iteration}, and must be ${expected}`;
    }
    if (expected > scenario.iterations) {
      return `${place} is one more than the ${scenario.iterations} iterations of the scenario`;
    }
    const isInside = !isStopped && isInsideMargins(row.residual, scenario.margins);
    if (row.insideMargins !== isInside) {
      return `${place}.insideMargins is ${row.insideMargins}, the residual says ${isInside}`;
    }
    const hasStep = row.correction !== undefined;
    if (hasStep !== (i > 0 && !isStopped)) {
      return `${place}.correction is ${hasStep ? 'there' : 'missing'}: every step has one, start and stop have none`;
    }
    const before = rows[i - 1];
    for (const total of totals) {
      const least = before?.[total] ?? 0;
      const isPossible = before === undefined ? row[total] === 0 : row[total] >= least;
      if (!isPossible) {
        return `${place}.${total} is ${row[total]}, and must be ${before ? 'at least ' : ''}${least}`;
      }
    }
  }
  return undefined;
}

const totals = [
  'framesTotal',
  'pixelsTotal',
  'doseElectronsPerNm2Total',
  'electronsTotal',
  'beamOnTotalS',
  'settleTotalS',
  'microscopeTotalS',
] as const satisfies readonly (keyof IterationRow)[];

function inVerdict(record: TrajectoryRecord): string | undefined {
  const { outcome, failureClass, message, iterations } = record;
  const last = iterations.at(-1);
  const isStopped = last?.stopped !== undefined;
  const possible = isStopped ? (['failed', 'diverged'] as const) : [outcomeOf(record)];
  if (!possible.some((one) => one === outcome)) {
    return `outcome is ${outcome}, the rows say ${possible.join(' or ')}`;
  }
  const derived = failureClassOf(record);
  const isTimeout = outcome === 'failed' && failureClass === 'timeout';
  if (failureClass !== derived && !isTimeout) {
    return `failureClass is ${failureClass ?? 'absent'}, the rows say ${derived ?? 'none'}`;
  }
  const said = last?.stopped ?? last?.declined;
  if (message !== said) {
    return `message is ${shown(message)}, the last row says ${shown(said)}`;
  }
  return undefined;
}

function inPreviews({ key, previews }: TrajectoryRecord): string | undefined {
  const foreign = Object.entries(previews ?? {}).find(
    ([, path]) => !path.startsWith(`previews/${key.slice(0, 16)}-`),
  );
  return foreign && `previews.${foreign[0]} is ${foreign[1]}, of another record`;
}

function shown(text: string | undefined): string {
  return text === undefined ? 'absent' : JSON.stringify(text.slice(0, 60));
}
