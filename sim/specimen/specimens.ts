import type { Polarity } from '../detector/GreyLevels.ts';
import { blankSpecimen } from './blankSpecimen.ts';
import { pointsSpecimen } from './pointsSpecimen.ts';
import type { Specimen } from './Specimen.ts';
import { tinSpecimen } from './tinSpecimen.ts';
import { tissueSpecimen } from './tissue/tissueSpecimen.ts';

/** A specimen that can be had by name. */
export interface ProceduralSpecimen {
  readonly name: string;
  /** One line for a listing. */
  readonly summary: string;
  /** How an operator displays it; that of the specimen itself. */
  readonly polarity: Polarity;
  /** @param seed - Non-negative whole number; the same seed is the same specimen anywhere. */
  readonly create: (seed: number) => Specimen;
}

/** Every specimen that is computed rather than read from a file. */
export const specimens: readonly ProceduralSpecimen[] = [
  {
    name: 'tissue',
    summary: 'neuropil stained with heavy metals, with sparse dark bodies; the default',
    polarity: 'inverted',
    create: tissueSpecimen,
  },
  {
    name: 'tin',
    summary: 'tin spheres of 10 nm to 3 um on carbon: bright edges, dark ground',
    polarity: 'normal',
    create: tinSpecimen,
  },
  {
    name: 'points',
    summary: 'isolated Gaussian spots of 20 nm on flat ground, for tests of the optics',
    polarity: 'normal',
    create: pointsSpecimen,
  },
  {
    name: 'blank',
    summary: 'bare resin, almost no contrast: there is nothing to focus on',
    polarity: 'inverted',
    create: blankSpecimen,
  },
];
