import {
  AlgorithmError,
  assertRequestInRange,
  type Calibration,
  type FocusChange,
  type FrameRequest,
  focusParameters,
  isSemfocusError,
  type MicroscopeDescription,
  subtractFocus,
} from '../../microscope/index.ts';
import type { AutofocusContext, AutofocusStep } from '../AutofocusAlgorithm.ts';
import type { CorrectionEstimate, PairEstimator } from '../PairEstimator.ts';
import { checkedEstimator } from '../pair/index.ts';
import { FocusBelief } from './FocusBelief.ts';
import { GrowthWatch } from './GrowthWatch.ts';
import { RegionChooser } from './RegionChooser.ts';

/** Columns of the look at the whole field; more where the instrument has no pixels as large as that takes. */
const lookColumns = 128;
/** Standard deviations inside the target: 95 % of a normal distribution. */
const sureSd = 2;
/** Declined at so many places, a region of this size is too small. */
const placesPerSize = 2;

/** How an estimator is fed with regions. */
export interface Regions {
  /** Side of one patch, px of the raster that regions are scanned with. */
  readonly patchSidePx: number;
  /** Pixels may be a whole number of times those of the frame, up to this. */
  readonly largestPixelNm: number;
  /** Patches along the side of the first region. */
  readonly firstPerSide: number;
  /** For regions of `perSide` x `perSide` patches of such pixels. */
  readonly estimator: (perSide: number, pixelSizeNm: number) => PairEstimator;
  readonly perturbationUm: number;
  /** Focal shift that is to be left at most, of the working distance and of either stigmator, um. */
  readonly targetUm: number;
}

/**
 * Focuses on as few electrons as will do. One coarse look at the field says where structure is. Then pairs
 * are exposed of square regions alone, each at a new place, as small as the last claims allow: after the
 * first correction one patch, doubled each way where a pair near focus claims to know less than it must, or
 * where two places in a row are declined. What all pairs say is weighed by what they claim
 * ({@link FocusBelief}). Ends when the last pair found the state inside the target, and what is believed leaves less than 5 %
 * for it to be outside. Ends in the state in which least was left where the largest square is declined, or where
 * corrections leave more and more to correct, as a wrong calibration makes them.
 */
export async function* correctFrugally(
  { microscope, frame, calibration, signal, clock }: AutofocusContext,
  { patchSidePx, largestPixelNm, firstPerSide, estimator, perturbationUm, targetUm }: Regions,
): AsyncGenerator<AutofocusStep, void, void> {
  const description = await microscope.describe();
  const raster = coarser(
    frame,
    Math.min(largestPixelNm / frame.pixelSizeNm, Math.min(frame.width, frame.height) / patchSidePx),
    description,
  );
  const most = Math.floor(Math.min(raster.width, raster.height) / patchSidePx);
  const estimators = new Map<number, PairEstimator>();
  const estimatorFor = (perSide: number) => {
    const known =
      estimators.get(perSide) ??
      checkedEstimator(estimator(perSide, raster.pixelSizeNm), calibration);
    estimators.set(perSide, known);
    return known;
  };
  const target = targetOf(targetUm, calibration);
  let focus = await microscope.readFocus({ signal });
  const coarse = coarser(raster, raster.width / lookColumns, description);
  const look = await microscope.acquireFrame(coarse, { signal });
  const chooser = new RegionChooser(look.pixels, {
    ...raster,
    pxPerLookPx: coarse.pixelSizeNm / raster.pixelSizeNm,
  });
  const belief = new FocusBelief();
  let perSide = Math.min(firstPerSide, most);
  let declines = 0;
  const watch = new GrowthWatch(targetUm);
  for (let iteration = 1; ; iteration++) {
    const region = chooser.take(perSide * patchSidePx);
    const exposeAt = async (offsetUm: number) => {
      const workingDistanceUm = focus.workingDistanceUm + offsetUm;
      await microscope.writeFocus({ workingDistanceUm }, { signal });
      return microscope.acquireFrame({ ...raster, region }, { signal });
    };
    const under = await exposeAt(-perturbationUm);
    const over = await exposeAt(perturbationUm);
    const startMs = clock.nowMs();
    const estimate = await estimatorFor(perSide).estimate({
      under: under.pixels,
      over: over.pixels,
      pixelSizeNm: under.actual.pixelSizeNm,
      perturbationUm,
    });
    const { correctionSd: sd } = estimate;
    const saysNothing = estimate.declined !== undefined;
    if (!saysNothing) belief.add(focus, estimate.correction, assertKnown(sd));
    const runsAway = !saysNothing && watch.note(focus, sizeUm(estimate));
    const givesUp = saysNothing && perSide === most;
    const declined = runsAway
      ? 'every correction left more to correct: back where least was left'
      : estimate.declined;
    const wanted = (runsAway || givesUp ? watch.nearest : belief.focus) ?? focus;
    const correction = subtractFocus(wanted, focus);
    const computeMs = clock.nowMs() - startMs;
    focus = await microscope.writeFocus(wanted, { signal });
    const isSure = belief.sd !== undefined && isInside(scaled(belief.sd, sureSd), target);
    yield {
      iteration,
      correction,
      ...(belief.sd && { correctionSd: belief.sd }),
      focus,
      framesUsed: iteration === 1 ? 3 : 2,
      computeMs,
      ...(declined !== undefined && { declined }),
      diagnostics: {
        ...estimate.diagnostics,
        regionX: region.x,
        regionY: region.y,
        regionSidePx: region.width,
        regionPixelSizeNm: raster.pixelSizeNm,
      },
    };
    if (runsAway || givesUp) return;
    if (saysNothing) {
      declines += 1;
      if (declines % placesPerSize === 0) perSide = Math.min(most, 2 * perSide);
      continue;
    }
    declines = 0;
    const wasNear = isInside(estimate.correction, target);
    if (isSure && wasNear) return;
    const isUnsure = !isInside(scaled(assertKnown(sd), sureSd), target);
    perSide = wasNear && isUnsure ? Math.min(most, 2 * perSide) : 1;
  }
}

function sizeUm({ correction, astigmatismUm: { a, b } }: CorrectionEstimate): number {
  return Math.hypot(correction.workingDistanceUm, a, b);
}

/** The same field with pixels that are larger by a whole factor: the largest up to `most` that the instrument offers. */
function coarser(
  { width, height, pixelSizeNm, dwellTimeNs }: FrameRequest,
  most: number,
  description: MicroscopeDescription,
): FrameRequest {
  const largerBy = (factor: number) => ({
    width: Math.floor(width / factor),
    height: Math.floor(height / factor),
    pixelSizeNm: pixelSizeNm * factor,
    dwellTimeNs,
  });
  let factor = Math.max(1, Math.floor(most));
  while (factor > 1 && !canExpose(largerBy(factor), description)) factor--;
  return largerBy(factor);
}

function canExpose(request: FrameRequest, description: MicroscopeDescription): boolean {
  try {
    assertRequestInRange(request, description);
    return true;
  } catch (error) {
    if (isSemfocusError(error, 'OutOfRange')) return false;
    throw error;
  }
}

/** @throws AlgorithmError if an estimator does not say how sure it is. */
function assertKnown(sd: FocusChange | undefined): FocusChange {
  if (sd === undefined) {
    throw new AlgorithmError('the estimator must say how sure it is. Received no correctionSd');
  }
  return sd;
}

/** The same focal shift of every parameter. */
function targetOf(targetUm: number, { stigmatorMatrixUmPerUnit }: Calibration): FocusChange {
  const [[ax, ay], [bx, by]] = stigmatorMatrixUmPerUnit;
  return {
    workingDistanceUm: targetUm,
    stigmatorX: targetUm / Math.hypot(ax, bx),
    stigmatorY: targetUm / Math.hypot(ay, by),
  };
}

function isInside(change: FocusChange, target: FocusChange): boolean {
  return focusParameters.every((name) => Math.abs(change[name]) <= target[name]);
}

function scaled(change: FocusChange, factor: number): FocusChange {
  return {
    workingDistanceUm: factor * change.workingDistanceUm,
    stigmatorX: factor * change.stigmatorX,
    stigmatorY: factor * change.stigmatorY,
  };
}
