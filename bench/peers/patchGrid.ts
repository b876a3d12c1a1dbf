import type { Rectangle } from '../../harness/microscope/index.ts';

/**
 * Square patches, each in the middle of its cell of a regular grid: for 4 x 768 px in a frame of
 * 2048 x 1536 px where our own estimators and SBEMimage look as well.
 *
 * @param perAxis - Patches along either axis.
 * @throws RangeError if they do not fit side by side.
 */
export function patchGrid(
  width: number,
  height: number,
  sidePx: number,
  perAxis: number,
): Rectangle[] {
  if (perAxis * sidePx > Math.min(width, height)) {
    throw new RangeError(
      `${perAxis} patches of ${sidePx} px must fit along ${Math.min(width, height)} px`,
    );
  }
  const start = (i: number, length: number) =>
    Math.round(((i + 0.5) * length) / perAxis - sidePx / 2);
  return Array.from({ length: perAxis ** 2 }, (_, i) => ({
    x: start(i % perAxis, width),
    y: start(Math.floor(i / perAxis), height),
    width: sidePx,
    height: sidePx,
  }));
}
