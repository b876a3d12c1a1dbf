import type { RunSummary } from '../../harness/gate/index.ts';
import { printable } from '../words/index.ts';

const hashDigits = 12;

/** Which run a side is, so that it can be found again. */
export function sideText(run: RunSummary): string {
  const algorithms = run.algorithms.map(
    ({ name, version, modelSha256 }) =>
      `${name} ${modelSha256 === null ? `version ${version}` : `model sha256:${modelSha256.slice(0, hashDigits)}`}`,
  );
  const parts = [
    `suite ${run.suite}`,
    `${run.trajectories} of ${run.planned} trajectories`,
    algorithms.join(' and ') || 'no algorithm',
    gitText(run),
    run.startedAt === null ? 'no date' : dateText(run.startedAt),
    run.runtimeClasses.length === 0 ? 'runtime not recorded' : run.runtimeClasses.join(' | '),
    `physics ${run.physicsVersions.join(' and ') || 'not known'}`,
    `seeds ${run.seeds}${run.fromSeedBank ? ' (seed bank)' : ''}`,
  ];
  return printable(`${calledText(run)}: ${parts.join(', ')}`);
}

/** `results/candidate (1.3.0; nightly)`: the folder, and what its user calls it. */
function calledText({ name, givenName, tags }: RunSummary): string {
  const words = [...(givenName === null ? [] : [givenName]), ...tags];
  return words.length === 0 ? name : `${name} (${words.join('; ')})`;
}

function gitText({ gitShas, gitDirty }: RunSummary): string {
  if (gitShas === null) return 'git commit not recorded';
  const shas = gitShas.map((sha) => sha.slice(0, hashDigits)).join(' and ');
  return `git ${shas}${gitDirty ? ' with uncommitted changes' : ''}`;
}

function dateText({ first, last }: { readonly first: string; readonly last: string }): string {
  const [from, to] = [first.slice(0, 10), last.slice(0, 10)];
  return from === to ? from : `${from} to ${to}`;
}
