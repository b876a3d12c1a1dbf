import { setTimeout } from 'node:timers/promises';
import { runSuite } from '../run/index.ts';
import { RecordStore } from '../store/index.ts';
import { shardOf } from '../store/shard/index.ts';
import { planSuite } from '../suite/index.ts';
import { fakeOutcome } from './fakeOutcome.ts';
import { fakeRegistry } from './fakeRegistry.ts';
import { fakeSuite } from './fakeSuite.ts';

// A process of its own, for tests of several at once: runs one shard of the fake suite, a few
// milliseconds per trajectory; says how many are stored after each.
const [folder = '', number = '1', count = '1', delayMs = '5'] = process.argv.slice(2);
const plan = planSuite(fakeSuite(), fakeRegistry());
const shard = shardOf(plan, { number: Number(number), count: Number(count) }, () => 1);
const store = await RecordStore.open(folder, shard, {
  onNotice: (message) => process.stderr.write(`${message}\n`),
});
await runSuite(
  shard,
  store,
  async (scenario) => {
    await setTimeout(Number(delayMs));
    return fakeOutcome(scenario, process.pid);
  },
  {
    concurrency: 1,
    signal: new AbortController().signal,
    onEvent: (event) => {
      if (event.type === 'trajectory-end') process.stdout.write(`${event.stored}\n`);
    },
  },
);
await store.close();
