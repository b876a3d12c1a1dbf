import type { FocusScene, Unknowns } from './FocusScene.ts';
import type { InformationMatrix } from './InformationMatrix.ts';
import { probeTransfer } from './probeTransfer.ts';

/** z, a, b. */
const focusCount = 3;

/**
 * Fisher information on (z, a, b) that frames of one place hold, after what is lost to everything
 * else that is unknown.
 *
 * At every wave vector the transforms I_j = O m_j + n_j of the n frames are jointly Gaussian with
 * covariance C = S m m^T + s2 1; a parameter p changes it by dC = S (d m^T + m d^T), d = dm/dp.
 * With rho = S/s2, D = m.m, E = 1 + rho D (derived from the inverse of C in closed form):
 *
 *     tr(C^-1 dC_p C^-1 dC_q) = (2 rho^2 / E) [ D (d_p.d_q) + (2/E - 1) (m.d_p)(m.d_q) ]
 *
 * How the bins of a real picture count: the transforms at k and -k are conjugate, one complex
 * Gaussian number, whose information is tr(...) without the factor 1/2 of real ones. The sum thus
 * runs over half of the plane; half of it over the whole plane is the same. Left out are k = 0,
 * which holds the mean, and for even sizes the Nyquist frequencies, each of which stands for two
 * wave vectors at once. In a periodic picture the bins are exactly independent; for a patch cut
 * out of a larger field the sum is Whittle's approximation.
 *
 * A displacement between frames changes C by an imaginary, antisymmetric matrix: its information
 * in common with all else here is exactly 0, so that an unknown displacement costs nothing.
 *
 * @returns per um^2, additive over independent patches; all 0 where there is no specimen.
 * @see Whittle 1953; Kay 1993, Fundamentals of Statistical Signal Processing I, section 15.7.
 */
export function focusInformation(scene: FocusScene, unknowns: Unknowns): InformationMatrix {
  const { optics, frames, width, height, pixelSizeNm, specimenPower, noiseVariance } = scene;
  assertScene(scene, unknowns);
  const n = frames.length;
  const gains = unknowns.gain === 'unknown' ? n - 1 : 0;
  const kept = focusCount + (unknowns.pupil === 'byEvidence' ? 1 : 0);
  const count = kept + gains;
  const otherOptics = { ...optics, psf: optics.psf === 'disc' ? 'gaussian' : 'disc' } as const;
  const rings = unknowns.spectrum === 'known' ? undefined : new Rings(unknowns.spectrum, count);
  const information = Array.from({ length: count }, () => new Float64Array(count));
  const transfer = new Float64Array(1 + focusCount);
  const m = new Float64Array(n);
  // d[p * n + j]: derivative of frame j's transfer function towards parameter p.
  const d = new Float64Array(count * n);
  const along = new Float64Array(count);
  const stepX = (2 * Math.PI) / (width * pixelSizeNm * 1e-3);
  const stepY = (2 * Math.PI) / (height * pixelSizeNm * 1e-3);
  const lastX = Math.ceil(width / 2) - 1;
  const lastY = Math.ceil(height / 2) - 1;
  for (let nx = 0; nx <= lastX; nx++) {
    for (let ny = nx === 0 ? 1 : -lastY; ny <= lastY; ny++) {
      const kx = nx * stepX;
      const ky = ny * stepY;
      const rho = (specimenPower(kx, ky) * aperturePower(scene, kx, ky)) / noiseVariance;
      if (!(rho > 0)) continue;
      let D = 0;
      for (let j = 0; j < n; j++) {
        probeTransfer(optics, frames[j]!, kx, ky, transfer);
        m[j] = transfer[0]!;
        for (let p = 0; p < focusCount; p++) d[p * n + j] = transfer[1 + p]!;
        if (kept > focusCount) {
          probeTransfer(otherOptics, frames[j]!, kx, ky, transfer);
          d[focusCount * n + j] = transfer[0]! - m[j]!;
        }
        if (j > 0 && gains > 0) d[(kept + j - 1) * n + j] = m[j]!;
        D += m[j]! * m[j]!;
      }
      const E = 1 + rho * D;
      const scale = (2 * rho * rho) / E;
      const common = 2 / E - 1;
      for (let p = 0; p < count; p++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += m[j]! * d[p * n + j]!;
        along[p] = sum;
        const row = information[p]!;
        for (let q = 0; q <= p; q++) {
          let dot = 0;
          for (let j = 0; j < n; j++) dot += d[p * n + j]! * d[q * n + j]!;
          row[q]! += scale * (D * dot + common * sum * along[q]!);
        }
      }
      rings?.add(Math.sqrt(kx * kx + ky * ky), rho, D, along);
    }
  }
  for (let p = 0; p < count; p++) {
    for (let q = 0; q < p; q++) information[q]![p] = information[p]![q]!;
  }
  rings?.eliminateFrom(information);
  for (let last = count - 1; last >= kept; last--) eliminateLast(information, last);
  return information.slice(0, kept).map((row) => [...row.slice(0, kept)]);
}

/** Information on the logarithm of each ring's power, and in common with the other parameters. */
class Rings {
  readonly #widthRadPerUm: number;
  readonly #own: number[] = [];
  readonly #shared: Float64Array[] = [];
  readonly #count: number;

  constructor({ ringWidthRadPerUm }: { readonly ringWidthRadPerUm: number }, count: number) {
    this.#widthRadPerUm = ringWidthRadPerUm;
    this.#count = count;
  }

  /** For the logarithm of S, dC = S m m^T. */
  add(k: number, rho: number, D: number, along: Float64Array): void {
    const ring = Math.floor(k / this.#widthRadPerUm);
    const E = 1 + rho * D;
    const own = (rho * D) / E;
    this.#own[ring] = (this.#own[ring] ?? 0) + own * own;
    this.#shared[ring] ??= new Float64Array(this.#count);
    const shared = this.#shared[ring];
    const scale = (2 * rho * own) / E;
    for (let p = 0; p < shared.length; p++) shared[p]! += scale * along[p]!;
  }

  /** Every ring is unknown: what its power could explain as well is no information. */
  eliminateFrom(information: readonly Float64Array[]): void {
    this.#shared.forEach((shared, ring) => {
      const own = this.#own[ring] ?? 0;
      // A ring that no frame shows says nothing about anything.
      if (own === 0) return;
      information.forEach((row, p) => {
        for (let q = 0; q < row.length; q++) row[q]! -= (shared[p]! * shared[q]!) / own;
      });
    });
  }
}

/** Takes out the last parameter, which is unknown: the Schur complement. */
function eliminateLast(information: readonly Float64Array[], last: number): void {
  const own = information[last]![last]!;
  if (!(own > 0)) return;
  for (let p = 0; p < last; p++) {
    for (let q = 0; q < last; q++) {
      information[p]![q]! -= (information[p]![last]! * information[last]![q]!) / own;
    }
  }
}

/** Square of the transfer function of a pixel, a box. */
function aperturePower({ pixelApertureNm }: FocusScene, kx: number, ky: number): number {
  if (pixelApertureNm === 0) return 1;
  const halfUm = pixelApertureNm / 2000;
  return (sinc(kx * halfUm) * sinc(ky * halfUm)) ** 2;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x) / x;
}

function assertScene(
  { frames, width, height, pixelSizeNm, pixelApertureNm, noiseVariance }: FocusScene,
  { spectrum }: Unknowns,
): void {
  const refuse = (rule: string, received: number) => {
    throw new RangeError(`${rule}. Received ${received}`);
  };
  if (frames.length < 1) refuse('frames must hold at least 1 aberration', frames.length);
  for (const [name, value] of Object.entries({ width, height })) {
    if (!Number.isInteger(value) || value < 1) {
      refuse(`${name} must be a whole number of at least 1 px`, value);
    }
  }
  if (!(pixelSizeNm > 0)) refuse('pixelSizeNm must be > 0 nm', pixelSizeNm);
  if (!(pixelApertureNm >= 0)) refuse('pixelApertureNm must be >= 0 nm', pixelApertureNm);
  if (!(noiseVariance > 0)) refuse('noiseVariance must be > 0', noiseVariance);
  if (spectrum !== 'known' && !(spectrum.ringWidthRadPerUm > 0)) {
    refuse('ringWidthRadPerUm must be > 0 rad/um', spectrum.ringWidthRadPerUm);
  }
}
