import { formatNumber } from '../../reports/index.ts';

/** A duration for people: `12.5 s`, `17 min`, `3.2 h`. */
export function timeText(seconds: number): string {
  if (seconds < 100) return `${formatNumber(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return `${formatNumber(seconds / 3600)} h`;
}
