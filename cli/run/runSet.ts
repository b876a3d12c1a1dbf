import { join } from 'node:path';
import type { Command } from 'commander';
import type { SuiteSet } from '../../harness/experiment/suite/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { readFolders } from '../report/readFolders.ts';
import { reportInput } from '../report/reportInput.ts';
import { writeReports } from '../report/writeReports.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { runSimulated, type SimulatedRunFlags } from './runSimulated.ts';

/** Options of one suite, and what there is in their place. */
const ofOneSuite: Readonly<Record<string, string>> = {
  algorithms: 'each suite has its own',
  algorithm: 'run it in one suite of the set',
  plugin: 'run it in one suite of the set',
  only: 'a trajectory belongs to one suite',
  shard: 'run the shards of one suite after the other',
  json: 'each suite has a summary of its own: semfocus report --format json',
  microscope: 'run one suite of the set',
};

/**
 * Runs the suites of a set, each into a folder of its own, then writes the page of the set. What is
 * complete is not computed again.
 *
 * @returns the exit code; of the first suite that did not come to its end.
 * @throws ConfigError naming an option that means nothing for a set.
 */
export async function runSet(
  { name, suites }: SuiteSet,
  command: Command,
  options: SimulatedRunFlags,
  terminal: Terminal,
): Promise<number> {
  for (const { long, attributeName } of command.options.map((option) => ({
    long: option.long,
    attributeName: option.attributeName(),
  }))) {
    const instead = ofOneSuite[attributeName];
    if (instead === undefined || command.getOptionValueSource(attributeName) !== 'cli') continue;
    throw new ConfigError(
      `${long} must be left out with ${name}, which is a set of suites: ${instead}`,
    );
  }
  const out = options.out ?? join('results', name);
  const folders: string[] = [];
  for (const [i, { suite, algorithms }] of suites.entries()) {
    const folder = join(out, suite);
    terminal.err(`${name}: suite ${i + 1} of ${suites.length}, ${suite}\n`);
    const code = await runSimulated(
      suite,
      // At the end one page is shown, not one for each suite.
      { ...options, open: false, out: folder, ...(algorithms && { algorithms: [...algorithms] }) },
      terminal,
    );
    if (code !== exitCodes.ok) return code;
    folders.push(folder);
  }
  const file = join(out, 'article.html');
  await writeReports(
    reportInput(await readFolders(folders)),
    [{ format: 'article', file }],
    terminal,
  );
  terminal.out(`\nReport: ${file}\n`);
  if (options.open === true) await terminal.show(file);
  return exitCodes.ok;
}
