import type { RandomStream } from '../../harness/numeric/index.ts';
import type { ImperfectionLevels, ImperfectionName } from '../presets/imperfections.ts';
import { rotateVector } from './rotateVector.ts';
import type { ScanTiming } from './scanTiming.ts';

/** One periodic motion of the beam over the specimen: `amplitude * sin(2 pi f t + phase)`. */
export interface VibrationLine {
  readonly frequencyHz: number;
  /** In the axes of the rotated image, y down. */
  readonly amplitudeXNm: number;
  readonly amplitudeYNm: number;
  /** At the start of the frame, rad. */
  readonly phase: number;
}

/** Mechanical resonances of stage and column that are seen in images. */
const mechanicalHz = [3, 60] as const;
const mechanicalLines = 4;
/** The mains and what saturated transformers make of it. */
const mainsHz = 50;
const harmonics = [
  { order: 1, share: 1 },
  { order: 3, share: 0.2 },
] as const;

/**
 * Vibration and stray field during one frame.
 *
 * `levels.vibration` is the amplitude of the strongest mechanical line; three others have 0.2 to 1
 * of it. Frequencies (3 to 60 Hz, evenly on a logarithmic scale), directions and sizes belong to the
 * column and are drawn per instrument. `levels.mainsField` is the amplitude of the 50 Hz line; one
 * of 150 Hz has a fifth of it. Phases are drawn per frame: such lines stay coherent for seconds, and
 * so frames of one index see the same motion whenever they are exposed.
 */
export function vibrationLines(
  levels: Pick<ImperfectionLevels, 'vibration' | 'mainsField'>,
  stream: (imperfection: ImperfectionName) => RandomStream,
  instrumentStream: (imperfection: ImperfectionName) => RandomStream,
  rotationDeg: number,
): VibrationLine[] {
  const line = (frequencyHz: number, angle: number, sizeNm: number, phase: number) => {
    const inColumn = { x: sizeNm * Math.cos(angle), y: sizeNm * Math.sin(angle) };
    const { x, y } = rotateVector(inColumn, rotationDeg);
    return { frequencyHz, amplitudeXNm: x, amplitudeYNm: y, phase };
  };
  const turn = 2 * Math.PI;
  const lines: VibrationLine[] = [];
  if (levels.vibration > 0) {
    const column = instrumentStream('vibration');
    const phases = stream('vibration');
    const [lowest, highest] = mechanicalHz;
    for (let i = 0; i < mechanicalLines; i++) {
      const frequencyHz = lowest * (highest / lowest) ** column.uniform();
      const angle = column.uniformBetween(0, turn);
      const share = column.uniformBetween(0.2, 1);
      const sizeNm = levels.vibration * (i === 0 ? 1 : share);
      lines.push(line(frequencyHz, angle, sizeNm, phases.uniformBetween(0, turn)));
    }
  }
  if (levels.mainsField > 0) {
    const angle = instrumentStream('mainsField').uniformBetween(0, turn);
    const phases = stream('mainsField');
    for (const { order, share } of harmonics) {
      const sizeNm = share * levels.mainsField;
      lines.push(line(order * mainsHz, angle, sizeNm, phases.uniformBetween(0, turn)));
    }
  }
  return lines;
}

/**
 * What averaging leaves of a line: the mean of its motion over all passes, as a line again. To first
 * order in the displacement that is what happens to the averaged image.
 */
export function averagedLine(line: VibrationLine, timing: ScanTiming): VibrationLine {
  const omega = 2 * Math.PI * line.frequencyHz;
  const byLines = meanOfPasses(omega * timing.linePassS, timing.linePasses);
  const byFrames = meanOfPasses(omega * timing.framePassS, timing.framePasses);
  const size = byLines.size * byFrames.size;
  return {
    frequencyHz: line.frequencyHz,
    amplitudeXNm: size * line.amplitudeXNm,
    amplitudeYNm: size * line.amplitudeYNm,
    phase: line.phase + byLines.delay + byFrames.delay,
  };
}

/** Mean of exp(i k step), k = 0 .. passes-1, as `size * exp(i delay)`: the Dirichlet kernel. */
function meanOfPasses(step: number, passes: number): { size: number; delay: number } {
  const sine = Math.sin(step / 2);
  // Passes a whole number of periods apart: all see the same.
  const isInStep = Math.abs(sine) < 1e-9;
  const size = isInStep
    ? Math.cos((passes - 1) * (step / 2))
    : Math.sin((passes * step) / 2) / (passes * sine);
  return { size, delay: ((passes - 1) * step) / 2 };
}
