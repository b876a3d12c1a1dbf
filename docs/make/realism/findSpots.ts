import type { GreyImage } from '../../../harness/numeric/index.ts';

/** The pixels around one spot, less the ground, from which moments and waves are computed. */
export interface Spot {
  /** Counted from the centroid, px. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Grey above the ground. */
  readonly grey: Float64Array;
}

/** Half the side of the square whose mean finds a spot, px. */
const boxReachPx = 6;
/** The ground is a plane fitted to this ring beyond the spot, px. */
const ringPx = 6;
const centroidRounds = 12;

/**
 * Finds isolated bright spots on even ground, by what is in the image alone.
 *
 * @param radiusPx - Everything of a spot lies within this distance of its centroid.
 */
export function findSpots(image: GreyImage, radiusPx: number): Spot[] {
  const { width, height } = image;
  const boxes = boxMeans(image);
  const sorted = boxes.slice().sort();
  const ground = sorted[sorted.length >> 1]!;
  const brightest = sorted.at(-1)!;
  const threshold = ground + (brightest - ground) / 3;
  const reach = radiusPx + ringPx + 2;
  const spots: Spot[] = [];
  for (let y = reach + boxReachPx; y < height - reach - boxReachPx; y++) {
    for (let x = reach + boxReachPx; x < width - reach - boxReachPx; x++) {
      if (boxes[y * width + x]! < threshold || !isLargest(boxes, width, x, y, reach)) continue;
      const spot = cutOut(image, x, y, radiusPx);
      if (spot !== undefined) spots.push(spot);
    }
  }
  return spots;
}

function boxMeans({ width, height, data }: GreyImage): Float32Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  const means = new Float32Array(data.length).fill(Number.NEGATIVE_INFINITY);
  const side = 2 * boxReachPx + 1;
  const at = (x: number, y: number) => sums[y * (width + 1) + x]!;
  for (let y = boxReachPx; y < height - boxReachPx; y++) {
    for (let x = boxReachPx; x < width - boxReachPx; x++) {
      const [left, top] = [x - boxReachPx, y - boxReachPx];
      const sum =
        at(left + side, top + side) - at(left, top + side) - at(left + side, top) + at(left, top);
      means[y * width + x] = sum / side ** 2;
    }
  }
  return means;
}

function isLargest(values: Float32Array, width: number, x: number, y: number, reach: number) {
  const own = values[y * width + x]!;
  for (let row = y - reach; row <= y + reach; row++) {
    for (let i = row * width + x - reach; i <= row * width + x + reach; i++) {
      const isEarlier = i < y * width + x;
      if (values[i]! > own || (isEarlier && values[i] === own)) return false;
    }
  }
  return true;
}

/** Undefined where the centroid runs away: something else is near. */
function cutOut(
  image: GreyImage,
  startX: number,
  startY: number,
  radiusPx: number,
): Spot | undefined {
  let [centreX, centreY] = [startX, startY];
  const ground = groundAround(image, startX, startY, radiusPx);
  for (let round = 0; ; round++) {
    const [x, y, grey]: [number[], number[], number[]] = [[], [], []];
    let [sum, sumX, sumY] = [0, 0, 0];
    const reach = radiusPx + 1;
    for (let row = Math.floor(centreY) - reach; row <= Math.floor(centreY) + reach; row++) {
      for (
        let column = Math.floor(centreX) - reach;
        column <= Math.floor(centreX) + reach;
        column++
      ) {
        const [dx, dy] = [column - centreX, row - centreY];
        if (dx * dx + dy * dy > radiusPx * radiusPx) continue;
        const value = image.data[row * image.width + column]! - ground(column, row);
        x.push(dx);
        y.push(dy);
        grey.push(value);
        sum += value;
        sumX += value * dx;
        sumY += value * dy;
      }
    }
    const [shiftX, shiftY] = [sumX / sum, sumY / sum];
    if (round === centroidRounds || Math.hypot(shiftX, shiftY) < 1e-3) {
      return {
        x: Float64Array.from(x, (value) => value - shiftX),
        y: Float64Array.from(y, (value) => value - shiftY),
        grey: Float64Array.from(grey),
      };
    }
    centreX += shiftX;
    centreY += shiftY;
    if (Math.hypot(centreX - startX, centreY - startY) > ringPx / 2) return undefined;
  }
}

/** The plane through a ring around the spot. */
function groundAround(image: GreyImage, x: number, y: number, radiusPx: number) {
  let [count, sum, squares, alongX, alongY] = [0, 0, 0, 0, 0];
  const outer = radiusPx + ringPx;
  for (let dy = -outer; dy <= outer; dy++) {
    for (let dx = -outer; dx <= outer; dx++) {
      const distance = Math.hypot(dx, dy);
      if (distance > outer || distance < radiusPx + ringPx / 2) continue;
      const value = image.data[(y + dy) * image.width + x + dx]!;
      count += 1;
      sum += value;
      squares += dx * dx;
      alongX += dx * value;
      alongY += dy * value;
    }
  }
  return (column: number, row: number) =>
    sum / count + (alongX / squares) * (column - x) + (alongY / squares) * (row - y);
}
