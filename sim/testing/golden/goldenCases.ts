import type { Aberration, ProbeShape } from '../../../harness/microscope/index.ts';

/** One small frame whose every pixel is remembered. */
export interface GoldenCase {
  readonly name: string;
  readonly preset: string;
  readonly psf: ProbeShape;
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
    preset: 'merlin',
    psf: 'gaussian',
    specimen: 'points',
    aberration: inFocus,
    dwellTimeNs: 200,
  },
  {
    name: 'points-gaussian-blurred',
    preset: 'merlin',
    psf: 'gaussian',
    specimen: 'points',
    aberration: blurred,
    dwellTimeNs: 200,
  },
  {
    name: 'points-disc-blurred',
    preset: 'merlin',
    psf: 'disc',
    specimen: 'points',
    aberration: blurred,
    dwellTimeNs: 51_200,
  },
  {
    name: 'tin-gaussian-blurred',
    preset: 'merlin',
    psf: 'gaussian',
    specimen: 'tin',
    aberration: blurred,
    dwellTimeNs: 50,
  },
  {
    name: 'tin-disc-in-focus',
    preset: 'merlin',
    psf: 'disc',
    specimen: 'tin',
    aberration: inFocus,
    dwellTimeNs: 51_200,
  },
  {
    name: 'tin-disc-blurred',
    preset: 'merlin',
    psf: 'disc',
    specimen: 'tin',
    aberration: blurred,
    dwellTimeNs: 200,
  },
  {
    name: 'points-wave-blurred',
    preset: 'merlin',
    psf: 'wave',
    specimen: 'points',
    aberration: blurred,
    dwellTimeNs: 51_200,
  },
  {
    name: 'tin-merlin-real',
    preset: 'merlin-real',
    psf: 'disc',
    specimen: 'tin',
    aberration: blurred,
    dwellTimeNs: 200,
  },
  {
    name: 'tissue-ultraplus-real',
    preset: 'ultraplus-real',
    psf: 'disc',
    specimen: 'tissue',
    aberration: inFocus,
    dwellTimeNs: 400,
  },
];
