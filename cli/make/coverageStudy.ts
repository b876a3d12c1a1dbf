import { gateCoverage, summaryCoverage } from '../../harness/gate/testing/coverage.ts';

/**
 * How often intervals of 95 % hold the truth where few resamples are drawn, because there are many
 * trajectories: `npm run study:coverage -- 1000`, the number of sets of made-up values.
 */
const sets = Number(process.argv[2] ?? 1000);
for (const count of [4000, 100_000]) {
  report(`summary, ${count} trajectories`, summaryCoverage(count));
  report(`gate, interquartile mean, ${count} pairs`, gateCoverage(count, 'iqm'));
  report(`gate, 95 % quantile, ${count} pairs`, gateCoverage(count, 'p95'));
}

function report(what: string, study: Generator<boolean>): void {
  let held = 0;
  for (let set = 0; set < sets; set++) if (study.next().value === true) held++;
  const share = held / sets;
  const sd = Math.sqrt((share * (1 - share)) / sets);
  const text = `${(100 * share).toFixed(1)} ± ${(100 * sd).toFixed(1)} %`;
  process.stdout.write(`${what}: ${text} of ${sets} sets\n`);
}
