import type { FocusChange } from '../../harness/microscope/index.ts';
import type { ModelCard } from '../card/index.ts';

/** How far from focus the held-out cases of a card reach that training makes, by how their names begin. */
const reaches = [
  { case: 'near focus', workingDistanceUm: 2, stigmator: 0.5 },
  { case: 'small astigmatism', workingDistanceUm: 20, stigmator: 0.5 },
];

/**
 * The standard deviation that one patch of a correction of this size has at least: the mean absolute
 * error on specimens that the network had not seen, the least of the cases that reach as far. Zero where
 * the card says nothing of it.
 *
 * @param correction - In units of the instrument of the card.
 */
export function heldOutSd(
  { heldOut }: Pick<ModelCard, 'heldOut'>,
  { workingDistanceUm, stigmatorX, stigmatorY }: FocusChange,
): FocusChange {
  const stigmator = Math.max(Math.abs(stigmatorX), Math.abs(stigmatorY));
  const cases = Object.entries(heldOut?.onePatchMeanAbsoluteError ?? {});
  const reaching = cases.filter(([name]) => {
    const reach = reaches.find((one) => name.startsWith(one.case));
    if (reach === undefined) return true;
    return Math.abs(workingDistanceUm) <= reach.workingDistanceUm && stigmator <= reach.stigmator;
  });
  const least = (column: 0 | 1 | 2) =>
    reaching.length === 0 ? 0 : Math.min(...reaching.map(([, errors]) => errors[column] ?? 0));
  return { workingDistanceUm: least(0), stigmatorX: least(1), stigmatorY: least(2) };
}
