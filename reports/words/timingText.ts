import type { SummaryGroup } from '../summary/index.ts';

/**
 * How far the computing times can be trusted: how many trajectories competed for the machine. Empty
 * where the records do not say.
 */
export function timingText(groups: readonly Pick<SummaryGroup, 'workers'>[]): string {
  const counts = [...new Set(groups.flatMap(({ workers }) => workers))].sort((a, b) => a - b);
  const [least] = counts;
  const most = counts.at(-1);
  if (least === undefined || most === undefined) return '';
  if (most === 1) return 'Computing time was measured with 1 trajectory at a time.';
  const range = least === most ? most : `${least} to ${most}`;
  return `Computing time was measured with ${range} trajectories at once.`;
}
