import type { PatchesLookedAt } from './patchesLookedAt.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

const mapWidth = 168;

/** The whole frame in small: where patches lie, what each counts for, and which part is shown above. */
export function patchMap(looked: PatchesLookedAt, frame: Size): string {
  const scale = mapWidth / frame.width;
  const most = Math.max(...looked.patches.map(({ weight }) => weight), 1e-9);
  const squares = looked.patches
    .map(({ x, y, weight, squares }) => {
      const side = (looked.side * scale).toFixed(1);
      const fill = squares ? 0 : 0.08 + (0.5 * weight) / most;
      return `${scoreMap(squares, { x: x * scale, y: y * scale, side: looked.side * scale })}<rect x="${(x * scale).toFixed(1)}" y="${(y * scale).toFixed(1)}" width="${side}" height="${side}" fill="var(--heat)" fill-opacity="${fill.toFixed(2)}" stroke="var(--heat)" stroke-width="0.8"/>`;
    })
    .join('');
  const [width, height] = [mapWidth, frame.height * scale].map((length) => length.toFixed(1));
  const isMapped = looked.patches.some(({ squares }) => squares !== undefined);
  const weights = looked.patches.flatMap(({ weight, squares }) => squares ?? weight);
  const [least, largest] = [Math.min(...weights), Math.max(...weights)].map(
    (weight) => `${(100 * weight).toFixed(isMapped ? 1 : 0)} %`,
  );
  const what = isMapped ? 'a square of a patch' : 'one';
  const text = `${looked.patches.length} patches of ${looked.side} px in the first frame; the stronger the colour, the more ${what} counts (${least} to ${largest})`;
  return `<div class="patch-map"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${text}"><rect width="${width}" height="${height}" fill="none" stroke="var(--muted)"/>${squares}</svg><span>${text}.</span></div>`;
}

/** What each square of a patch counts for, beside the one that counts most; nothing where nothing is said. */
function scoreMap(
  squares: readonly number[] | undefined,
  { x, y, side }: { readonly x: number; readonly y: number; readonly side: number },
): string {
  if (squares === undefined) return '';
  const count = Math.round(Math.sqrt(squares.length));
  const step = side / count;
  const most = Math.max(...squares, 1e-9);
  const drawn = squares.map((part, i) => {
    const [left, top] = [x + (i % count) * step, y + Math.floor(i / count) * step];
    const opacity = ((0.6 * part) / most).toFixed(2);
    return `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${step.toFixed(1)}" height="${step.toFixed(1)}" fill-opacity="${opacity}"/>`;
  });
  return `<g class="scores">${drawn.join('')}</g>`;
}

/** Outlines of the patches and what each counts for, over the picture of a frame's middle. */
export function patchOverlay({ side, patches }: PatchesLookedAt, frame: Size, shown: Size): string {
  const [left, top] = [
    Math.floor((frame.width - shown.width) / 2),
    Math.floor((frame.height - shown.height) / 2),
  ];
  const inside = patches
    .map((patch) => ({ ...patch, x: patch.x - left, y: patch.y - top }))
    .filter(({ x, y }) => x < shown.width && y < shown.height && x + side > 0 && y + side > 0);
  const outlines = inside
    .map(({ x, y, weight, squares }) => {
      // In the middle of what can be seen of it.
      const middle = (start: number, length: number) =>
        (Math.max(0, start) + Math.min(length, start + side)) / 2;
      const at = `x="${middle(x, shown.width)}" y="${middle(y, shown.height)}"`;
      return `${scoreMap(squares, { x, y, side })}<rect x="${x}" y="${y}" width="${side}" height="${side}"/><text ${at}>${Math.round(100 * weight)} %</text>`;
    })
    .join('');
  return `<svg class="patches" viewBox="0 0 ${shown.width} ${shown.height}" width="${shown.width}" height="${shown.height}" aria-hidden="true">${outlines}</svg>`;
}
