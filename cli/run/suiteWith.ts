import type { Suite } from '../../harness/experiment/suite/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';
import { programPrefix } from '../../harness/program/index.ts';

/**
 * A suite that runs these algorithms as well: those that it does not list with their defaults, at its
 * dwell times or else its doses, for as many iterations as the briefest of its own.
 *
 * A suite names algorithms, never commands: it is data that people hand to each other, and what runs
 * on a machine is for the command line of that machine to say.
 *
 * @throws ConfigError if the suite names a command.
 */
export function suiteWith(suite: Suite, names: readonly string[]): Suite {
  const { algorithms } = suite;
  for (const [i, { name }] of algorithms.entries()) {
    if (!name.startsWith(programPrefix)) continue;
    throw new ConfigError(
      `suite ${suite.name}: algorithms[${i}].name must be the name that the program reports. Received ${JSON.stringify(name)}`,
      { hint: `a suite cannot start programs: use --algorithm '${name}' on the command line` },
    );
  }
  const listed = new Set(algorithms.map(({ name }) => name));
  const iterations = Math.min(...algorithms.map((algorithm) => algorithm.iterations));
  const dwellTimesNs = distinct(algorithms.flatMap((algorithm) => algorithm.dwellTimesNs ?? []));
  const dosesElectronsPerNm2 = distinct(
    algorithms.flatMap((algorithm) => algorithm.dosesElectronsPerNm2 ?? []),
  );
  const exposure = dwellTimesNs.length > 0 ? { dwellTimesNs } : { dosesElectronsPerNm2 };
  const added = distinct(names)
    .filter((name) => !listed.has(name))
    .map((name) => ({ name, iterations, ...exposure }));
  return { ...suite, algorithms: [...algorithms, ...added] };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
