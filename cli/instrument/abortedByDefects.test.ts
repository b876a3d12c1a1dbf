import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { abortedByDefects } from './abortedByDefects.ts';

/** Those of the test runner, which would take the defect for one of the test. */
let others: NodeJS.UncaughtExceptionListener[];
beforeEach(() => {
  others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
});
afterEach(() => {
  process.removeAllListeners('uncaughtException');
  for (const listener of others) process.on('uncaughtException', listener);
});

it('lets what runs come to its end before the defect goes on', async () => {
  const defect = new TypeError('a timer');
  let isRestored = false;
  const ended = abortedByDefects(new AbortController().signal, async (signal) => {
    setTimeout(() => {
      throw defect;
    });
    await once(signal, 'abort');
    await new Promise((resolve) => setImmediate(resolve));
    isRestored = true;
  });
  await expect(ended).rejects.toBe(defect);
  expect(isRestored).toBe(true);
  expect(process.listenerCount('uncaughtException')).toBe(0);
});

it('hands on the signal, and what came of it', async () => {
  const outer = new AbortController();
  const ended = abortedByDefects(outer.signal, async (signal) => {
    outer.abort(new Error('enough'));
    return String(signal.reason);
  });
  expect(await ended).toBe('Error: enough');
});
