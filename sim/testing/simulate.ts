import {
  createSimulatedMicroscope,
  type Simulation,
  type SimulationOptions,
} from '../createSimulatedMicroscope.ts';
import { presetNamed } from '../presets/presets.ts';
import { createSpecimen } from '../specimen/createSpecimen.ts';

/** A microscope over tin, away from the middle of its stage. */
export function simulate(preset: string, options: Partial<SimulationOptions> = {}): Simulation {
  return createSimulatedMicroscope({
    ...{ preset: presetNamed(preset), specimen: createSpecimen('tin', 7), seed: 3, run: 0 },
    stage: { xUm: 12, yUm: -7 },
    ...options,
  });
}
