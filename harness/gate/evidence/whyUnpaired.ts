import type { Scenario } from '../../record/index.ts';
import type { Essence } from '../Essence.ts';

/** Settings told; what differs is one or two of them. */
const mostTold = 3;

/**
 * In which settings scenarios differ that have no partner: those of one trajectory of the baseline
 * against the candidate's that is most like it, e.g. `iterations 4 against 6`. Empty where there is
 * nothing to hold against each other, or only what a seed makes differs.
 */
export function whyUnpaired(
  [first]: readonly Pick<Essence, 'scenario'>[],
  others: readonly Pick<Essence, 'scenario'>[],
): string {
  if (first === undefined) return '';
  const before = leaves(first.scenario);
  const [nearest] = others
    .map(({ scenario }) => differing(before, leaves(scenario)))
    .sort((p, q) => p.length - q.length);
  return (nearest ?? []).slice(0, mostTold).join('; ');
}

function differing(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths]
    .filter((path) => before.get(path) !== after.get(path))
    .map(
      (path) => `${path} ${before.get(path) ?? 'absent'} against ${after.get(path) ?? 'absent'}`,
    );
}

/** Everything but the algorithm and what a seed makes: seeds are not shown. */
function leaves({ algorithm: _, seed: __, start: ___, stage: ____, ...settings }: Scenario) {
  const found = new Map<string, string>();
  const add = (value: unknown, path: string): void => {
    if (value === undefined || path === 'specimen.seed' || path === 'trajectory') return;
    if (typeof value !== 'object' || value === null) {
      found.set(path, typeof value === 'string' ? value : JSON.stringify(value));
      return;
    }
    for (const [key, item] of Object.entries(value))
      add(item, path === '' ? key : `${path}.${key}`);
  };
  add(settings, '');
  return found;
}
