import type { OutputKind } from '../card/index.ts';
import type { WeighedRows } from './weighRows.ts';

/**
 * A patch of which the network itself knows z to no better than this says nothing, um: half of what a
 * uniform draw of its training range would scatter by.
 */
const blindScaleUm = 4;
/** Unless together they are sure that something is wrong: far from focus all are unsure how much. */
const significantSds = 4;
/** Less than this part of the patches is not enough to go by. */
const leastSeeing = 0.2;
/** Patches of one state that disagree by more say nothing, um. */
const largestPatchSdUm = 10;

/** Why an answer should not be followed; undefined if it may be. */
export function reasonToDecline(
  kind: OutputKind,
  rows: readonly (readonly number[])[],
  { mean, sdOfMean, sdOfPatches }: WeighedRows,
): string | undefined {
  if (kind === 'aberration') {
    const seeing = rows.filter((row) => row[3]! < Math.log(blindScaleUm)).length;
    if (seeing >= leastSeeing * rows.length) return undefined;
    if (mean.some((value, i) => Math.abs(value) > significantSds * sdOfMean[i]!)) return undefined;
    return `nothing to focus on: ${seeing} of ${rows.length} patches show enough structure`;
  }
  const [sdUm] = sdOfPatches;
  if (sdUm <= largestPatchSdUm) return undefined;
  return `nothing to focus on: the patches disagree by ${sdUm.toFixed(1)} um, more than ${largestPatchSdUm} um`;
}
