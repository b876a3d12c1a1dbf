import type { Aberration } from '../../harness/microscope/index.ts';
import type { HalfSpectrum } from '../../harness/numeric/index.ts';
import { discTransfer } from './discTransfer.ts';
import { gaussianTransfer } from './gaussianTransfer.ts';
import type { Optics } from './Optics.ts';
import { type Pupil, pupilOf, rayReachUm } from './Pupil.ts';
import { rayTransfer } from './rayTransfer.ts';
import { type ShiftResponse, shiftResponse } from './shiftResponse.ts';
import { spreadGaussianTransfer } from './spreadGaussianTransfer.ts';
import { leastTransfer, type TransferColumns, type WaveVectors } from './TransferColumns.ts';
import { waveTransfer } from './waveTransfer.ts';

/**
 * Phases k d of rays up to this are followed. Beyond, which takes blurs of more than 127 px, the
 * transfer function is below 2e-4 and cut off: the number of rays grows with the square.
 */
const largestPhase = 400;
/**
 * The same for waves, whose cost grows with the fourth power: from 40 px of blur on, where the
 * transfer function is below 1e-3, it is cut off.
 */
const largestWavePhase = 130;

/**
 * Writes the transfer function of the probe, times that of a shift: 1 at k = 0.
 *
 * Wave vector k = 2 pi n / (size * pixel), rad/um, x to the right, y down. A probe with coma,
 * three-fold astigmatism or a shift is not point-symmetric and has a complex one. The covariance
 * of gaussian and disc is NA^2/4 M M^T, so that switching the shape does not change the size.
 *
 * @param out - Overwritten.
 * @param shiftPx - To the right and down; see {@link shiftResponse} for what it damps.
 * @returns the number of columns kx that hold anything: those from there on are below 1e-7, and 0.
 * @see Binding, Mikula, Denk 2013, Microsc. Microanal.
 */
export function transferFunction(
  out: HalfSpectrum,
  pixelSizeNm: number,
  aberration: Aberration,
  optics: Optics,
  shiftPx: { readonly x: number; readonly y: number } = { x: 0, y: 0 },
): number {
  const { width, height, data } = out;
  const pupil = pupilOf(optics);
  const halfWidth = width / 2;
  const halfHeight = height / 2;
  const stepX = (2 * Math.PI) / (width * pixelSizeNm * 1e-3);
  const stepY = (2 * Math.PI) / (height * pixelSizeNm * 1e-3);
  const band = largestWaveVector(aberration, optics, pupil);
  const waveVectors: WaveVectors = {
    largestX: Math.min(halfWidth * stepX, band),
    largestY: Math.min(halfHeight * stepY, band),
    stepY,
    halfHeight,
  };
  const columns = columnsOf(waveVectors, aberration, optics, pupil);
  const alongX = dampedShift(width, shiftPx.x, stepX, pupil.spotUm);
  const alongY = dampedShift(height, shiftPx.y, stepY, pupil.spotUm);
  const re = new Float64Array(height + 1);
  const im = new Float64Array(height + 1);
  const count = Math.min(halfWidth, Math.floor((band / stepX) * (1 + 1e-9))) + 1;
  for (let nx = 0; nx < count; nx++) {
    columns.fill(nx * stepX, re, im);
    // A Nyquist frequency stands for +k and -k at once, which differ where the probe is oblique;
    // without the mean of both the picture of a point would not be real.
    if (nx === halfWidth) makeHermitian(re, im);
    re[0] = (re[0]! + re[height]!) / 2;
    im[0] = (im[0]! + im[height]!) / 2;
    const shiftX = { re: alongX.re[nx]!, im: alongX.im[nx]! };
    const column = data.subarray(2 * nx * height, 2 * (nx + 1) * height);
    if (columns.isReal) writeRealColumn(column, re, shiftX, alongY);
    else writeColumn(column, re, im, shiftX, alongY);
  }
  data.fill(0, 2 * count * height);
  return count;
}

/** Nothing of size lies beyond, in rad/um. */
function largestWaveVector(aberration: Aberration, optics: Optics, pupil: Pupil): number {
  const { spotUm, wavelengthUm, convergence } = pupil;
  const { zUm, aUm, bUm } = aberration;
  const gaussianSigmas = Math.sqrt(-2 * Math.log(leastTransfer));
  const bySpot = gaussianSigmas / spotUm;
  if (optics.psf === 'gaussian') {
    // Across its longer axis the probe is no wider than NA ||z| - r| / 2.
    const narrowest = (convergence / 2) * (Math.abs(zUm) - Math.hypot(aUm, bUm));
    return Math.min(bySpot, gaussianSigmas / Math.hypot(narrowest, spotUm));
  }
  if (optics.psf === 'disc' && !hasRays(optics)) return bySpot;
  const phase = optics.psf === 'wave' ? largestWavePhase : largestPhase;
  const byPhase = phase / rayReachUm(aberration, pupil);
  return Math.min(bySpot, byPhase, (4 * Math.PI * convergence) / wavelengthUm);
}

function columnsOf(
  waveVectors: WaveVectors,
  aberration: Aberration,
  optics: Optics,
  pupil: Pupil,
): TransferColumns {
  switch (optics.psf) {
    case 'gaussian':
      return pupil.focusSpreadUm === 0
        ? gaussianTransfer(waveVectors, aberration, pupil.convergence)
        : spreadGaussianTransfer(waveVectors, aberration, pupil);
    case 'disc':
      return hasRays(optics)
        ? rayTransfer(waveVectors, aberration, pupil)
        : discTransfer(waveVectors, aberration, pupil.convergence);
    case 'wave':
      return waveTransfer(waveVectors, aberration, pupil);
  }
}

function hasRays({ rays }: Optics): boolean {
  const { comaNm, threeFoldNm, sphericalNm, pupilWeight, defocusSpreadUm } = rays;
  const levels = [comaNm.x, comaNm.y, threeFoldNm.x, threeFoldNm.y, sphericalNm, pupilWeight];
  return [...levels, defocusSpreadUm].some((level) => level !== 0);
}

/** A shift, times the transfer function of the round Gaussian spot, which is separable too. */
function dampedShift(length: number, shiftPx: number, step: number, spotUm: number): ShiftResponse {
  const { re, im } = shiftResponse(length, shiftPx);
  for (let n = 0; n < length; n++) {
    const k = Math.min(n, length - n) * step;
    const damping = Math.exp((-spotUm * spotUm * k * k) / 2);
    re[n]! *= damping;
    im[n]! *= damping;
  }
  return { re, im };
}

/** The mean of F(k) and conj F(-k) on a column that is its own mirror image. */
function makeHermitian(re: Float64Array, im: Float64Array): void {
  for (let j = 0, i = re.length - 1; j <= i; j++, i--) {
    const meanRe = (re[j]! + re[i]!) / 2;
    const meanIm = (im[j]! - im[i]!) / 2;
    re[j] = meanRe;
    re[i] = meanRe;
    im[j] = meanIm;
    im[i] = -meanIm;
  }
}

/** Writes a column in the order of an FFT, 0 and positive frequencies first, times the shift. */
function writeColumn(
  column: Float32Array,
  re: Float64Array,
  im: Float64Array,
  shiftX: { readonly re: number; readonly im: number },
  alongY: ShiftResponse,
): void {
  const height = re.length - 1;
  for (let j = 0; j < height; j++) {
    const ny = j < height / 2 ? j + height / 2 : j - height / 2;
    const shiftRe = shiftX.re * alongY.re[ny]! - shiftX.im * alongY.im[ny]!;
    const shiftIm = shiftX.re * alongY.im[ny]! + shiftX.im * alongY.re[ny]!;
    column[2 * ny] = re[j]! * shiftRe - im[j]! * shiftIm;
    column[2 * ny + 1] = re[j]! * shiftIm + im[j]! * shiftRe;
  }
}

function writeRealColumn(
  column: Float32Array,
  re: Float64Array,
  shiftX: { readonly re: number; readonly im: number },
  alongY: ShiftResponse,
): void {
  const height = re.length - 1;
  for (let j = 0; j < height; j++) {
    const ny = j < height / 2 ? j + height / 2 : j - height / 2;
    column[2 * ny] = re[j]! * (shiftX.re * alongY.re[ny]! - shiftX.im * alongY.im[ny]!);
    column[2 * ny + 1] = re[j]! * (shiftX.re * alongY.im[ny]! + shiftX.im * alongY.re[ny]!);
  }
}
