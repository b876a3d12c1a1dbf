/** Neighbours along one axis that make one interpolated value, from `leadingTaps` before it on. */
export const taps = 8;
export const leadingTaps = taps / 2 - 1;
/** Displacements are rounded to this fraction of a pixel. */
export const phasesPerPx = 256;

/** Width of the main lobe against side lobes: chosen for the pass band stated below. */
const kaiserBeta = 5;

/**
 * Weights of a sinc interpolator with a Kaiser window, of sum 1, row by row for the phases 0, 1/256,
 * .., 1 of a pixel: `taps` each.
 *
 * At the worst phase (half a pixel) sines come out true to 4e-3 up to 0.5 of the Nyquist frequency,
 * to 5e-3 up to 0.6, to 0.08 at 0.7; at a tenth of a pixel to 2e-3, 2e-3 and 0.03. More taps would
 * cost in proportion. Rounding to a phase displaces by up to 0.002 px.
 *
 * @see Kaiser 1974, Nonrecursive digital filter design using the I0-sinh window function.
 */
export function interpolationKernel(): Float64Array {
  const table = new Float64Array(phasesPerPx * taps);
  for (let phase = 0; phase < phasesPerPx; phase++) {
    const weights = table.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - leadingTaps - phase / phasesPerPx;
      weights[tap] = sinc(distance) * kaiserWindow(distance / (taps / 2));
      sum += weights[tap]!;
    }
    for (let tap = 0; tap < taps; tap++) weights[tap]! /= sum;
  }
  return table;
}

function sinc(x: number): number {
  if (Number.isInteger(x)) return x === 0 ? 1 : 0;
  return Math.sin(Math.PI * x) / (Math.PI * x);
}

/** @param x - -1 to 1 over the width of the window. */
function kaiserWindow(x: number): number {
  return besselI0(kaiserBeta * Math.sqrt(Math.max(0, 1 - x * x))) / besselI0(kaiserBeta);
}

/** Modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= (x / (2 * n)) ** 2;
    sum += term;
  }
  return sum;
}
