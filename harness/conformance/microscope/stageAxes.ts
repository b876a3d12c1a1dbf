/** A displacement of the picture, px; x to the right, y down. */
export interface Shift {
  readonly xPx: number;
  readonly yPx: number;
}

/** How the axes of the stage lie in the picture. */
export interface StageAxes {
  /** Pixel size that the moves show, over the one that the frames state. */
  readonly scale: number;
  /** Angle from x of the stage to x of the picture, degrees in (-180, 180]; clockwise is positive: y is down. */
  readonly rotationDeg: number;
  /** Angle between x and y of the stage in the picture, degrees; 90 where both are right, -90 where mirrored. */
  readonly betweenDeg: number;
}

/**
 * @param alongX - Shift of the picture's content by a move of the stage to larger x.
 * @param alongY - The same for y.
 * @param movePx - Both moves in pixels of the size that the frames state.
 */
export function stageAxesOf(alongX: Shift, alongY: Shift, movePx: number): StageAxes {
  // The content moves against the stage.
  const [x, y] = [alongX, alongY].map(({ xPx, yPx }) => ({ x: -xPx / movePx, y: -yPx / movePx }));
  if (x === undefined || y === undefined) throw new TypeError('two shifts make two axes');
  const cross = x.x * y.y - x.y * y.x;
  const dot = x.x * y.x + x.y * y.y;
  return {
    scale: movePx === 0 ? Number.NaN : 2 / (Math.hypot(x.x, x.y) + Math.hypot(y.x, y.y)),
    rotationDeg: degrees(Math.atan2(x.y, x.x)),
    betweenDeg: degrees(Math.atan2(cross, dot)),
  };
}

function degrees(radians: number): number {
  return (180 / Math.PI) * radians;
}
