import { cellHash } from '../hash/cellHash.ts';

/** The path is defined up to here (half a year) and straight below the shortest interval (8 ms). */
const longestS = 2 ** 24;
const refinements = 31;

/** Position of a random walk that starts at 0. */
export interface PathPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * A two-dimensional Brownian path that can be asked for any time in any order: W(0) = 0, and W(t)
 * has the variance t per axis.
 *
 * Levy's construction: the end of a long interval is drawn, then the middle of every half, each
 * from a hash of its place. Between neighbouring points of the finest level, 8 ms apart, the path
 * is straight.
 *
 * @param salt - 32 bits that tell paths apart.
 * @returns the path as a function of the time in s, in [0, 2^24).
 */
export function brownianPath(salt: number): (timeS: number) => PathPoint {
  const end = normalPair(salt, 0, 0);
  const scale = Math.sqrt(longestS);
  let last: Interval | undefined;

  function intervalAt(timeS: number): Interval {
    let fromS = 0;
    let lengthS = longestS;
    let place = 0;
    let x0 = 0;
    let y0 = 0;
    let x1 = scale * end.x;
    let y1 = scale * end.y;
    for (let level = 1; level <= refinements; level++) {
      const step = normalPair(salt, level, place);
      const spread = Math.sqrt(lengthS) / 2;
      const middleX = (x0 + x1) / 2 + spread * step.x;
      const middleY = (y0 + y1) / 2 + spread * step.y;
      lengthS /= 2;
      place *= 2;
      if (timeS < fromS + lengthS) {
        x1 = middleX;
        y1 = middleY;
      } else {
        x0 = middleX;
        y0 = middleY;
        fromS += lengthS;
        place += 1;
      }
    }
    return { fromS, lengthS, x0, y0, x1, y1 };
  }

  return (timeS) => {
    if (!(timeS >= 0 && timeS < longestS)) {
      throw new RangeError(`timeS must be in [0, ${longestS}) s. Received ${timeS}`);
    }
    const isSame = last !== undefined && timeS >= last.fromS && timeS < last.fromS + last.lengthS;
    const at = isSame && last ? last : intervalAt(timeS);
    last = at;
    const share = (timeS - at.fromS) / at.lengthS;
    return { x: at.x0 + share * (at.x1 - at.x0), y: at.y0 + share * (at.y1 - at.y0) };
  };
}

interface Interval {
  readonly fromS: number;
  readonly lengthS: number;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Two independent normal numbers for a cell (Box and Muller). */
function normalPair(salt: number, level: number, place: number): PathPoint {
  const first = (cellHash(salt, place, 2 * level) >>> 0) + 0.5;
  const second = (cellHash(salt, place, 2 * level + 1) >>> 0) + 0.5;
  const radius = Math.sqrt(-2 * Math.log(first * 2 ** -32));
  const angle = 2 * Math.PI * second * 2 ** -32;
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}
