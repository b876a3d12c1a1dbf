import type { Rectangle } from '../microscope/index.ts';

/** How many pixels lie in at least one of some rectangles of whole pixels. */
export function coveredAreaPx(rectangles: readonly Rectangle[]): number {
  const borders = [...new Set(rectangles.flatMap(({ y, height }) => [y, y + height]))].sort(
    (a, b) => a - b,
  );
  let area = 0;
  for (const [i, top] of borders.entries()) {
    const height = (borders[i + 1] ?? top) - top;
    const crossed = rectangles
      .filter((one) => one.y <= top && top < one.y + one.height)
      .sort((a, b) => a.x - b.x);
    let end = Number.NEGATIVE_INFINITY;
    for (const { x, width } of crossed) {
      area += height * Math.max(0, x + width - Math.max(x, end));
      end = Math.max(end, x + width);
    }
  }
  return area;
}
