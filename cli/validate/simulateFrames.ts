import {
  type Aberration,
  addFocus,
  deviationOfAberration,
  type FrameRequest,
  type GreyPixels,
} from '../../harness/microscope/index.ts';
import { type Preset, presetCalibration } from '../../sim/index.ts';
import { openSimulation } from '../lab/index.ts';

/** Which instrument over which specimen. */
export interface SimulatedInstrument {
  readonly preset: Preset;
  /** A name or an image file. */
  readonly specimen: string;
  readonly specimenPixelSize: number;
}

/** A frame to be exposed, and how far from focus. */
export interface FrameToExpose {
  readonly request: FrameRequest;
  readonly state: Aberration;
}

/**
 * Exposes frames of one place, one after the other, as a person at the instrument would.
 *
 * @param seed - Of specimen and noise.
 */
export async function simulateFrames(
  { preset, specimen, specimenPixelSize }: SimulatedInstrument,
  frames: readonly FrameToExpose[],
  seed: number,
): Promise<readonly GreyPixels[]> {
  const { microscope, truth } = await openSimulation(preset, { specimen, specimenPixelSize, seed });
  const matrix = presetCalibration(preset).stigmatorMatrixUmPerUnit;
  const focus = truth.bestFocus();
  const exposed: GreyPixels[] = [];
  for (const { request, state } of frames) {
    await microscope.writeFocus(addFocus(focus, deviationOfAberration(state, matrix)));
    exposed.push((await microscope.acquireFrame(request)).pixels);
  }
  await microscope.close();
  return exposed;
}
