import { mean } from '../../harness/statistics/index.ts';
import { signalToNoise, type Validation } from '../../harness/validation/index.ts';
import { type FrameToExpose, type SimulatedInstrument, simulateFrames } from './simulateFrames.ts';

/** Frames and seeds that the current is set by, and how often it is set. */
const [mostFrames, seeds, rounds] = [6, 3, 2] as const;
/** Frames with less show nothing at that wave number by which a current could be set. */
const leastRatio = 0.05;
/** Other currents are no longer those of such an instrument. */
const mostFactor = 100;
/** The ratio need not be met more closely than seeds scatter. */
const tolerance = 0.15;

/** How much work {@link matchNoise} is, in frames. */
export function framesToMatch(frameCount: number): number {
  return seeds * (rounds + 1) * Math.min(frameCount, mostFrames);
}

/**
 * Sets the beam current of a simulated instrument so that its frames have the signal over noise of the real
 * ones. The dwell time stays what it is: it also says how long drift and vibration act on a frame.
 *
 * @param real - Signal over noise of the same frames, in the same order.
 * @param firstSeed - Seeds from here on are used, the same for every current.
 */
export async function matchNoise(
  instrument: SimulatedInstrument,
  frames: readonly FrameToExpose[],
  real: readonly number[],
  firstSeed: number,
  onFrame: () => void,
): Promise<{
  readonly instrument: SimulatedInstrument;
  readonly noise: Omit<Validation['noise'], 'dwellTimeNs'>;
}> {
  const every = Math.ceil(frames.length / mostFrames);
  const isChosen = (_: unknown, i: number): boolean => i % every === 0;
  const chosen = frames.filter(isChosen);
  const wanted = mean(real.filter(isChosen));
  const ratioWith = async (at: SimulatedInstrument): Promise<number> => {
    const ratios: number[] = [];
    for (let i = 0; i < seeds; i++) {
      const exposed = await simulateFrames(at, chosen, firstSeed + i);
      exposed.forEach((pixels, frame) => {
        ratios.push(signalToNoise(pixels, chosen[frame]?.request.pixelSizeNm ?? 1));
        onFrame();
      });
    }
    return mean(ratios);
  };
  const { currentNanoAmp: usual } = instrument.preset.beam;
  let matched = instrument;
  let simulated = await ratioWith(matched);
  for (let round = 0; round < rounds && wanted > leastRatio && simulated > leastRatio; round++) {
    const { preset } = matched;
    const currentNanoAmp = Math.min(
      mostFactor * usual,
      Math.max(usual / mostFactor, (preset.beam.currentNanoAmp * wanted) / simulated),
    );
    matched = { ...matched, preset: { ...preset, beam: { ...preset.beam, currentNanoAmp } } };
    simulated = await ratioWith(matched);
  }
  return {
    instrument: matched,
    noise: {
      real: wanted,
      simulated,
      beamCurrentNanoAmp: matched.preset.beam.currentNanoAmp,
      isMatched: wanted > leastRatio && Math.abs(simulated / wanted - 1) <= tolerance,
    },
  };
}
