import { RecordError } from '../../../microscope/index.ts';
import { type ProcessProvenance, runtimeClass } from '../../../record/index.ts';
import { describePlanDifference, type PlanHeader } from '../../suite/index.ts';
import { byBeginning, whichCounts } from '../layout/index.ts';
import { type ShardNumber, shardText } from '../shard/index.ts';
import type { Source } from './Source.ts';

/** Many sources as one result. */
export interface Combined {
  readonly plan: PlanHeader;
  /** In the order of the plan. */
  readonly records: readonly { readonly text: string; readonly folder: string }[];
  readonly processes: readonly ProcessProvenance[];
  /** How many records were there more than once, the same each time. */
  readonly duplicates: number;
  readonly missing: readonly MissingShard[];
  /** Shards whose records do not count, and why. */
  readonly notWhole: readonly { readonly name: string; readonly reason: string }[];
  readonly warnings: readonly string[];
}

/** Trajectories without a record that belong to one shard. */
export interface MissingShard {
  /** Undefined where no source says how the plan was divided. */
  readonly shard: ShardNumber | undefined;
  readonly keys: readonly string[];
}

/**
 * Joins what was read of shards, results and earlier merges. What comes out does not depend on the
 * order of the sources.
 *
 * @throws RecordError if no source can be read, they are of different plans or physics, or two
 *   contradict each other about one trajectory.
 */
export function combineSources(sources: readonly Source[]): Combined {
  const sorted = [...sources].sort((p, q) => (p.name < q.name ? -1 : 1));
  const plan = planOf(sorted);
  const best = new Map<string, { name: string; folder: string; text: string }>();
  let duplicates = 0;
  for (const { name, folder, lines } of sorted) {
    for (const [key, text] of lines) {
      const other = best.get(key);
      if (other === undefined) {
        best.set(key, { name, folder, text });
        continue;
      }
      const mine = { name, folder, text };
      duplicates++;
      if (whichCounts(other, mine) === mine) best.set(key, mine);
      // In either order the first counts: neither gives way to the other.
      else if (whichCounts(mine, other) === mine && goesBefore(text, other.text)) {
        best.set(key, mine);
      }
    }
  }
  return {
    plan,
    records: plan.keys.flatMap((key) => best.get(key) ?? []),
    processes: byBeginning(sorted.flatMap(({ processes }) => processes)),
    duplicates,
    missing: missingByShard(plan, new Set(best.keys()), sorted),
    notWhole: notWhole(plan, new Set(best.keys()), sorted),
    warnings: [...sorted.flatMap(({ warnings }) => warnings), ...mixtures(sorted)],
  };
}

/** The plan of all of them; of headers that differ in words alone the first in the alphabet. */
function planOf(sources: readonly Source[]): PlanHeader {
  const planned = sources.flatMap(({ name, plan }) => (plan === undefined ? [] : [{ name, plan }]));
  const [first] = planned;
  if (first === undefined) {
    const reasons = sources.map(({ name, notWhole }) => `${name}: ${notWhole}`);
    throw new RecordError(`no source can be read. ${reasons.join('; ')}`, {
      hint: 'Run the shards again.',
    });
  }
  const other = planned.find(({ plan }) => plan.planHash !== first.plan.planHash);
  if (other !== undefined) {
    const hashes = [first, other].map(({ name, plan }) => `${name} (${plan.planHash.slice(0, 8)})`);
    const difference = describePlanDifference(first.plan, other.plan);
    const isPhysics = first.plan.physicsVersion !== other.plan.physicsVersion;
    throw new RecordError(`${hashes.join(' and ')} are parts of different plans: ${difference}`, {
      hint: isPhysics
        ? 'Results of different physics versions cannot be merged: run the older ones again.'
        : 'Name the shards of one plan: the names of its files contain the digits in brackets.',
    });
  }
  const texts = planned.map(({ plan }) => ({ plan, text: JSON.stringify(plan) }));
  texts.sort((p, q) => (p.text < q.text ? -1 : 1));
  return texts[0]?.plan ?? first.plan;
}

/** Of two records that say the same, one with previews, then the first in the alphabet, is kept. */
function goesBefore(text: string, other: string): boolean {
  const [has, otherHas] = [text, other].map((line) => line.includes('"previews":{'));
  return has === otherHas ? text < other : has === true;
}

function missingByShard(
  { keys }: PlanHeader,
  present: ReadonlySet<string>,
  sources: readonly Source[],
): MissingShard[] {
  const division = sources.find((source) => source.division !== undefined)?.division;
  const missing = new Map<number, string[]>();
  for (const [i, key] of keys.entries()) {
    if (present.has(key)) continue;
    const number = division?.assignment[i] ?? 0;
    missing.set(number, [...(missing.get(number) ?? []), key]);
  }
  return [...missing]
    .sort(([p], [q]) => p - q)
    .map(([number, its]) => ({
      shard: division && { number, count: division.shard.count },
      keys: its,
    }));
}

/** Those that lack something which is nowhere else. */
function notWhole(
  { keys }: PlanHeader,
  present: ReadonlySet<string>,
  sources: readonly Source[],
): Combined['notWhole'] {
  const missing = keys.flatMap((key, i) => (present.has(key) ? [] : [i]));
  return sources.flatMap(({ name, notWhole: reason, division }) => {
    if (reason === undefined) return [];
    const isMissed = missing.some(
      (i) => division === undefined || division.assignment[i] === division.shard.number,
    );
    return isMissed ? [{ name, reason }] : [];
  });
}

/** What may explain differences between the records, although none contradict each other. */
function mixtures(sources: readonly Source[]): string[] {
  const processes = sources.flatMap(({ name, processes }) =>
    processes.map((one) => ({ name, one })),
  );
  const mixed = (what: string, of: (one: ProcessProvenance) => string): string[] => {
    const first = new Map<string, string>();
    for (const { name, one } of processes) if (!first.has(of(one))) first.set(of(one), name);
    if (first.size < 2) return [];
    const parts = [...first].map(([value, name]) => `${value} (${name})`).sort();
    return [`the records were made ${what}: ${parts.join('; ')}`];
  };
  return [
    ...mixed('on different runtimes', runtimeClass),
    ...mixed('by different versions of semfocus', ({ semfocusVersion }) => semfocusVersion),
    ...mixed('from different sources', ({ sourceSha256 }) => sourceSha256.slice(0, 12)),
  ];
}

/** One line for each shard that lacks something, for people. */
export function missingText({ shard, keys }: MissingShard): string {
  const shown = keys.slice(0, 3).map((key) => key.slice(0, 16));
  const more = keys.length > 3 ? ` and ${keys.length - 3} more` : '';
  const count = `${keys.length} ${keys.length === 1 ? 'trajectory' : 'trajectories'} missing`;
  const where = shard === undefined ? '' : `${shardText(shard)}: `;
  return `${where}${count} (${shown.join(', ')}${more})`;
}
