import { type GreyImage, phaseCorrelation } from '../../numeric/index.ts';
import { coarser } from './coarse.ts';

/** Images with a shorter side have too few frequencies to ask. */
const leastSidePx = 32;
/**
 * Where one place would give a peak of more standard deviations than this, and there is less than this part of
 * it, and not more than unrelated images give, there are two places. docs/physics.md has both populations.
 */
const leastOneScenePeak = 6;
const onePlaceShare = 0.45;
/** Structures so many px wide are asked as well: a disc turns the contrast of fine ones round. */
const coarserBlocks = 4;

/** How two images of what should be one place are displaced, and how sure that is. */
export interface Places {
  /** Whole px by which the content of the second image is moved, as expected where nothing says otherwise. */
  readonly shift: { readonly x: number; readonly y: number };
  /** True where the correlation stands out of what unrelated images give. */
  readonly isCertain: boolean;
  /** Set where the images show two places, with the numbers. */
  readonly doubt?: string;
}

/**
 * Whether two images show one place, displaced by up to a third of what they should share. Undefined where
 * that is too little to say.
 *
 * @param expected - The displacement that is looked around, px.
 */
export function placesOf(
  first: GreyImage,
  second: GreyImage,
  expected: { readonly x: number; readonly y: number },
): Places | undefined {
  const found = correlated(first, second, expected);
  if (found === undefined) return undefined;
  const { isSignificant, xPx, yPx, peakToNoise, oneScenePeakToNoise } = found;
  const places = {
    shift: { x: Math.round(xPx), y: Math.round(yPx) },
    isCertain: isSignificant,
  };
  if (!isElsewhere(found)) return places;
  const again = correlated(coarser(first, coarserBlocks), coarser(second, coarserBlocks), {
    x: expected.x / coarserBlocks,
    y: expected.y / coarserBlocks,
  });
  if (again !== undefined && !isElsewhere(again)) return places;
  return {
    ...places,
    doubt: `the two frames do not show one place: their correlation peaks at ${peakToNoise.toFixed(1)} standard deviations of unrelated frames, one place would give ${oneScenePeakToNoise.toFixed(1)}`,
  };
}

type Correlated = ReturnType<typeof phaseCorrelation>;

function isElsewhere({ isSignificant, peakToNoise, oneScenePeakToNoise }: Correlated): boolean {
  return (
    !isSignificant &&
    oneScenePeakToNoise > leastOneScenePeak &&
    peakToNoise < onePlaceShare * oneScenePeakToNoise
  );
}

function correlated(
  first: GreyImage,
  second: GreyImage,
  { x, y }: { readonly x: number; readonly y: number },
): Correlated | undefined {
  const sharedPx = Math.min(
    first.width - Math.abs(Math.round(x)),
    first.height - Math.abs(Math.round(y)),
  );
  if (sharedPx < leastSidePx) return undefined;
  return phaseCorrelation(first, second, {
    ...{ expectedXPx: x, expectedYPx: y },
    searchRadiusPx: sharedPx / 3,
  });
}
