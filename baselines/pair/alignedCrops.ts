import type { Rectangle } from '../../harness/microscope/index.ts';

/** Half of the shift in either frame, kept inside the frame without changing their difference unless it must. */
export function alignedCrops(
  patch: Rectangle,
  shift: { readonly x: number; readonly y: number },
  [height = 0, width = 0]: readonly number[],
): [Rectangle, Rectangle] {
  const [x1, x2] = alignedStarts(patch.x, shift.x, width - patch.width);
  const [y1, y2] = alignedStarts(patch.y, shift.y, height - patch.height);
  return [
    { ...patch, x: x1, y: y1 },
    { ...patch, x: x2, y: y2 },
  ];
}

function alignedStarts(start: number, shift: number, last: number): [number, number] {
  const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const first = clamp(
    start - Math.trunc(shift / 2),
    Math.max(0, -shift),
    Math.min(last, last - shift),
  );
  return [clamp(first, 0, last), clamp(first + shift, 0, last)];
}
