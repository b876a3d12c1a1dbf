import type { SummaryGroup } from '../summary/index.ts';
import { printable } from './printable.ts';

/** How a report calls an algorithm: its name, and the variant where there are several. */
export function algorithmLabel({
  algorithm,
  variant,
}: Pick<SummaryGroup, 'algorithm' | 'variant'>): string {
  return printable(variant === null ? algorithm : `${algorithm} (${variant})`);
}
