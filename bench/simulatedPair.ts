import type { PerturbedPair } from '../harness/algorithm/index.ts';
import { addFocus, type FrameRequest, type ProbeShape } from '../harness/microscope/index.ts';
import {
  createSimulatedMicroscope,
  createSpecimen,
  type Preset,
  presetNamed,
  type SimulatedTruth,
} from '../sim/index.ts';

/** Of a microscope over one place; unless said otherwise, tissue seen by `merlin`. */
export function truthOf(
  psf: ProbeShape,
  { preset = presetNamed('merlin'), specimen = 'tissue', seed = 1 }: Place = {},
): SimulatedTruth {
  return createSimulatedMicroscope({
    ...{ preset, psf, specimen: createSpecimen(specimen, seed), seed, run: 0 },
    stage: { xUm: 0, yUm: 0 },
  }).truth;
}

interface Place {
  readonly preset?: Preset;
  readonly specimen?: string;
  readonly seed?: number;
}

/** Tissue, 3 um and 0.5 units off. */
export async function simulatedPair(psf: ProbeShape, frame: FrameRequest): Promise<PerturbedPair> {
  const truth = truthOf(psf);
  const at = async (workingDistanceUm: number) => {
    const state = addFocus(truth.bestFocus(), { workingDistanceUm, stigmatorX: 0.5 });
    return (await truth.frameAt(state, frame)).pixels;
  };
  const { pixelSizeNm } = frame;
  return { under: await at(-2), over: await at(8), pixelSizeNm, perturbationUm: 5 };
}
