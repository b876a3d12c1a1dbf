/** A displacement at a place, both counted from the middle of the frame, px. */
export interface PlacedShift {
  readonly u: number;
  readonly v: number;
  readonly x: number;
  readonly y: number;
}

/** x = shiftX + xx * u + xy * v, y = shiftY + yx * u + yy * v, and what that leaves. */
export interface AffineFit {
  readonly shiftX: number;
  readonly shiftY: number;
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly rest: readonly PlacedShift[];
}

/** Least squares, all places alike. @param shifts - On a full rectangular grid about (0, 0). */
export function affineFit(shifts: readonly PlacedShift[]): AffineFit {
  const count = shifts.length;
  const sum = (value: (shift: PlacedShift) => number) =>
    shifts.reduce((total, shift) => total + value(shift), 0);
  // On such a grid the three terms are orthogonal.
  const [uu, vv] = [sum(({ u }) => u * u), sum(({ v }) => v * v)];
  const fit = {
    shiftX: sum(({ x }) => x) / count,
    shiftY: sum(({ y }) => y) / count,
    xx: sum(({ u, x }) => u * x) / uu,
    xy: sum(({ v, x }) => v * x) / vv,
    yx: sum(({ u, y }) => u * y) / uu,
    yy: sum(({ v, y }) => v * y) / vv,
  };
  const rest = shifts.map(({ u, v, x, y }) => ({
    u,
    v,
    x: x - fit.shiftX - fit.xx * u - fit.xy * v,
    y: y - fit.shiftY - fit.yx * u - fit.yy * v,
  }));
  return { ...fit, rest };
}

/** Middles of squares of `sidePx` that tile the inside of a frame symmetrically about its middle. */
export function gridOf(frame: { width: number; height: number }, sidePx: number, marginPx: number) {
  const columns = Math.floor((frame.width - 2 * marginPx) / sidePx);
  const rows = Math.floor((frame.height - 2 * marginPx) / sidePx);
  return Array.from({ length: rows * columns }, (_, i) => {
    const u = ((i % columns) - (columns - 1) / 2) * sidePx;
    const v = (Math.floor(i / columns) - (rows - 1) / 2) * sidePx;
    return {
      u,
      v,
      part: {
        x: Math.floor(frame.width / 2 + u - sidePx / 2),
        y: Math.floor(frame.height / 2 + v - sidePx / 2),
        width: sidePx,
        height: sidePx,
      },
    };
  });
}
