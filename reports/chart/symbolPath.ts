import type { ChartDash, ChartSymbol } from './Chart.ts';
import { px } from './svg.ts';

/** True for a symbol of strokes without an inside. */
export function isStroke(symbol: ChartSymbol): boolean {
  return symbol === 'x';
}

/** Path of one marker. All have about the same area as a circle of the radius. */
export function symbolPath(symbol: ChartSymbol, x: number, y: number, radius: number): string {
  const r = radius;
  const at = `M${px(x)} ${px(y)}`;
  switch (symbol) {
    case 'circle': {
      // A diameter that is rounded apart from its radius would make an egg of it.
      const c = Number(px(r));
      return `${at}m${px(-c)} 0a${px(c)} ${px(c)} 0 1 0 ${px(2 * c)} 0a${px(c)} ${px(c)} 0 1 0 ${px(-2 * c)} 0z`;
    }
    case 'square': {
      const s = 0.89 * r;
      return `${at}m${px(-s)} ${px(-s)}h${px(2 * s)}v${px(2 * s)}h${px(-2 * s)}z`;
    }
    case 'diamond': {
      const d = 1.25 * r;
      return `${at}m0 ${px(-d)}l${px(d)} ${px(d)} ${px(-d)} ${px(d)} ${px(-d)} ${px(-d)}z`;
    }
    case 'triangle-up': {
      const [w, h] = [1.2 * r, 1.25 * r];
      return `${at}m0 ${px(-h)}l${px(w)} ${px(1.7 * h)}h${px(-2 * w)}z`;
    }
    case 'cross': {
      const [a, b] = [0.42 * r, 1.25 * r];
      const c = b - a;
      return `${at}m${px(-a)} ${px(-b)}h${px(2 * a)}v${px(c)}h${px(c)}v${px(2 * a)}h${px(-c)}v${px(c)}h${px(-2 * a)}v${px(-c)}h${px(-c)}v${px(-2 * a)}h${px(c)}z`;
    }
    case 'x':
      return `${at}m${px(-r)} ${px(-r)}l${px(2 * r)} ${px(2 * r)}m0 ${px(-2 * r)}l${px(-2 * r)} ${px(2 * r)}`;
  }
}

/** Lengths of strokes and gaps on a line of 1.8 px. */
export const dashLengths: Readonly<Record<ChartDash, readonly number[]>> = {
  solid: [],
  dash: [5, 3],
  dot: [1.2, 2.6],
  dashdot: [6, 2.5, 1.2, 2.5],
  longdash: [9, 3.5],
  longdashdot: [9, 2.5, 1.2, 2.5],
};

/** The attribute of a dash, with a space before it; empty for a solid line. */
export function dashAttribute(dash: ChartDash | undefined, lineWidth: number): string {
  const lengths = dashLengths[dash ?? 'solid'];
  if (lengths.length === 0) return '';
  return ` stroke-dasharray="${lengths.map((length) => px((length * lineWidth) / 1.8)).join(' ')}"`;
}

/** How a marker is painted: filled, or stroked where it has no inside. */
export function symbolPaint(symbol: ChartSymbol, paint: string, strokeWidth: number): string {
  return isStroke(symbol)
    ? `fill="none" stroke="${paint}" stroke-width="${px(strokeWidth)}"`
    : `fill="${paint}"`;
}
