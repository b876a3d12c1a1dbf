import type { ProbeShape } from '../../harness/microscope/index.ts';
import { createSimulatedMicroscope, type Preset, type Simulation } from '../../sim/index.ts';
import { chooseSpecimen, openSpecimen } from './openSpecimen.ts';

/** What lies under a simulated microscope. */
export interface SpecimenOptions {
  /** A name or an image file. */
  readonly specimen: string;
  /** Declared size of the pixels of a specimen image, nm. */
  readonly specimenPixelSize: number;
  /** Of specimen and noise. */
  readonly seed: number;
  /** In place of the preset's own. */
  readonly psf?: ProbeShape;
}

/**
 * A simulated microscope over a specimen that a user names, its stage at the origin.
 *
 * @throws ConfigError if the specimen is unknown; errors of reading its file.
 */
export async function openSimulation(
  preset: Preset,
  { specimen: named, specimenPixelSize, seed, psf }: SpecimenOptions,
): Promise<Simulation> {
  const choice = await chooseSpecimen(named, specimenPixelSize);
  const specimen = await openSpecimen(
    'file' in choice ? { name: named, seed, file: choice.file } : { name: choice.name, seed },
  );
  return createSimulatedMicroscope({
    preset,
    ...(psf && { psf }),
    specimen,
    seed,
    run: 0,
    stage: { xUm: 0, yUm: 0 },
  });
}
