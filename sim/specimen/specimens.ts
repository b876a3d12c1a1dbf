import type { Polarity } from '../detector/GreyLevels.ts';
import { blankSpecimen } from './blankSpecimen.ts';
import type { Specimen } from './drawing/Specimen.ts';
import { goldSpecimen } from './goldSpecimen.ts';
import { linesSpecimen } from './linesSpecimen.ts';
import { noiseSpecimen } from './noiseSpecimen.ts';
import { pointsSpecimen } from './pointsSpecimen.ts';
import { starSpecimen } from './starSpecimen.ts';
import { tinSpecimen } from './tinSpecimen.ts';
import { denseTissueSpecimen } from './tissue/denseTissueSpecimen.ts';
import { tissueSpecimen } from './tissue/tissueSpecimen.ts';
import { vesselTissueSpecimen } from './tissue/vesselTissueSpecimen.ts';

/** A specimen that can be had by name. */
export interface ProceduralSpecimen {
  readonly name: string;
  /** One line for a listing. */
  readonly summary: string;
  /** True where there is nothing to focus on. */
  readonly isBlank?: boolean;
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
    name: 'tissue-dense',
    summary: 'fine neuropil only, even everywhere: the easy case, for comparison',
    polarity: 'inverted',
    create: denseTissueSpecimen,
  },
  {
    name: 'tissue-vessel',
    summary: 'tissue with the blank lumen of a vessel of 5 to 15 um across the field',
    polarity: 'inverted',
    create: vesselTissueSpecimen,
  },
  {
    name: 'tin',
    summary: 'tin spheres of 10 nm to 3 um on carbon: bright edges, dark background',
    polarity: 'normal',
    create: tinSpecimen,
  },
  {
    name: 'gold',
    summary: 'gold on carbon: grains of 10-60 nm, gaps of 2-6 nm, cracks up to 50 nm',
    polarity: 'normal',
    create: goldSpecimen,
  },
  {
    name: 'lines',
    summary: 'lines, spaces and contact holes in resist, pitch 60-500 nm: periodic',
    polarity: 'normal',
    create: linesSpecimen,
  },
  {
    name: 'points',
    summary: 'isolated Gaussian spots of 20 nm on a flat background, for tests of the optics',
    polarity: 'normal',
    create: pointsSpecimen,
  },
  {
    name: 'star',
    summary: 'Siemens star of 36 pairs of spokes at the origin and every 40 um, for every seed',
    polarity: 'normal',
    create: starSpecimen,
  },
  {
    name: 'noise',
    summary: 'Gaussian random field of known power, |k|^-2 from 60 nm to 3 um, 15 % rms',
    polarity: 'inverted',
    create: noiseSpecimen,
  },
  {
    name: 'blank',
    summary: 'bare resin, almost no contrast: there is nothing to focus on',
    polarity: 'inverted',
    isBlank: true,
    create: blankSpecimen,
  },
];
