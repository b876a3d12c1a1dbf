import type { ProbeShape } from '../../harness/microscope/index.ts';
import { addFocus } from '../../harness/microscope/index.ts';
import { createSimulatedMicroscope, createSpecimen, presetNamed } from '../../sim/index.ts';
import type { PairAt } from './calibratePackage.ts';

export interface SceneOptions {
  readonly preset: string;
  readonly psf: ProbeShape;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly dwellTimeNs: number;
  readonly perturbationUm: number;
}

/** Runs of trajectories count from 0; this place is none of theirs. */
const run = 1_000_000;

/**
 * Pairs of frames round the good focus of one place of tissue, exposed in the order of the loop:
 * below, then above.
 */
export function calibrationScene(options: SceneOptions): PairAt {
  const { width, height, dwellTimeNs, perturbationUm } = options;
  const preset = presetNamed(options.preset);
  const { microscope, truth } = createSimulatedMicroscope({
    preset,
    psf: options.psf,
    specimen: createSpecimen('tissue', options.seed),
    seed: options.seed,
    run,
    stage: { xUm: 0, yUm: 0 },
  });
  const request = { width, height, pixelSizeNm: preset.scan.pixelSizeNm, dwellTimeNs };
  return async (offset) => {
    const state = addFocus(truth.bestFocus(), offset);
    const exposeAt = async (byUm: number) => {
      await microscope.writeFocus(addFocus(state, { workingDistanceUm: byUm }));
      return microscope.acquireFrame(request);
    };
    const under = await exposeAt(-perturbationUm);
    const over = await exposeAt(perturbationUm);
    return {
      under: under.pixels,
      over: over.pixels,
      pixelSizeNm: under.actual.pixelSizeNm,
      perturbationUm,
    };
  };
}
