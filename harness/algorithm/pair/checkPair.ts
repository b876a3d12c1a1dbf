import {
  deadLines,
  deadLinesText,
  emptinessOf,
  type FrameLines,
  type GreyExtremes,
  type GreyPixels,
  greyExtremes,
  type Rectangle,
} from '../../microscope/index.ts';
import { coarse } from './coarse.ts';
import { contrastsOf } from './contrast.ts';
import { inOneDepth, mapped } from './depth.ts';
import type { FramePair } from './FramePair.ts';
import { logNoiseRatio } from './noiseRatio.ts';
import { placesOf } from './placesOf.ts';
import { staticArea } from './staticArea.ts';

/** Why not to believe a pair, or what to look at, with what a user should know of it. */
export type CheckedPair =
  | { readonly declined: string }
  | { readonly pair: FramePair; readonly warnings: readonly string[] };

/** From this share of equal pixels on two frames are one exposure. Clipped charts reach 0.86. */
const oneExposureShare = 0.99;
const leastSidePx = 32;
/** Power of the coarse structures over the noise: from here on a frame shows something. */
const structured = 4;
/** A frame that shows this much cannot have another of the same place beside it that shows this little. */
const wellStructured = 20;
const blank = 2;
/** Smaller changes of contrast are those of any instrument; a logarithm. */
const leastLogGain = 0.15;
/** Specimen and noise of a frame with another gain say the same of it, to this. */
const gainAgreement = 0.12;
/** Of the pixels of stained tissue, 2 to 6 % are black without harm. */
const warnedClippedShare = 0.1;

/**
 * Asks what every estimate from two frames takes for granted: that they are two exposures of one place
 * which show something. What can be mended is: frames of two depths, and of two contrasts. Frames with a
 * shorter side below 32 px are too small to say anything of them.
 *
 * @param expectedPx - Displacement of the over frame's content. The frames may be displaced otherwise, by
 *   up to a third of what they share.
 */
export function checkPair(
  given: FramePair,
  expectedPx: { readonly x: number; readonly y: number },
): CheckedPair {
  if (Math.min(...given.under.shape) < leastSidePx) return { pair: given, warnings: [] };
  const frames = [
    ['under', given.under],
    ['over', given.over],
  ] as const;
  const warnings: string[] = [];
  for (const [name, pixels] of frames) {
    const extremes = greyExtremes(pixels);
    const empty = emptinessOf(pixels, extremes);
    if (empty !== undefined) return { declined: `the ${name} frame cannot be used: ${empty}` };
    warnings.push(...clipping(name, extremes));
  }
  const { pair, note } = inOneDepth(given);
  if (note !== undefined) warnings.push(note);
  // Before constant lines, of which a data bar has some.
  const twin = staticParts(pair);
  if (twin !== undefined) return { declined: twin };
  for (const [name, pixels] of frames) {
    const lines = deadLines(pixels);
    if (lines === undefined) continue;
    const fault = `the ${name} frame cannot be used: ${deadLinesText(lines, pixels)}`;
    return { declined: `${fault}; ${withoutArea(areaOf(lines, pixels), pixels)}` };
  }
  const [first, second] = [coarse(pair.under), coarse(pair.over)];
  const blocksPerPx = first.width / (pair.under.shape[1] ?? 1);
  const places = placesOf(first, second, {
    x: expectedPx.x * blocksPerPx,
    y: expectedPx.y * blocksPerPx,
  });
  if (places === undefined) return { pair, warnings };
  const { overNoise, logRatio } = contrastsOf(first, second, places.shift);
  const [most, least] = [Math.max(...overNoise), Math.min(...overNoise)];
  if (most > wellStructured && least < blank) {
    const [seeing, blind] = overNoise[0] > overNoise[1] ? ['under', 'over'] : ['over', 'under'];
    return {
      declined: `the ${blind} frame shows nothing but noise: its coarse structures have ${least.toFixed(1)} times the power of its noise, those of the ${seeing} frame ${most.toFixed(0)} times`,
    };
  }
  if (places.doubt !== undefined && least > structured) return { declined: places.doubt };
  const logGain = logNoiseRatio(pair.under, pair.over);
  const isOther =
    places.isCertain &&
    Math.min(Math.abs(logGain), Math.abs(logRatio)) > leastLogGain &&
    Math.abs(logGain - logRatio) < gainAgreement;
  if (!isOther) return { pair, warnings };
  const gain = Math.exp(logGain);
  warnings.push(
    `the over frame has ${gain.toFixed(2)} times the contrast of the under frame: brought to one contrast`,
  );
  return { pair: withOneContrast(pair, gain), warnings };
}

function staticParts(pair: FramePair): string | undefined {
  const { sameShare, overlay } = staticArea(pair.under, pair.over);
  if (sameShare >= oneExposureShare) {
    return `the two frames are one exposure: ${(100 * sameShare).toFixed(1)} % of their pixels are equal`;
  }
  if (overlay === undefined) return undefined;
  const [height = 0, width = 0] = pair.under.shape;
  const { x, y } = overlay;
  const [right, bottom] = [x + overlay.width, y + overlay.height];
  const area = `rows ${y} to ${bottom - 1} of ${height}, columns ${x} to ${right - 1} of ${width}`;
  return `${area}, hold an overlay, the same in both frames; ${withoutArea(overlay, pair.under)}`;
}

function areaOf({ along, first, count }: FrameLines, { shape }: GreyPixels): Rectangle {
  const [height = 0, width = 0] = shape;
  return along === 'rows'
    ? { x: 0, y: first, width, height: count }
    : { x: first, y: 0, width: count, height };
}

/** What to do: to look at the largest part of a frame above, below, left or right of a rectangle. */
function withoutArea(of: Rectangle, { shape }: GreyPixels): string {
  const [height = 0, width = 0] = shape;
  const [right, bottom] = [of.x + of.width, of.y + of.height];
  const parts = [
    { x: 0, y: 0, width, height: of.y },
    { x: 0, y: bottom, width, height: height - bottom },
    { x: 0, y: 0, width: of.x, height },
    { x: right, y: 0, width: width - right, height },
  ];
  const rest = parts.reduce((best, part) =>
    part.width * part.height > best.width * best.height ? part : best,
  );
  return `crop both frames to what is left, e.g. --crop ${rest.x},${rest.y},${rest.width},${rest.height}`;
}

function clipping(
  name: string,
  { least, largest, leastShare, largestShare }: GreyExtremes,
): string[] {
  if (leastShare + largestShare < warnedClippedShare) return [];
  const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
  return [
    `the ${name} frame is clipped, which makes corrections too small: ${percent(leastShare)} of its pixels have the least value, ${least}, ${percent(largestShare)} the largest, ${largest}`,
  ];
}

/** The contrast of the second frame brought to that of the first, its mean too. */
function withOneContrast({ under, over }: FramePair, gain: number): FramePair {
  const toSixteen = under.data instanceof Uint16Array ? 1 : 257;
  const [from, to] = [meanOf(over), meanOf(under)];
  return {
    under: mapped(under, (value) => toSixteen * value),
    over: mapped(over, (value) => toSixteen * (to + (value - from) / gain)),
  };
}

function meanOf({ data, shape, stride, offset }: GreyPixels): number {
  const [height = 0, width = 0] = shape;
  const [strideY = 0, strideX = 0] = stride;
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = offset + y * strideY; x < width; x++, at += strideX) sum += data[at]!;
  }
  return sum / (width * height);
}
