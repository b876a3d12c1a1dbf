import type { Flip } from '../../harness/gate/index.ts';
import { formatNumber } from '../words/index.ts';

/** One flip in a line: where, why, from which error to which. */
export function flipText({
  direction,
  algorithm,
  place,
  trajectory,
  failureClass,
  baseErrorUm,
  candidateErrorUm,
}: Flip): string {
  const verb = direction === 'lost' ? 'now' : 'was';
  return `${algorithm}, ${place}, trajectory ${trajectory}: ${verb} ${failureClass}, final focal error ${formatNumber(baseErrorUm)} -> ${formatNumber(candidateErrorUm)} µm`;
}

/** `9 lost, 2 won`. */
export function flipCount(flips: readonly Flip[]): string {
  const lost = flips.filter(({ direction }) => direction === 'lost').length;
  return `${lost} lost, ${flips.length - lost} won`;
}
