import { Bench } from 'tinybench';

/** One thing to time. */
export interface Contestant {
  readonly name: string;
  readonly run: () => unknown;
}

/**
 * Times a reference and what is compared with it in turn, in one process, and prints the median of
 * each with its ratio to the reference. Absolute times depend on the machine; the ratio is what to
 * quote and to watch.
 *
 * @param title - Name and size of the compared work.
 * @param reference - The yardstick, the same kind of work done in the obvious way.
 * @returns the medians by name, ms.
 */
export async function compare(
  title: string,
  reference: Contestant,
  contestants: readonly Contestant[],
): Promise<ReadonlyMap<string, number>> {
  const bench = new Bench({ time: 400, iterations: 8, warmupIterations: 3, warmupTime: 150 });
  for (const { name, run } of [reference, ...contestants]) {
    bench.add(name, async () => {
      await run();
    });
  }
  await bench.run();
  const rows = bench.tasks.map((task) => {
    const { result } = task;
    if (result.state !== 'completed') throw new Error(`${task.name}: ${result.state}`);
    return { name: task.name, ms: result.latency.p50, spread: result.latency.rme };
  });
  const yardstick = rows[0]?.ms ?? Number.NaN;
  process.stdout.write(`\n${title}\n`);
  for (const [i, { name, ms, spread }] of rows.entries()) {
    const ratio = i === 0 ? 'reference' : (ms / yardstick).toFixed(2);
    process.stdout.write(
      `  ${name.padEnd(52)}${ms.toFixed(2).padStart(9)} ms  ±${spread.toFixed(0).padStart(3)} %  ${ratio.padStart(9)}\n`,
    );
  }
  return new Map(rows.map(({ name, ms }) => [name, ms]));
}
