import { mean } from '../../harness/statistics/index.ts';
import { signalToNoise } from '../../harness/validation/index.ts';
import { type FrameToExpose, type SimulatedInstrument, simulateFrames } from './simulateFrames.ts';

/** Frames of one place, and the seed of its specimen and noise. */
export interface Scene {
  readonly frames: readonly FrameToExpose[];
  readonly seed: number;
}

/** By so many of a scene the current is set; by every scene, because specimens differ by a factor. */
const mostFrames = 3;
/** Less shows nothing at that wave number by which a current could be set. */
export const leastSignalToNoise = 0.05;
/** Other currents are no longer those of such an instrument. */
const mostFactor = 100;

/** How many frames {@link matchNoise} exposes. */
export function framesToMatch(scenes: readonly { readonly frames: readonly unknown[] }[]): number {
  return scenes.reduce((sum, { frames }) => sum + some(frames, mostFrames).length, 0);
}

/**
 * Sets the beam current of a simulated instrument so that its frames have the signal over noise of the real
 * ones, to which it is proportional. The dwell time stays what it is: it also says how long drift and
 * vibration act on a frame.
 *
 * @param realRatioOf - Signal over noise of the real frame.
 * @param onFrame - Called after each frame that was exposed.
 */
export async function matchNoise(
  instrument: SimulatedInstrument,
  scenes: readonly Scene[],
  realRatioOf: (frame: FrameToExpose) => number,
  onFrame: () => Promise<void>,
): Promise<SimulatedInstrument> {
  const [real, simulated]: [number[], number[]] = [[], []];
  for (const { frames, seed } of scenes) {
    const chosen = some(frames, mostFrames);
    const exposed = await simulateFrames(instrument, chosen, seed);
    for (const [i, frame] of chosen.entries()) {
      simulated.push(signalToNoise(exposed[i]!, frame.request.pixelSizeNm));
      real.push(realRatioOf(frame));
      await onFrame();
    }
  }
  const [wanted, found] = [typicalRatio(real), typicalRatio(simulated)];
  if (Math.min(wanted, found) <= leastSignalToNoise) return instrument;
  const factor = Math.min(mostFactor, Math.max(1 / mostFactor, wanted / found));
  const { preset } = instrument;
  const beam = { ...preset.beam, currentNanoAmp: factor * preset.beam.currentNanoAmp };
  return { ...instrument, preset: { ...preset, beam } };
}

/** Geometric mean; frames that show nothing count as the least. */
export function typicalRatio(ratios: readonly number[]): number {
  return Math.exp(mean(ratios.map((ratio) => Math.log(Math.max(ratio, leastSignalToNoise)))));
}

/** At most so many of a list, evenly over it. */
function some<Item>(items: readonly Item[], most: number): readonly Item[] {
  const count = Math.min(most, items.length);
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
