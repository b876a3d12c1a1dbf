import type { RandomStream } from '../../harness/numeric/index.ts';
import type { ImperfectionLevels, ImperfectionName } from '../presets/imperfections.ts';
import { distortionField } from './distortionField.ts';
import type { Drift } from './drift.ts';
import { flybackPx } from './flybackPx.ts';
import { linearDistortion } from './linearDistortion.ts';
import { rotateVector } from './rotateVector.ts';
import type { ScanRaster } from './ScanRaster.ts';
import type { ScanTiming } from './scanTiming.ts';
import { averagedLine, vibrationLines } from './vibrationLines.ts';

/** Largest distance of the nodes between which displacements are interpolated along a row, px. */
const largestStepPx = 16;
/** Nodes are so close that a vibration advances by no more than this between two of them. */
const largestPhaseStep = 0.1;
/** ... and the smooth distortion is sampled as finely as this, nm. */
const largestStepNm = 100;

export interface ScanDisplacementOptions {
  readonly raster: ScanRaster;
  readonly pixelSizeNm: number;
  /** Of the region, which is scanned by itself: `scanTiming(region.width, region.height, ...)`. */
  readonly timing: ScanTiming;
  /** Virtual time at which the frame starts, s. */
  readonly startTimeS: number;
  readonly levels: ImperfectionLevels;
  readonly drift: Drift;
  /** By imperfection: for this frame, and for what stays with the instrument. */
  readonly stream: (imperfection: ImperfectionName) => RandomStream;
  readonly instrumentStream: (imperfection: ImperfectionName) => RandomStream;
  readonly rotationDeg: number;
  /** Magnification at this working distance over the nominal one. */
  readonly magnificationFactor: number;
}

/** Where the pixels of a frame really lie. */
export interface ScanDisplacement {
  readonly width: number;
  readonly height: number;
  /** True if nothing moves: the frame is the rendered one. */
  readonly isZero: boolean;
  /** No pixel lies further from its place than this along either axis, px. */
  readonly largestPx: number;
  /**
   * Displacements of row `y` of the region, px: the pixel that should be at (x, y) is at
   * (x + dx[x], y + dy[x]). Both arrays hold at least `width` values.
   */
  row(y: number, dx: Float32Array, dy: Float32Array): void;
  /** The random values of this frame, for the record of the truth. */
  readonly drawn: Readonly<Record<string, number | readonly number[]>>;
}

/**
 * Everything that moves pixels during one frame, at the true time of each pixel.
 *
 * Fixed to the raster: magnification and affine errors and smooth distortion (about its centre, so
 * that a region shows its part of them), row jitter (keyed by the row of the full raster) and the
 * fly-back at the start of the line. Fixed to the laboratory and turned with the scan: drift and
 * vibration. Drift counts from the start of the frame; what it amounted to before is the caller's:
 * `drift(startTimeS)`. Row jitter is drawn anew for every pass, so averages reduce it.
 * What moves during the passes of an average is taken at its mean; the smear is not rendered.
 */
export function scanDisplacement(options: ScanDisplacementOptions): ScanDisplacement {
  const { raster, pixelSizeNm, timing, startTimeS, levels, stream, rotationDeg } = options;
  const { width, height } = raster.region;
  const linear = linearDistortion(levels, stream, options.magnificationFactor);
  const lines = vibrationLines(levels, stream, options.instrumentStream, rotationDeg).map((line) =>
    averagedLine(line, timing),
  );
  const fastest = Math.max(0, ...lines.map((line) => 2 * Math.PI * line.frequencyHz));
  const step = nodeStepPx(pixelSizeNm, fastest * timing.pixelS);
  const nodes = Math.ceil(width / step) + 1;
  const hasField = levels.smoothDistortion > 0;
  const field = hasField
    ? distortionField(
        levels.smoothDistortion,
        stream('smoothDistortion'),
        raster,
        pixelSizeNm,
        step,
      )
    : undefined;
  const flyback = flybackPx(width, levels.flyback);

  const driftDirection = stream('driftInFrame').uniformBetween(0, 2 * Math.PI);
  const driftInFrameNm = {
    x: levels.driftInFrame * Math.cos(driftDirection),
    y: levels.driftInFrame * Math.sin(driftDirection),
  };
  const rowX = new Float64Array(height);
  const rowY = new Float64Array(height);
  const passes = timing.linePasses * timing.framePasses;
  addRowJitter(rowX, levels.rowJitterX / Math.sqrt(passes), stream('rowJitterX'), raster);
  addRowJitter(rowY, levels.rowJitterY / Math.sqrt(passes), stream('rowJitterY'), raster);
  const driftAtStart = options.drift(startTimeS);
  const passesMeanS =
    ((timing.linePasses - 1) * timing.linePassS + (timing.framePasses - 1) * timing.framePassS) / 2;
  for (let y = 0; y < height; y++) {
    const middleS = y * timing.rowS + (width * timing.pixelS) / 2 + passesMeanS;
    const now = options.drift(startTimeS + middleS);
    const moved = rotateVector(
      { x: now.x - driftAtStart.x, y: now.y - driftAtStart.y },
      rotationDeg,
    );
    const share = (y + 0.5) / height;
    rowX[y]! += (moved.x + share * driftInFrameNm.x) / pixelSizeNm;
    rowY[y]! += (moved.y + share * driftInFrameNm.y) / pixelSizeNm;
  }

  const nodeX = new Float64Array(nodes);
  const nodeY = new Float64Array(nodes);
  const left = raster.region.x + 0.5 - raster.width / 2;
  const top = raster.region.y + 0.5 - raster.height / 2;

  function fillNodes(y: number): void {
    const v = top + y;
    for (let i = 0; i < nodes; i++) {
      const u = left + i * step;
      nodeX[i] = rowX[y]! + linear.xx * u + linear.xy * v;
      nodeY[i] = rowY[y]! + linear.yx * u + linear.yy * v;
    }
    for (const { frequencyHz, amplitudeXNm, amplitudeYNm, phase } of lines) {
      const omega = 2 * Math.PI * frequencyHz;
      const start = omega * y * timing.rowS + phase;
      const turn = omega * timing.pixelS * step;
      const turnCos = Math.cos(turn);
      const turnSin = Math.sin(turn);
      let cosine = Math.cos(start);
      let sine = Math.sin(start);
      const sizeX = amplitudeXNm / pixelSizeNm;
      const sizeY = amplitudeYNm / pixelSizeNm;
      for (let i = 0; i < nodes; i++) {
        nodeX[i]! += sizeX * sine;
        nodeY[i]! += sizeY * sine;
        const next = sine * turnCos + cosine * turnSin;
        cosine = cosine * turnCos - sine * turnSin;
        sine = next;
      }
    }
    if (field === undefined) return;
    const above = Math.floor(y / step) * field.columns;
    const below = above + field.columns;
    const share = (y % step) / step;
    for (let i = 0; i < nodes; i++) {
      nodeX[i]! += field.x[above + i]! * (1 - share) + field.x[below + i]! * share;
      nodeY[i]! += field.y[above + i]! * (1 - share) + field.y[below + i]! * share;
    }
  }

  const farX = Math.max(Math.abs(left), Math.abs(left + width - 1));
  const farY = Math.max(Math.abs(top), Math.abs(top + height - 1));
  const largestPx = Math.max(
    largestSize(rowX) +
      Math.abs(linear.xx) * farX +
      Math.abs(linear.xy) * farY +
      lines.reduce((sum, line) => sum + Math.abs(line.amplitudeXNm), 0) / pixelSizeNm +
      largestSize(field?.x ?? []) +
      (flyback[0] ?? 0),
    largestSize(rowY) +
      Math.abs(linear.yx) * farX +
      Math.abs(linear.yy) * farY +
      lines.reduce((sum, line) => sum + Math.abs(line.amplitudeYNm), 0) / pixelSizeNm +
      largestSize(field?.y ?? []),
  );
  return {
    width,
    height,
    isZero: largestPx === 0,
    largestPx,
    row(y, dx, dy) {
      fillNodes(y);
      expandNodes(nodeX, step, width, dx);
      expandNodes(nodeY, step, width, dy);
      for (let x = 0; x < flyback.length; x++) dx[x]! += flyback[x]!;
    },
    drawn: {
      ...linear.drawn,
      driftInFrameNm: [driftInFrameNm.x, driftInFrameNm.y],
      vibrationHz: lines.map((line) => line.frequencyHz),
      vibrationPhase: lines.map((line) => line.phase),
      vibrationXNm: lines.map((line) => line.amplitudeXNm),
      vibrationYNm: lines.map((line) => line.amplitudeYNm),
    },
  };
}

/** A power of two, so that rows of the smooth field and nodes of a row share one lattice. */
function nodeStepPx(pixelSizeNm: number, phasePerPx: number): number {
  let step = largestStepPx;
  while (step > 1 && (step * pixelSizeNm > largestStepNm || step * phasePerPx > largestPhaseStep)) {
    step /= 2;
  }
  return step;
}

function largestSize(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}

function addRowJitter(rows: Float64Array, sd: number, stream: RandomStream, raster: ScanRaster) {
  for (let y = 0; y < raster.region.y; y++) stream.normal();
  for (let y = 0; y < rows.length; y++) rows[y]! += sd * stream.normal();
}

/** Linear interpolation between nodes that are `step` apart. */
function expandNodes(nodes: Float64Array, step: number, width: number, out: Float32Array): void {
  for (let start = 0, node = 0; start < width; start += step, node++) {
    const from = nodes[node]!;
    const slope = (nodes[node + 1]! - from) / step;
    const length = Math.min(step, width - start);
    for (let i = 0; i < length; i++) out[start + i] = from + slope * i;
  }
}
