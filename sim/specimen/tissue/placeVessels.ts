import { CellRandom } from '../../hash/CellRandom.ts';
import type { UnfoldedWindow } from './NeuritePacking.ts';
import type { NeuriteSeed } from './NeuriteSeed.ts';
import { thickestVesselWallNm } from './vesselWall.ts';

/**
 * Adds the blood vessels that can reach into a window: one at the origin, so that a frame there
 * always shows it, and further ones 60 to 100 um apart.
 */
export function placeVessels(salt: number, window: UnfoldedWindow, out: NeuriteSeed[]): void {
  const { originX, originY, left, top, right, bottom } = window;
  const random = new CellRandom();
  const firstColumn = Math.floor((originX + left) / spacingNm);
  const lastColumn = Math.ceil((originX + right) / spacingNm);
  const firstRow = Math.floor((originY + top) / spacingNm);
  const lastRow = Math.ceil((originY + bottom) / spacingNm);
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      random.restart(salt, column, row);
      const farthest = row === 0 && column === 0 ? largestOffsetNm : largestShiftNm;
      const x = column * spacingNm + random.between(-farthest, farthest);
      const y = row * spacingNm + random.between(-farthest, farthest);
      const angle = random.between(0, Math.PI);
      const halfLength = random.between(0, longestHalfNm);
      // The radius that gives a capsule of this length the area wanted.
      const area = random.between(smallestAreaNm2, largestAreaNm2);
      const root = Math.sqrt(16 * halfLength * halfLength + 4 * Math.PI * area);
      const radius = (root - 4 * halfLength) / (2 * Math.PI);
      out.push({
        kind: 'vessel',
        x,
        y,
        axisX: Math.cos(angle),
        axisY: Math.sin(angle),
        halfLength,
        radius: radius + thickestVesselWallNm / 2,
        stiffness: 8,
        bits: random.bits(),
        neurite: undefined,
      });
    }
  }
}

const spacingNm = 80_000;
/** From the lattice point: neighbours stay 60 um apart. */
const largestShiftNm = 10_000;
/** The same for the vessel at the origin. */
const largestOffsetNm = 1200;
const longestHalfNm = 4000;
/** Of the lumen, 29 to 52 % of a frame of 20.5 x 15.4 um; lumina are 6 to 14 um wide. */
const smallestAreaNm2 = 92e6;
const largestAreaNm2 = 163e6;
