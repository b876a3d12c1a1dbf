import { mean } from '../../harness/statistics/index.ts';
import { signalToNoise } from '../../harness/validation/index.ts';
import { type FrameToExpose, type SimulatedInstrument, simulateFrames } from './simulateFrames.ts';

/** Frames and seeds that the current is set by. Specimens differ by a factor: it takes many of them. */
const [mostFrames, mostSeeds] = [3, 10] as const;
/** Less shows nothing at that wave number by which a current could be set. */
export const leastSignalToNoise = 0.05;
/** Other currents are no longer those of such an instrument. */
const mostFactor = 100;

/** How many frames {@link matchNoise} exposes. */
export function framesToMatch(frameCount: number, seedCount: number): number {
  return Math.ceil(frameCount / every(frameCount)) * Math.min(seedCount, mostSeeds);
}

/**
 * Sets the beam current of a simulated instrument so that its frames have the signal over noise of the real
 * ones, to which it is proportional. The dwell time stays what it is: it also says how long drift and
 * vibration act on a frame.
 *
 * @param real - Signal over noise of the same frames, in the same order.
 * @param onFrame - Called after each frame that was exposed.
 */
export async function matchNoise(
  instrument: SimulatedInstrument,
  frames: readonly FrameToExpose[],
  real: readonly number[],
  seeds: { readonly first: number; readonly count: number },
  onFrame: () => void,
): Promise<SimulatedInstrument> {
  const isChosen = (_: unknown, i: number): boolean => i % every(frames.length) === 0;
  const chosen = frames.filter(isChosen);
  const ratios: number[] = [];
  for (let i = 0; i < Math.min(seeds.count, mostSeeds); i++) {
    const exposed = await simulateFrames(instrument, chosen, seeds.first + i);
    exposed.forEach((pixels, frame) => {
      ratios.push(signalToNoise(pixels, chosen[frame]!.request.pixelSizeNm));
      onFrame();
    });
  }
  const [wanted, found] = [typicalRatio(real.filter(isChosen)), typicalRatio(ratios)];
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

function every(frameCount: number): number {
  return Math.ceil(frameCount / mostFrames);
}
