import type { RandomStream } from '../../harness/numeric/index.ts';
import type { ImperfectionLevels, ImperfectionName } from '../presets/imperfections.ts';
import type { Vector } from '../scan/rotateVector.ts';

/** Shortest and longest of the waves of an uneven specimen, um. */
const wavelengthsUm = [20, 200] as const;
const waveCount = 6;

/**
 * Height of the specimen's surface above the plane of the stage, um, at a place in um on the
 * specimen: a tilted plane through the origin and slow waves. Undefined where it is flat.
 */
export function specimenHeight(
  levels: ImperfectionLevels,
  instrumentStream: (name: ImperfectionName) => RandomStream,
): ((placeUm: Vector) => number) | undefined {
  if (levels.heightTilt === 0 && levels.heightWaviness === 0) return undefined;
  const uphill = instrumentStream('heightTilt').uniformBetween(0, 2 * Math.PI);
  const slope = levels.heightTilt * 1e-3;
  const stream = instrumentStream('heightWaviness');
  const [shortest, longest] = wavelengthsUm;
  const amplitude = levels.heightWaviness * Math.sqrt(2 / waveCount);
  const waves = Array.from({ length: waveCount }, () => {
    const direction = stream.uniformBetween(0, 2 * Math.PI);
    const k = (2 * Math.PI) / (shortest * (longest / shortest) ** stream.uniform());
    return {
      kx: k * Math.cos(direction),
      ky: k * Math.sin(direction),
      phase: stream.uniformBetween(0, 2 * Math.PI),
    };
  });
  return ({ x, y }) => {
    let height = slope * (Math.cos(uphill) * x + Math.sin(uphill) * y);
    for (const { kx, ky, phase } of waves) height += amplitude * Math.sin(kx * x + ky * y + phase);
    return height;
  };
}
