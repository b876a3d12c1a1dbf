import { readRecordLines } from '../harness/experiment/store/layout/index.ts';
import { essenceOf, evaluateGate, loadGateRules } from '../harness/gate/index.ts';
import { syntheticRun } from '../harness/gate/testing/syntheticRun.ts';
import { RandomStream } from '../harness/numeric/index.ts';
import { recordLine } from '../harness/record/index.ts';
import {
  bootstrapResamples,
  interquartileMean,
  stratifiedBootstrap,
} from '../harness/statistics/index.ts';
import { summarise } from '../reports/index.ts';
import { compare } from './compare.ts';
import { madeUpRecords } from './madeUpRecords.ts';

const parameters = ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const;

/** The summary that every report draws from, mostly intervals; records read from a file; and a gate. */
export async function benchSummarise(): Promise<void> {
  const few = madeUpRecords(20, [50]);
  await compare(
    `summary of ${few.length} trajectories`,
    {
      name: 'its residuals, each interval resampled by itself',
      run: () => resampledApart(few),
    },
    [{ name: 'the whole summary', run: () => summarise(few) }],
  );
  const many = madeUpRecords(167, [50, 100, 200, 400]);
  const lines = many.map((record) => JSON.stringify(record));
  await compare(
    `summary of ${many.length} trajectories`,
    { name: 'reading them', run: () => lines.map((line) => JSON.parse(line)) },
    [{ name: 'the whole summary', run: () => summarise(many) }],
  );
  const [base, candidate] = [syntheticRun({ places: 150 }), syntheticRun({ places: 150, luck: 2 })];
  const stored = base.records.map(recordLine);
  const rules = await loadGateRules();
  const how = {
    path: 'records.jsonl',
    firstLine: 1,
    lastLine: 'complete',
    keep: essenceOf,
  } as const;
  const keys = new Set(base.header.keys);
  await compare(
    `${stored.length} records`,
    { name: 'parsing them', run: () => stored.map((line) => JSON.parse(line)) },
    [
      {
        name: 'reading them, each line checked',
        run: () => readRecordLines([Buffer.from(`${stored.join('\n')}\n`)], { ...how, keys }),
      },
      { name: 'a gate of as many pairs', run: () => evaluateGate(base, candidate, rules) },
    ],
  );
}

/** The interquartile mean of every residual after every iteration, the obvious way. */
function resampledApart(records: ReturnType<typeof madeUpRecords>): number {
  let sum = 0;
  for (const name of new Set(records.map(({ scenario }) => scenario.algorithm.name))) {
    const own = records.filter(({ scenario }) => scenario.algorithm.name === name);
    const longest = Math.max(...own.map(({ iterations }) => iterations.length));
    for (let iteration = 0; iteration < longest; iteration++) {
      for (const parameter of parameters) {
        const values = own.map(({ iterations }) =>
          Math.abs((iterations[iteration] ?? iterations.at(-1))?.residual[parameter] ?? 0),
        );
        const random = new RandomStream(1, 'bootstrap', parameter, iteration);
        const { interval } = stratifiedBootstrap({
          samples: [values],
          statistic: ([sample = []]) => interquartileMean(sample),
          method: 'percentile',
          random,
          resamples: bootstrapResamples,
        });
        sum += interval.high;
      }
    }
  }
  return sum;
}
