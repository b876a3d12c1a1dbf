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
    .map(({ x, y, weight }) => {
      const side = (looked.side * scale).toFixed(1);
      return `<rect x="${(x * scale).toFixed(1)}" y="${(y * scale).toFixed(1)}" width="${side}" height="${side}" fill="var(--heat)" fill-opacity="${(0.08 + (0.5 * weight) / most).toFixed(2)}" stroke="var(--heat)" stroke-width="0.8"/>`;
    })
    .join('');
  const [width, height] = [mapWidth, frame.height * scale].map((length) => length.toFixed(1));
  const weights = looked.patches.map(({ weight }) => weight);
  const [least, largest] = [Math.min(...weights), Math.max(...weights)].map(
    (weight) => `${Math.round(100 * weight)} %`,
  );
  const text = `${looked.patches.length} patches of ${looked.side} px in the first frame; the stronger the colour, the more one counts (${least} to ${largest})`;
  return `<div class="patch-map"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${text}"><rect width="${width}" height="${height}" fill="none" stroke="var(--muted)"/>${squares}</svg><span>${text}.</span></div>`;
}

/** Outlines of the patches and what each counts for, over the picture of a frame's middle. */
export function patchOverlay({ side, patches }: PatchesLookedAt, frame: Size, shown: Size): string {
  const [left, top] = [
    Math.floor((frame.width - shown.width) / 2),
    Math.floor((frame.height - shown.height) / 2),
  ];
  const inside = patches
    .map(({ x, y, weight }) => ({ x: x - left, y: y - top, weight }))
    .filter(({ x, y }) => x < shown.width && y < shown.height && x + side > 0 && y + side > 0);
  const outlines = inside
    .map(({ x, y, weight }) => {
      // In the middle of what can be seen of it.
      const middle = (start: number, length: number) =>
        (Math.max(0, start) + Math.min(length, start + side)) / 2;
      const at = `x="${middle(x, shown.width)}" y="${middle(y, shown.height)}"`;
      return `<rect x="${x}" y="${y}" width="${side}" height="${side}"/><text ${at}>${Math.round(100 * weight)} %</text>`;
    })
    .join('');
  return `<svg class="patches" viewBox="0 0 ${shown.width} ${shown.height}" width="${shown.width}" height="${shown.height}" aria-hidden="true">${outlines}</svg>`;
}
