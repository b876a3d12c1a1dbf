import type { SummaryGroup } from '../summary/index.ts';
import { printable } from './printable.ts';

/**
 * What an algorithm is called where its colour is explained: its name and what was set of it. What it
 * was told about the instrument is no part of it: an algorithm keeps its colour when it is misled.
 */
export function seriesLabel({
  algorithm,
  variant,
}: Pick<SummaryGroup, 'algorithm' | 'variant'>): string {
  const own = (variant ?? '')
    .split(', ')
    .filter((part) => !/^$|^calibration\./.test(part))
    .map((part) => part.replace(/^modelSha256=/, 'model '));
  return printable(own.length === 0 ? algorithm : `${algorithm} (${own.join(', ')})`);
}
