import type { Series } from '../../chart/index.ts';

const shapes: Readonly<Record<string, string>> = {
  circle: '<circle cx="14" cy="6" r="3.5"/>',
  square: '<rect x="10.8" y="2.8" width="6.4" height="6.4"/>',
  diamond: '<path d="M14 1.5 18.5 6 14 10.5 9.5 6z"/>',
  'triangle-up': '<path d="M14 1.8 18.2 9.4H9.8z"/>',
  cross: '<path d="M12.5 2h3v2.5h2.5v3h-2.5v2.5h-3v-2.5h-2.5v-3h2.5z"/>',
  x: '<path d="M10.6 4.7 12.7 2.6 14 3.9 15.3 2.6 17.4 4.7 16.1 6 17.4 7.3 15.3 9.4 14 8.1 12.7 9.4 10.6 7.3 11.9 6z"/>',
};
const dashArrays: Readonly<Record<string, string>> = {
  solid: 'none',
  dash: '5 3',
  dot: '1.5 2.5',
  dashdot: '5 2 1.5 2',
  longdash: '8 3',
  longdashdot: '8 2 1.5 2',
};

/** The line and marker of an algorithm as a small inline picture, as the figures draw them. */
export function swatch({ colour, symbol, dash }: Omit<Series, 'label' | 'index'>): string {
  return (
    `<svg class="swatch s${colour}" viewBox="0 0 28 12" width="28" height="12" aria-hidden="true">` +
    `<path d="M1 6H27" stroke="currentColor" stroke-width="1.6" stroke-dasharray="${dashArrays[dash] ?? 'none'}"/>` +
    `<g fill="currentColor">${shapes[symbol] ?? ''}</g></svg>`
  );
}
