import { greyRows, type RandomStream } from '../../harness/numeric/index.ts';
import type { ImperfectionLevels, ImperfectionName } from '../presets/imperfections.ts';
import type { Preset } from '../presets/Preset.ts';
import type { ScanRaster } from '../scan/index.ts';
import type { GreyLevels } from './GreyLevels.ts';
import { shading } from './shading.ts';
import { slowWave } from './slowWave.ts';

/** Contrast steps turn about the middle of the 8-bit scale. */
const midGrey = 127.5;
/** Rows are worked on in blocks of about this many pixels, which stay in the processor's cache. */
const blockPx = 32768;

export interface DetectorOptions {
  /** Expected relative yields of the region scanned, row-major, >= 0. */
  readonly yields: Float32Array;
  readonly raster: ScanRaster;
  /** Primary electrons per pixel, all passes together, > 0. */
  readonly primaries: number;
  /** Passes that are averaged: line averages times frame averages. */
  readonly passes: number;
  readonly detector: Pick<Preset['detector'], 'efficiency' | 'bitDepth'>;
  readonly greyLevels: GreyLevels;
  readonly levels: ImperfectionLevels;
  /** Share of the frame that no electron had hit before, 0 to 1. */
  readonly unexposedShare: number;
  /** Shot noise, which is no imperfection. */
  readonly noise: RandomStream;
  /** By imperfection: for this frame, and for what stays with the instrument. */
  readonly stream: (imperfection: ImperfectionName) => RandomStream;
  readonly instrumentStream: (imperfection: ImperfectionName) => RandomStream;
}

export interface DetectedFrame {
  /** Row-major; 16 bit holds 257 times the 8-bit scale. */
  readonly grey: Uint8Array | Uint16Array;
  /** The random values of this frame, for the record of the truth. */
  readonly drawn: Readonly<Record<string, number | readonly number[]>>;
}

/**
 * From expected yields to grey values, in the order in which it happens: counts (mean
 * `efficiency * primaries * yield`, Poisson, with the excess factor F = 1 + excessNoise: F times a
 * Poisson number of mean / F), the detector's bandwidth along x, electronics noise, gain and offset,
 * contrast and brightness steps, row offsets, slow wave, shading, rounding, clipping.
 *
 * Where nothing but shot noise acts, `variance = G |P - grey|` with P the pedestal and G the grey
 * value of one count, as measured on the instrument.
 *
 * Of n passes averaged the counts of all are drawn at once; electronics noise and row offsets, new in
 * every pass, fall by sqrt(n). Row offsets and shading belong to the row and the
 * place in the full raster; the slow wave belongs to the scan of this region.
 */
export function detectFrame(options: DetectorOptions): DetectedFrame {
  const { yields, raster, detector, greyLevels, levels, passes, noise, stream } = options;
  const { region } = raster;
  const { width, height } = region;
  if (yields.length !== width * height) {
    throw new RangeError(`yields must hold ${width} x ${height} values. Received ${yields.length}`);
  }
  const swing = greyLevels.greyPerYield;
  const steps = drawSteps(options);
  const wave = slowWave(levels.slowWave, height, stream('slowWave'));
  const shade = shading(
    (levels.shading / 100) * swing,
    raster,
    options.instrumentStream('shading'),
  );
  const rowOffsets = stream('rowOffset');
  for (let y = 0; y < region.y; y++) rowOffsets.normal();
  const rowOffsetSd = levels.rowOffset / Math.sqrt(passes);
  const electronics = stream('electronicsNoise');
  const electronicsSd = (steps.contrast * levels.electronicsNoise) / Math.sqrt(passes);

  const excess = 1 + levels.excessNoise;
  const countsAtYield1 = detector.efficiency * options.primaries;
  const perYield = countsAtYield1 / excess;
  const towardsBright = greyLevels.polarity === 'inverted' ? -1 : 1;
  const greyPerCount = (towardsBright * steps.contrast * swing) / perYield;
  const black = midGrey + steps.contrast * (greyLevels.pedestalGrey - midGrey) + steps.offsetGrey;
  const isWide = detector.bitDepth === 16;
  const grey = isWide ? new Uint16Array(yields.length) : new Uint8Array(yields.length);
  // Position in the full raster: u runs from -1 to 1 over its width.
  const stepU = 2 / raster.width;
  const firstU = (region.x + 0.5) * stepU - 1;
  const rowsPerBlock = Math.max(1, Math.floor(blockPx / width));
  for (let firstRow = 0; firstRow < height; firstRow += rowsPerBlock) {
    const rowCount = Math.min(rowsPerBlock, height - firstRow);
    const start = firstRow * width;
    const end = start + rowCount * width;
    const rows = Array.from({ length: rowCount }, (_, row) => {
      const y = firstRow + row;
      const shadeRow = shade.rowAt(region.y + y);
      const waveStart = wave.atRows[y]!;
      const wavePerU = (wave.atRows[y + 1]! - waveStart) / (width * stepU);
      const offset =
        black +
        rowOffsetSd * rowOffsets.normal() +
        waveStart -
        wavePerU * firstU +
        shadeRow.constant;
      return { offset, linear: wavePerU + shadeRow.linear, quadratic: shadeRow.quadratic };
    });
    const added =
      electronicsSd > 0
        ? Float64Array.from({ length: end - start }, () => electronicsSd * electronics.normal())
        : undefined;
    greyRows(
      {
        ...{ width, rows, added, gain: greyPerCount, firstU, stepU },
        yields: yields.subarray(start, end),
        countsAtYield1: perYield,
        random: noise,
        colour: levels.noiseColour,
      },
      grey.subarray(start, end),
    );
  }
  return {
    grey,
    drawn: {
      contrast: steps.contrast,
      brightnessStepGrey: steps.brightnessGrey,
      firstExposureGrey: steps.firstExposureGrey,
      slowWaveSdGrey: wave.sdGrey,
      shadingGrey: shade.coefficients,
    },
  };
}

/** What changes the brightness and contrast of a whole frame. */
function drawSteps({ greyLevels, levels, stream, unexposedShare }: DetectorOptions) {
  const swing = greyLevels.greyPerYield;
  const brightnessGrey = (levels.brightnessStep / 100) * swing * stream('brightnessStep').normal();
  const firstExposureGrey = -(levels.firstExposure / 100) * swing * unexposedShare;
  return {
    contrast: 1 + (levels.contrastStep / 100) * stream('contrastStep').normal(),
    brightnessGrey,
    firstExposureGrey,
    offsetGrey: brightnessGrey + firstExposureGrey,
  };
}
