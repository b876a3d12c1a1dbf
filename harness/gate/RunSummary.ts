import { createHash } from 'node:crypto';
import type { RunEvidence } from './RunEvidence.ts';

/** How a report names one side of a comparison: enough to find it again, and no seed. */
export interface RunSummary {
  readonly name: string;
  /** What its user calls it; `null` where it has no other name. */
  readonly givenName: string | null;
  readonly tags: readonly string[];
  readonly suite: string;
  readonly trajectories: number;
  readonly planned: number;
  readonly planHash: string;
  readonly physicsVersions: readonly string[];
  readonly algorithms: readonly {
    readonly name: string;
    readonly version: string;
    readonly modelSha256: string | null;
  }[];
  /** Of the first and the last trajectory that began, ISO 8601. */
  readonly startedAt: { readonly first: string; readonly last: string } | null;
  /** Commits that it was computed with; `null` if they were not recorded. */
  readonly gitShas: readonly string[] | null;
  /** True where a file differed from its commit. */
  readonly gitDirty: boolean;
  readonly runtimeClasses: readonly string[];
  /** `sha256:` and 12 digits: of the seed bank, or else of the seed. */
  readonly seeds: string;
  readonly fromSeedBank: boolean;
  /** Arguments of the command that began the run; `null` if they were not recorded. */
  readonly commandLine: readonly string[] | null;
}

/** @param evidence - At least one record. */
export function summariseRun(evidence: RunEvidence): RunSummary {
  const { header, records, origins } = evidence;
  const started = records.map(({ timing }) => timing.startedAt).sort();
  const [first, last] = [started[0], started.at(-1)];
  const algorithms = new Map(
    records.map(({ scenario: { algorithm } }) => {
      const { name, version, modelSha256 = null } = algorithm;
      return [JSON.stringify([name, version, modelSha256]), { name, version, modelSha256 }];
    }),
  );
  const shas = origins.flatMap(({ gitSha }) => gitSha ?? []);
  return {
    name: evidence.name,
    // A run that was continued is called what was said last.
    givenName: origins.findLast(({ runName }) => runName !== undefined)?.runName ?? null,
    tags: origins.findLast(({ tags }) => tags !== undefined)?.tags ?? [],
    suite: header.suite.name,
    trajectories: records.length,
    planned: header.keys.length,
    planHash: header.planHash,
    physicsVersions: distinct(records.map(({ scenario }) => scenario.physicsVersion)),
    algorithms: [...algorithms.values()],
    startedAt: first === undefined || last === undefined ? null : { first, last },
    gitShas: shas.length === 0 ? null : distinct(shas),
    gitDirty: origins.some(({ gitDirty }) => gitDirty === true),
    runtimeClasses: distinct(origins.flatMap(({ runtimeClass }) => runtimeClass ?? [])),
    seeds: `sha256:${header.seedBank ?? hashOfSeed(header.suite.seed)}`,
    fromSeedBank: header.seedBank !== undefined,
    commandLine: withoutSeeds(origins.find(({ commandLine }) => commandLine)?.commandLine),
  };
}

/** Of a seed that stands in a public suite: names it, and hides nothing. */
function hashOfSeed(seed: number): string {
  return createHash('sha256').update(String(seed)).digest('hex').slice(0, 12);
}

/** Reports are shared, so a chosen seed must not be in them. */
function withoutSeeds(commandLine: readonly string[] | undefined): readonly string[] | null {
  if (commandLine === undefined) return null;
  return commandLine.map((argument, i) => {
    if (commandLine[i - 1] === '--seed') return '<seed>';
    if (commandLine[i - 1] === '--seed-bank') return '<file>';
    if (argument.startsWith('--seed=')) return '--seed=<seed>';
    return argument.startsWith('--seed-bank=') ? '--seed-bank=<file>' : argument;
  });
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
