import {
  type Frame,
  type FrameRequest,
  frameDoseElectronsPerNm2,
  type MicroscopeDescription,
  type ParameterDescription,
} from '../../microscope/index.ts';
import { cropGreyImage, phaseCorrelation } from '../../numeric/index.ts';
import { median } from '../../statistics/index.ts';
import type { MicroscopeCheck } from './MicroscopeCheck.ts';
import { noiseSd, polarityOf } from './noise.ts';
import { type Shift, type StageAxes, stageAxesOf } from './stageAxes.ts';

/** A pixel size or a dwell time that is off by more was not kept. */
const largestMiss = 0.05;
/** The dose and the time of a frame follow from other numbers: only rounding is allowed. */
const largestRounding = 0.02;
/** Brightness drifts from frame to frame by a few percent. */
const largestDimming = 0.2;
/** The noise of two dwell times over what their ratio makes of it. */
const noiseLaw = { least: 0.7, most: 1.4 };

/** Size and bit depth are checked before a frame is handed on; here is what it states. */
export function judgePixelSize(frames: readonly Frame[]): MicroscopeCheck {
  const name = 'frame-format';
  const first = frames[0];
  if (first === undefined) return { name, result: 'not-told', finding: 'no frame was exposed' };
  const other = frames.find(({ request, actual }) =>
    isOff(actual.pixelSizeNm, request.pixelSizeNm),
  );
  const { pixels, actual } = other ?? first;
  const [height, width] = pixels.shape;
  const finding = `${width} x ${height} px of ${actual.pixelSizeNm} nm`;
  if (other === undefined) return { name, result: 'passed', finding };
  return {
    name,
    result: 'failed',
    finding: `${finding}, and ${other.request.pixelSizeNm} nm were asked for`,
    advice: 'ask for a pixel size that the instrument has with --pixel-size',
  };
}

/**
 * @param one - A frame out of focus.
 * @param other - One of the same state, of another dwell time.
 */
export function judgeDwell(one: Frame, other: Frame): MicroscopeCheck {
  const name = 'dwell';
  const failed = (finding: string, advice: string): MicroscopeCheck => ({
    name,
    result: 'failed',
    finding,
    advice,
  });
  for (const { actual, request } of [one, other]) {
    if (isOff(actual.dwellTimeNs, request.dwellTimeNs)) {
      return failed(
        `${request.dwellTimeNs} ns were asked for, and the frame says ${actual.dwellTimeNs} ns`,
        'the driver has to refuse a dwell time that the instrument does not have',
      );
    }
  }
  const [short, long] =
    one.actual.dwellTimeNs < other.actual.dwellTimeNs ? [one, other] : [other, one];
  const expected = Math.sqrt(long.actual.dwellTimeNs / short.actual.dwellTimeNs);
  const measured = noiseSd(short.pixels) / noiseSd(long.pixels);
  if (!Number.isFinite(measured)) {
    return { name, result: 'not-told', finding: 'the frames are clipped nearly everywhere' };
  }
  const finding = `at ${short.actual.dwellTimeNs} ns the noise is ${measured.toFixed(2)} times that at ${long.actual.dwellTimeNs} ns; ${expected.toFixed(2)} times is expected`;
  if (measured > noiseLaw.most * expected) {
    return failed(finding, 'brightness or contrast follows the dwell time: switch that off');
  }
  if (measured < noiseLaw.least * expected) {
    return failed(
      finding,
      'the dwell time is not carried out, or noise reduction or averaging is on: switch it off',
    );
  }
  return { name, result: 'passed', finding };
}

export function judgePolarity(blurred: Frame): MicroscopeCheck {
  const name = 'polarity';
  const polarity = polarityOf(blurred.pixels);
  if ('unknown' in polarity) return { name, result: 'not-told', finding: polarity.unknown };
  const { isInverted, ratio } = polarity;
  const noise = `the noise of the bright parts is ${ratio.toFixed(2)} times that of the dark ones`;
  const meaning = isInverted
    ? 'dark is many electrons: the picture is inverted'
    : 'bright is many electrons';
  return { name, result: 'passed', finding: `${meaning}; ${noise}` };
}

/** Dose and time of a frame against what the description says. */
export function judgeDose(
  { actual, doseElectronsPerNm2, frameTimeS, pixels }: Frame,
  description: MicroscopeDescription,
): MicroscopeCheck {
  const name = 'dose';
  const { beamCurrentNanoAmp } = description;
  const expected = frameDoseElectronsPerNm2({ beamCurrentNanoAmp, passes: actual.passes }, actual);
  const beamS = pixels.size * actual.passes * actual.dwellTimeNs * 1e-9;
  const finding = `${doseElectronsPerNm2.toFixed(2)} electrons/nm2 and ${frameTimeS.toFixed(2)} s a frame; ${beamCurrentNanoAmp} nA make ${expected.toFixed(2)} in at least ${beamS.toFixed(2)} s`;
  const failed = (advice: string): MicroscopeCheck => ({ name, result: 'failed', finding, advice });
  if (actual.passes !== description.passes) {
    return {
      ...failed('the driver has to describe the averages that are set'),
      finding: `the frame says ${actual.passes} passes, and the description ${description.passes}`,
    };
  }
  if (Math.abs(doseElectronsPerNm2 / expected - 1) > largestRounding) {
    return failed(
      'check current, averages and pixel size of the driver: the dose limit relies on them',
    );
  }
  if (frameTimeS < (1 - largestRounding) * beamS) {
    return failed('check dwell time and averages: the frame was faster than its beam');
  }
  return { name, result: 'passed', finding };
}

/** @param frames - Of one dwell time, in any state: blur keeps the mean. */
export function judgeBrightness(frames: readonly Frame[]): MicroscopeCheck {
  const name = 'brightness';
  if (frames.length < 2) return { name, result: 'not-told', finding: 'there are no two frames' };
  const means = frames.map(({ pixels }) => {
    const { data } = cropGreyImage(pixels);
    return data.reduce((sum, value) => sum + value, 0) / data.length;
  });
  const [least, largest] = [Math.min(...means), Math.max(...means)];
  const finding = `the mean grey lies between ${least.toFixed(1)} and ${largest.toFixed(1)}`;
  const middle = median(means);
  if (largest - middle <= largestDimming * middle && middle - least <= largestDimming * middle) {
    return { name, result: 'passed', finding };
  }
  return {
    name,
    result: 'failed',
    finding,
    advice: 'switch automatic brightness and contrast off, and let the beam settle',
  };
}

/** Where the reduced raster of the check lies, and how far its content is off if the frame is upside down. */
export function reducedRaster({ width, height }: FrameRequest) {
  const [w, h] = [width >> 1, height >> 1];
  // An eighth of its own side off the middle: a frame that is turned over is displaced by twice that.
  const [offX, offY] = [w >> 3, h >> 3];
  const region = { x: (width - w) / 2 - offX, y: (height - h) / 2 - offY, width: w, height: h };
  return {
    region: { ...region, x: Math.round(region.x), y: Math.round(region.y) },
    turned: { xPx: 2 * offX, yPx: 2 * offY },
  };
}

/** @param reduced - The region of {@link reducedRaster}, in the state of the full frame. */
export function judgeReducedRaster(full: Frame, reduced: Frame): MicroscopeCheck {
  const name = 'reduced-raster';
  const { region, turned } = reducedRaster(full.request);
  const { width, height } = region;
  const { isSignificant, xPx, yPx } = phaseCorrelation(
    cropGreyImage(full.pixels, region),
    cropGreyImage(reduced.pixels),
    { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 0.45 * Math.min(width, height) },
  );
  if (!isSignificant) {
    return {
      name,
      result: 'not-told',
      finding: 'the part is not found again: too little structure',
    };
  }
  const finding = `it is displaced by (${xPx.toFixed(1)}, ${yPx.toFixed(1)}) px`;
  if (Math.hypot(xPx, yPx) < Math.min(turned.xPx, turned.yPx) / 4) {
    return { name, result: 'passed', finding };
  }
  const isAt = (x: number, y: number) =>
    Math.hypot(Math.abs(xPx) - x, Math.abs(yPx) - y) < turned.yPx / 4;
  const advice = isAt(0, turned.yPx)
    ? 'frames are upside down: the driver has to hand on row 0 as the top'
    : isAt(turned.xPx, 0)
      ? 'frames are mirrored: the driver has to hand on column 0 as the left'
      : 'the driver has to scan the part that is asked for, counted from the top left corner';
  return { name, result: 'failed', finding, advice };
}

/** How far the stage is moved, um: a quarter of the shorter side. */
export function stageMoveUm({ width, height, pixelSizeNm }: FrameRequest): number {
  return (0.25 * Math.min(width, height) * pixelSizeNm) / 1e3;
}

/** @param frames - At home, at larger x, and from there at larger y, by {@link stageMoveUm} each. */
export function judgeStage(frames: readonly [Frame, Frame, Frame]): MicroscopeCheck[] {
  const [home, right, below] = frames;
  const alongX = shiftBetween(home, right);
  const alongY = shiftBetween(right, below);
  if (alongX === undefined || alongY === undefined) {
    const finding = 'the shift of the picture is not found: too little structure, or another place';
    return [
      { name: 'pixel-size', result: 'not-told', finding },
      { name: 'scan-rotation', result: 'not-told', finding },
    ];
  }
  const { pixelSizeNm } = home.actual;
  const moveUm = stageMoveUm(home.request);
  const movePx = (1e3 * moveUm) / pixelSizeNm;
  const sizes = [alongX, alongY].map(({ xPx, yPx }) => Math.hypot(xPx, yPx));
  if (Math.min(...sizes) < leastFollowed * movePx) {
    const shown = sizes.map((size) => size.toFixed(1)).join(' and ');
    return [
      {
        name: 'pixel-size',
        result: 'failed',
        finding: `moves of ${moveUm.toFixed(2)} um shift the picture by ${shown} px, and by ${movePx.toFixed(0)} px at the pixel size that the frames state`,
        advice: 'the picture does not follow the stage: check that the stage moves, and its unit',
      },
      {
        name: 'scan-rotation',
        result: 'not-told',
        finding: 'the picture does not follow the stage',
      },
    ];
  }
  return judgeStageAxes(stageAxesOf(alongX, alongY, movePx), { pixelSizeNm, moveUm });
}

/** A picture that moves by a smaller part of what it should does not follow the stage. */
const leastFollowed = 0.1;

/** A stage of play shows moves of a few um to a fifth. */
const largestStretch = 0.25;
const largestSkewDeg = 15;

function judgeStageAxes(
  { scale, rotationDeg, betweenDeg }: StageAxes,
  { pixelSizeNm, moveUm }: { readonly pixelSizeNm: number; readonly moveUm: number },
): MicroscopeCheck[] {
  const size = `moves of ${moveUm.toFixed(2)} um show pixels of ${(scale * pixelSizeNm).toFixed(2)} nm, the frames state ${pixelSizeNm} nm`;
  const turned = `the picture is turned by ${rotationDeg.toFixed(1)} degrees against the stage, whose axes are ${betweenDeg.toFixed(1)} degrees apart in it`;
  return [
    Math.abs(Math.log(scale)) <= Math.log(1 + largestStretch)
      ? { name: 'pixel-size', result: 'passed', finding: size }
      : {
          name: 'pixel-size',
          result: 'failed',
          finding: size,
          advice: 'read the pixel size back from the instrument; check unit and play of the stage',
        },
    Math.abs(betweenDeg - 90) <= largestSkewDeg
      ? { name: 'scan-rotation', result: 'passed', finding: turned }
      : {
          name: 'scan-rotation',
          result: 'failed',
          finding: turned,
          advice:
            betweenDeg < 0
              ? 'the picture or one axis of the stage is mirrored: y of the stage has to point down in an unrotated picture'
              : 'check the axes of the stage, and its play',
        },
  ];
}

function shiftBetween(first: Frame, second: Frame): Shift | undefined {
  const [height = 0, width = 0] = first.pixels.shape;
  const { isSignificant, xPx, yPx } = phaseCorrelation(
    cropGreyImage(first.pixels),
    cropGreyImage(second.pixels),
    { expectedXPx: 0, expectedYPx: 0, searchRadiusPx: 0.45 * Math.min(width, height) },
  );
  return isSignificant ? { xPx, yPx } : undefined;
}

/** Another dwell time than that of the frames, a quarter of it where there is one; none where there is none. */
export function otherDwellTimeNs(
  { min = 0, max = Number.POSITIVE_INFINITY, choices }: ParameterDescription,
  dwellTimeNs: number,
): number | undefined {
  const wanted = choices ?? [Math.max(min, dwellTimeNs / 4), Math.min(max, dwellTimeNs * 4)];
  const shorter = wanted.filter((one) => one > 0 && one <= dwellTimeNs / 2);
  const longer = wanted.filter((one) => one >= dwellTimeNs * 2);
  const nearest = (to: number) => (a: number, b: number) =>
    Math.abs(Math.log(a / to)) - Math.abs(Math.log(b / to));
  return shorter.sort(nearest(dwellTimeNs / 4))[0] ?? longer.sort(nearest(dwellTimeNs * 4))[0];
}

function isOff(actual: number, asked: number): boolean {
  return !(Math.abs(actual / asked - 1) <= largestMiss);
}
