import type { RandomStream } from '../../harness/numeric/index.ts';
import type { ImperfectionLevels, ImperfectionName } from '../presets/imperfections.ts';
import { brownianPath } from './brownianPath.ts';
import type { Vector } from './rotateVector.ts';

/** How far the beam has moved over the specimen at a virtual time, nm. */
export type Drift = (timeS: number) => Vector;

/**
 * Drift of the stage against the column since the virtual clock started: steady, in a direction of
 * the instrument, and a random walk. The same at the same time, in whatever order times are asked.
 *
 * It belongs to the laboratory, not to the scan: in the axes of an unrotated image.
 *
 * @returns nm; what lies under the beam at time t lay this much further along the axes at time 0.
 */
export function drift(
  levels: ImperfectionLevels,
  instrumentStream: (imperfection: ImperfectionName) => RandomStream,
): Drift {
  const direction = instrumentStream('drift').uniformBetween(0, 2 * Math.PI);
  const steadyX = levels.drift * Math.cos(direction);
  const steadyY = levels.drift * Math.sin(direction);
  const walk = brownianPath(instrumentStream('driftWalk').nextInt32());
  const walkPerRootS = levels.driftWalk / Math.sqrt(60);
  return (timeS) => {
    const minutes = timeS / 60;
    if (walkPerRootS === 0) return { x: steadyX * minutes, y: steadyY * minutes };
    const { x, y } = walk(timeS);
    return { x: steadyX * minutes + walkPerRootS * x, y: steadyY * minutes + walkPerRootS * y };
  };
}
