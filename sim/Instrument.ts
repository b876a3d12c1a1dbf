import {
  type Aberration,
  aberrationOfDeviation,
  type ExposingBeam,
  type FocusChange,
  type FocusState,
  type FrameRequest,
  frameDoseElectronsPerNm2,
  type GreyPixels,
  OutOfRange,
  type ProbeShape,
  primariesPerPixel,
  type Rectangle,
  type StagePosition,
  subtractFocus,
} from '../harness/microscope/index.ts';
import { cropOfImage, type GreyImage, greyPixels, RandomStream } from '../harness/numeric/index.ts';
import { imageStigmatorMatrix } from './column/imageStigmatorMatrix.ts';
import { probeOptics } from './column/probeOptics.ts';
import { specimenHeight } from './column/specimenHeight.ts';
import { detectFrame, fixedLevels, type GreyLevels, operatorLevels } from './detector/index.ts';
import { FrameBlurrer } from './optics/FrameBlurrer.ts';
import type { FrameGeometry } from './optics/FrameGeometry.ts';
import { pupilOf, sharpestZUm } from './optics/Pupil.ts';
import { exposingBeam } from './presets/exposingBeam.ts';
import {
  type ImperfectionLevels,
  type ImperfectionName,
  levelsOf,
} from './presets/imperfections.ts';
import type { Preset } from './presets/Preset.ts';
import { charge, contaminate, ExposureHistory, unexposedShare } from './response/index.ts';
import {
  type Drift,
  drift,
  resampleFrame,
  resamplePaddingPx,
  type ScanDisplacement,
  type ScanRaster,
  scanDisplacement,
  scanTiming,
} from './scan/index.ts';
import { rotateVector, type Vector } from './scan/rotateVector.ts';
import { brightenEdges } from './specimen/drawing/brightenEdges.ts';
import type { Specimen } from './specimen/drawing/Specimen.ts';
import { rotateSpecimen } from './specimen/rotateSpecimen.ts';

/** What makes one simulated microscope. */
export interface InstrumentOptions {
  readonly preset: Preset;
  /** The preset's own where left out. */
  readonly psf?: ProbeShape;
  readonly specimen: Specimen;
  /** Root of every random stream of the instrument: heights, noise, position errors. */
  readonly seed: number;
  /** Distinguishes instruments of one seed: streams of different runs are independent. */
  readonly run: number;
}

/** One exposure, real or imagined. */
export interface Exposure {
  readonly request: FrameRequest;
  /** The state that lens and stigmators are really in. */
  readonly focus: FocusState;
  readonly stage: StagePosition;
  /** Virtual time at which it starts. */
  readonly timeS: number;
  /** Name of the random streams: frames of one kind and index meet the same fluctuations. */
  readonly kind: string;
  readonly index: number;
}

/** What only the simulator knows about an exposure; every value drawn for it is here. */
export interface ExposureTruth {
  readonly kind: string;
  readonly index: number;
  readonly timeS: number;
  /** Real state minus best focus at this place and time. */
  readonly deviation: FocusChange;
  readonly aberration: Aberration;
  /** How far the content of the whole frame is moved, in image axes. */
  readonly shiftNm: Vector;
  readonly drawn: Readonly<Record<string, number | readonly number[]>>;
}

/** A specimen as it is, before any probe and any noise. */
export interface SpecimenTruth {
  /** Relative yield of every pixel. */
  readonly yields: GreyImage;
  /** Counts that a pixel of yield 1 gives in one frame, of Poisson statistics, excess noise included. */
  readonly countsAtYield1: number;
}

/**
 * The physics of one simulated instrument over one specimen: what is under the beam, how it is
 * blurred, scanned, counted and turned into grey values. It knows no commands and keeps no
 * settings; those are the microscope's.
 */
export class Instrument {
  readonly #preset: Preset;
  readonly #beam: ExposingBeam;
  readonly #levels: ImperfectionLevels;
  readonly #stream: (...path: (string | number)[]) => RandomStream;
  readonly #specimen: Specimen;
  readonly #blurrer: FrameBlurrer;
  readonly #sharpestZUm: number;
  readonly #matrix: Preset['stigmator']['matrixUmPerUnit'];
  readonly #optimum: FocusState;
  readonly #height: ((placeUm: Vector) => number) | undefined;
  readonly #drift: Drift;
  readonly #exposures = new ExposureHistory();
  /** The padding that most frames have: what is drawn with it shares their raster. */
  readonly #usualPaddingPx: number;
  #greyLevels: GreyLevels | undefined;

  /** @throws ConfigError if the probe cannot carry the imperfections of the preset. */
  constructor({ preset, psf = preset.beam.psf, specimen, seed, run }: InstrumentOptions) {
    const { focus, stigmator, scan, imperfections } = preset;
    const levels = levelsOf(imperfections);
    const stream = (...path: (string | number)[]) =>
      new RandomStream(seed, 'instrument', run, ...path);
    this.#preset = preset;
    this.#beam = exposingBeam(preset);
    this.#levels = levels;
    const movesPixels = scanImperfections.some((name) => levels[name] !== 0);
    this.#usualPaddingPx = movesPixels ? paddingStepPx : 0;
    this.#stream = stream;
    this.#specimen = scannedSpecimen(specimen, levels.edgeBrightening, scan.rotationDeg);
    const optics = probeOptics(preset, psf, this.#own);
    this.#blurrer = new FrameBlurrer(this.#specimen, optics);
    this.#sharpestZUm = sharpestZUm(pupilOf(optics));
    this.#matrix = imageStigmatorMatrix(stigmator.matrixUmPerUnit, scan.rotationDeg);
    const hidden = stream('optimum');
    this.#optimum = Object.freeze({
      workingDistanceUm:
        focus.workingDistanceUm + focus.heightRangeUm * hidden.uniformBetween(-1, 1),
      stigmatorX: stigmator.optimum.x + stigmator.optimumRange * hidden.uniformBetween(-1, 1),
      stigmatorY: stigmator.optimum.y + stigmator.optimumRange * hidden.uniformBetween(-1, 1),
    });
    this.#height = specimenHeight(levels, this.#own);
    this.#drift = drift(levels, this.#own);
  }

  /** The state in which a place is sharpest at a time. */
  optimumAt(stage: StagePosition, timeS: number): FocusState {
    const { focusDrift } = this.#levels;
    if (focusDrift === 0 && this.#height === undefined) return this.#optimum;
    const sign = this.#own('focusDrift').uniform() < 0.5 ? -1 : 1;
    const heightUm = this.#height?.({ x: stage.xUm, y: stage.yUm }) ?? 0;
    // What a wrong scale of the working distance makes of this height, so that the field is sharp.
    const height = heightUm / (1 + this.#levels.workingDistanceScale / 100);
    return Object.freeze({
      ...this.#optimum,
      // What is higher is in focus at a shorter distance from the lens.
      workingDistanceUm:
        this.#optimum.workingDistanceUm - height + sign * focusDrift * (timeS / 3600),
    });
  }

  /** The frame that this exposure gives, and everything that was drawn for it. */
  render(exposure: Exposure): { pixels: GreyPixels; truth: ExposureTruth } {
    const { request, stage, timeS, kind, index, focus } = exposure;
    const { scan } = this.#preset;
    const raster = rasterOf(request);
    const stream = (name: ImperfectionName) => this.#stream(name, kind, index);
    const deviation = subtractFocus(focus, this.optimumAt(stage, timeS));
    const aberration = this.#aberrationOf(deviation);
    const displacement = scanDisplacement({
      raster,
      pixelSizeNm: request.pixelSizeNm,
      timing: scanTiming(raster.region.width, raster.region.height, request.dwellTimeNs, scan),
      startTimeS: timeS,
      levels: this.#levels,
      drift: this.#drift,
      stream,
      instrumentStream: this.#own,
      rotationDeg: scan.rotationDeg,
      magnificationFactor: this.#magnification(deviation),
    });
    const padPx = paddingPx(displacement);
    const position = stream('positionError');
    const positionErrorNm = [0, 1].map(() => this.#levels.positionError * position.normal());
    const shiftNm = this.#shift(deviation, positionErrorNm, timeS);
    const padded = this.#blurrer.render(
      this.#geometryOf(exposure, raster.region, padPx),
      this.#fromAxis(aberration),
      shiftNm,
      this.#heightOf(exposure, raster.region, padPx),
    );
    const { width, height } = raster.region;
    const scanned = displacement.isZero
      ? padded
      : resampleFrame(padded, width + 2 * padPx, height + 2 * padPx, padPx, displacement);
    const doseBefore = this.#exposures.doseOver(this.#geometryOf(exposure, raster.region));
    const clean = contaminate(scanned, doseBefore, this.#levels.contamination);
    const yields = charge(clean, width, request.pixelSizeNm, this.#levels.charging);
    const detected = detectFrame({
      yields,
      raster,
      primaries: primariesPerPixel(this.#beam, request.dwellTimeNs),
      passes: this.#beam.passes,
      detector: this.#preset.detector,
      greyLevels: this.#greyLevelsOf(exposure),
      levels: this.#levels,
      unexposedShare: unexposedShare(doseBefore),
      noise: this.#stream('noise', kind, index),
      stream,
      instrumentStream: this.#own,
    });
    const drawn = { positionErrorNm, ...displacement.drawn, ...detected.drawn };
    return {
      pixels: greyPixels(detected.grey, width, height),
      truth: { kind, index, timeS, deviation, aberration, shiftNm, drawn },
    };
  }

  /** Electrons per nm2 that a frame of this request puts on the specimen. */
  doseOf(request: FrameRequest): number {
    return frameDoseElectronsPerNm2(this.#beam, request);
  }

  /** What a frame of this request would show without probe and noise. */
  specimenUnder({ request, stage }: Pick<Exposure, 'request' | 'stage'>): SpecimenTruth {
    const { region } = rasterOf(request);
    const padPx = this.#usualPaddingPx;
    const geometry = this.#geometryOf({ request, stage }, region, padPx);
    const data = this.#blurrer.specimenUnder(geometry);
    const { detector } = this.#preset;
    const primaries = primariesPerPixel(this.#beam, request.dwellTimeNs);
    const part = { x: padPx, y: padPx, width: region.width, height: region.height };
    return {
      yields: cropOfImage({ ...geometry, data }, part),
      countsAtYield1: (detector.efficiency * primaries) / (1 + this.#levels.excessNoise),
    };
  }

  /** Notes that a frame has been put on the specimen. */
  expose(exposure: Exposure): void {
    const geometry = this.#geometryOf(exposure, rasterOf(exposure.request).region);
    this.#exposures.add(geometry, this.doseOf(exposure.request));
  }

  readonly #own = (name: ImperfectionName): RandomStream => this.#stream(name);

  #aberrationOf(deviation: FocusChange): Aberration {
    const { workingDistanceScale, astigmatismWithFocus } = this.#levels;
    const { zUm, aUm, bUm } = aberrationOfDeviation(deviation, this.#matrix);
    const z = zUm * (1 + workingDistanceScale / 100);
    const direction = this.#own('astigmatismWithFocus').uniformBetween(0, 2 * Math.PI);
    const induced = rotateVector(
      {
        x: astigmatismWithFocus * Math.cos(direction),
        y: astigmatismWithFocus * Math.sin(direction),
      },
      2 * this.#preset.scan.rotationDeg,
    );
    return { zUm: z, aUm: aUm + induced.x * z, bUm: bUm + induced.y * z };
  }

  /** For optics, which counts z from where rays near the axis meet. */
  #fromAxis(aberration: Aberration): Aberration {
    return { ...aberration, zUm: aberration.zUm + this.#sharpestZUm };
  }

  /**
   * Brightness and contrast, set once: on the middle of the first frame that is looked at, however
   * it is focused then, because an operator has done this before in focus.
   */
  #greyLevelsOf(exposure: Exposure): GreyLevels {
    const { detector } = this.#preset;
    const { request } = exposure;
    if (detector.levels === 'fixed') return fixedLevels(detector);
    if (this.#greyLevels === undefined) {
      const whole = { x: 0, y: 0, width: request.width, height: request.height };
      const middle = middleOf(whole);
      // A whole frame is rasterised anyway; of a frame that is scanned in parts only the middle is.
      const seen = request.region === undefined ? whole : middle;
      // Never the padding of the frame at hand, or a look would change what is seen later.
      const padPx = this.#usualPaddingPx;
      const geometry = this.#geometryOf(exposure, seen, padPx);
      const inFocus = this.#fromAxis({ zUm: 0, aUm: 0, bUm: 0 });
      const data = this.#blurrer.render(geometry, inFocus, { x: 0, y: 0 });
      const part = { ...middle, x: middle.x - seen.x + padPx, y: middle.y - seen.y + padPx };
      const field = cropOfImage({ ...geometry, data }, part);
      const polarity =
        detector.polarity === 'specimen' ? this.#specimen.polarity : detector.polarity;
      this.#greyLevels = operatorLevels(field.data, polarity, detector);
    }
    return this.#greyLevels;
  }

  /** A power of the working distance over that of best focus: dM/M = level dWD/WD. */
  #magnification({ workingDistanceUm }: FocusChange): number {
    const bestUm = this.#optimum.workingDistanceUm;
    return Math.max(0.1, 1 + workingDistanceUm / bestUm) ** this.#levels.magnificationWithFocus;
  }

  /**
   * Image shift of the working distance and of the stigmators, position error of the frame, drift since
   * the beginning.
   */
  #shift(
    deviation: FocusChange,
    [errorX = 0, errorY = 0]: readonly number[],
    timeS: number,
  ): Vector {
    const { imageShiftX, imageShiftY, stigmatorShift } = this.#levels;
    const { workingDistanceUm } = deviation;
    const drifted = this.#drift(timeS);
    const inColumn = {
      x: imageShiftX * workingDistanceUm + errorX - drifted.x,
      y: imageShiftY * workingDistanceUm + errorY - drifted.y,
    };
    const { rotationDeg } = this.#preset.scan;
    const shift = rotateVector(inColumn, rotationDeg);
    if (stigmatorShift === 0) return shift;
    // A beam that passes the stigmator off its axis is deflected by the field of a quadrupole.
    const direction = this.#own('stigmatorShift').uniformBetween(0, 2 * Math.PI);
    const off = rotateVector(
      { x: stigmatorShift * Math.cos(direction), y: stigmatorShift * Math.sin(direction) },
      rotationDeg,
    );
    const { aUm, bUm } = aberrationOfDeviation(deviation, this.#matrix);
    return { x: shift.x + aUm * off.x + bUm * off.y, y: shift.y + bUm * off.x - aUm * off.y };
  }

  /** Where a region of the full raster lies on the specimen, with `padPx` more on every side. */
  #geometryOf(
    { request, stage }: Pick<Exposure, 'request' | 'stage'>,
    region: Rectangle,
    padPx = 0,
  ): FrameGeometry {
    const { width, height, pixelSizeNm } = request;
    const stageNm = { x: stage.xUm * 1e3, y: stage.yUm * 1e3 };
    const middle = rotateVector(stageNm, this.#preset.scan.rotationDeg);
    return {
      leftNm: middle.x + (region.x - padPx - width / 2) * pixelSizeNm,
      topNm: middle.y + (region.y - padPx - height / 2) * pixelSizeNm,
      width: region.width + 2 * padPx,
      height: region.height + 2 * padPx,
      pixelSizeNm,
    };
  }

  /** How much higher than its middle the field is at a pixel of the padded frame, um. */
  #heightOf(
    { request, stage }: Exposure,
    region: Rectangle,
    padPx: number,
  ): ((xPx: number, yPx: number) => number) | undefined {
    const height = this.#height;
    if (height === undefined) return undefined;
    const umPerPx = request.pixelSizeNm * 1e-3;
    const left = region.x - padPx + 0.5 - request.width / 2;
    const top = region.y - padPx + 0.5 - request.height / 2;
    const middle = height({ x: stage.xUm, y: stage.yUm });
    return (xPx, yPx) => {
      const fromMiddle = rotateVector(
        { x: (left + xPx) * umPerPx, y: (top + yPx) * umPerPx },
        -this.#preset.scan.rotationDeg,
      );
      return height({ x: stage.xUm + fromMiddle.x, y: stage.yUm + fromMiddle.y }) - middle;
    };
  }
}

/** Scale on which a gradient counts as an edge, nm. */
const edgeWidthNm = 15;
/** How a specimen was seen last. */
const seen = new WeakMap<Specimen, { readonly key: string; readonly specimen: Specimen }>();

/**
 * A specimen with bright edges, as a rotated scan sees it. The same object as last time where nothing
 * differs: with it goes what was drawn of it.
 */
function scannedSpecimen(
  specimen: Specimen,
  edgeBrightening: number,
  rotationDeg: number,
): Specimen {
  const key = `${edgeBrightening} ${rotationDeg}`;
  const last = seen.get(specimen);
  if (last?.key === key) return last.specimen;
  const edges = { level: edgeBrightening, widthNm: edgeWidthNm };
  const scanned = rotateSpecimen(brightenEdges(specimen, edges), rotationDeg);
  seen.set(specimen, { key, specimen: scanned });
  return scanned;
}
/** Brightness and contrast are set on no more of a frame than this, px. */
const largestField = { width: 1024, height: 768 };
/** Margins for displaced pixels come in these steps, so that frames share one raster. */
const paddingStepPx = 16;
/** A frame with margins wider than this would be specimen beyond its edges for the most part. */
const largestPaddingPx = 1024;
/** What makes pixels lie beside their place. */
const scanImperfections = [
  'magnificationWithFocus',
  'magnificationError',
  'affineError',
  'smoothDistortion',
  'drift',
  'driftWalk',
  'driftInFrame',
  'vibration',
  'mainsField',
  'rowJitterX',
  'rowJitterY',
  'flyback',
] as const satisfies readonly ImperfectionName[];

/** As much of the middle of a frame as brightness and contrast are set on. */
function middleOf(frame: Rectangle): Rectangle {
  const width = Math.min(frame.width, largestField.width);
  const height = Math.min(frame.height, largestField.height);
  return { x: (frame.width - width) >> 1, y: (frame.height - height) >> 1, width, height };
}

function rasterOf({ width, height, region }: FrameRequest): ScanRaster {
  return { width, height, region: region ?? { x: 0, y: 0, width, height } };
}

/** @throws OutOfRange before anything is allocated, if pixels move out of all proportion. */
function paddingPx(displacement: ScanDisplacement): number {
  const padPx = Math.ceil(resamplePaddingPx(displacement) / paddingStepPx) * paddingStepPx;
  if (!(padPx <= largestPaddingPx)) {
    throw new OutOfRange({
      parameter: 'displacement of pixels (magnification, drift, vibration, distortion)',
      requested: Math.round(displacement.largestPx),
      allowed: `at most ${largestPaddingPx} px; go nearer to focus or lower the imperfections`,
    });
  }
  return padPx;
}
