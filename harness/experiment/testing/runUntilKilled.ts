import { setTimeout } from 'node:timers/promises';
import { runSuite } from '../run/index.ts';
import { RecordStore } from '../store/index.ts';
import { planSuite } from '../suite/index.ts';
import { fakeOutcome } from './fakeOutcome.ts';
import { fakeRegistry } from './fakeRegistry.ts';
import { fakeSuite } from './fakeSuite.ts';

// A process of its own, for a test that kills it: stores three of six trajectories, says so, and
// then hangs with two more begun.
const [folder = ''] = process.argv.slice(2);
const plan = planSuite(fakeSuite(), fakeRegistry());
const store = await RecordStore.open(folder, plan);
let begun = 0;
await runSuite(
  plan,
  store,
  async (scenario) => {
    if (++begun > 3) await setTimeout(60_000);
    return fakeOutcome(scenario);
  },
  {
    concurrency: 2,
    signal: new AbortController().signal,
    onEvent: (event) => {
      if (event.type === 'trajectory-end') process.stdout.write(`${event.stored}\n`);
    },
  },
);
