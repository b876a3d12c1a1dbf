import type { Aberration } from '../../../harness/microscope/index.ts';

/** One small frame whose every pixel is remembered. */
export interface GoldenCase {
  readonly name: string;
  readonly psf: 'gaussian' | 'disc';
  readonly specimen: string;
  readonly aberration: Aberration;
  readonly dwellTimeNs: number;
}

const inFocus: Aberration = { zUm: 0, aUm: 0, bUm: 0 };
const blurred: Aberration = { zUm: 8, aUm: 2, bUm: -1 };

/** 51.2 us is the longest dwell of the preset: hardly any noise, so that optics alone decide. */
export const goldenCases: readonly GoldenCase[] = [
  {
    name: 'points-gaussian-in-focus',
    psf: 'gaussian',
    specimen: 'points',
    aberration: inFocus,
    dwellTimeNs: 200,
  },
  {
    name: 'points-gaussian-blurred',
    psf: 'gaussian',
    specimen: 'points',
    aberration: blurred,
    dwellTimeNs: 200,
  },
  {
    name: 'points-disc-blurred',
    psf: 'disc',
    specimen: 'points',
    aberration: blurred,
    dwellTimeNs: 51_200,
  },
  {
    name: 'tin-gaussian-blurred',
    psf: 'gaussian',
    specimen: 'tin',
    aberration: blurred,
    dwellTimeNs: 50,
  },
  {
    name: 'tin-disc-in-focus',
    psf: 'disc',
    specimen: 'tin',
    aberration: inFocus,
    dwellTimeNs: 51_200,
  },
  {
    name: 'tin-disc-blurred',
    psf: 'disc',
    specimen: 'tin',
    aberration: blurred,
    dwellTimeNs: 200,
  },
];
