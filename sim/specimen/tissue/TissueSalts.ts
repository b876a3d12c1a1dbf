import { RandomStream } from '../../../harness/numeric/index.ts';

/** One salt per random field of a tissue, all from its seed. */
export interface TissueSalts {
  readonly fold: number;
  readonly zone: number;
  readonly neurites: number;
  readonly fibres: number;
  readonly reticulum: number;
  readonly tilt: number;
  readonly stain: number;
  readonly grain: number;
  readonly granules: number;
  readonly clusters: number;
  readonly chromatin: number;
  readonly vessels: number;
}

/** @param seed - Non-negative whole number. */
export function tissueSalts(seed: number): TissueSalts {
  const salt = (field: string) => new RandomStream(seed, 'specimen', 'tissue', field).nextInt32();
  return {
    fold: salt('fold'),
    zone: salt('zone'),
    neurites: salt('neurites'),
    fibres: salt('fibres'),
    reticulum: salt('reticulum'),
    tilt: salt('tilt'),
    stain: salt('stain'),
    grain: salt('grain'),
    granules: salt('granules'),
    clusters: salt('clusters'),
    chromatin: salt('chromatin'),
    vessels: salt('vessels'),
  };
}
