import type { Contestant, Summary, TargetView } from '../summary/index.ts';
import type { FigureGroup } from './FigureInput.ts';

/** A group among those it competes with; `undefined` where all its trajectories were right refusals. */
export function contestantOf(
  { summary: { algorithm, variant, condition } }: FigureGroup,
  { targets }: Summary,
): { readonly view: TargetView; readonly contestant: Contestant } | undefined {
  const { dwellTimeNs, ...setting } = condition;
  const view = targets.find((one) => JSON.stringify(one.condition) === JSON.stringify(setting));
  const contestant = view?.contestants.find(
    (one) =>
      one.algorithm === algorithm && one.variant === variant && one.dwellTimeNs === dwellTimeNs,
  );
  return view && contestant && { view, contestant };
}
