import { parseArgs } from 'node:util';
import { fuzzInput } from '../../harness/testing/fuzz/fuzzInput.ts';
import { fuzzTargets } from '../../harness/testing/fuzz/fuzzTargets.ts';

/**
 * `npm run fuzz -- --minutes 60`: reads damaged inputs of every target, or of `--target NAME`, until
 * the time is over. `--first N` begins with input N, so that a defect is seen again at once. Ends
 * with 1 at the first defect: an error that is no answer for users, an input that takes more than
 * 10 s, or memory beyond 1.5 GiB.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string' },
    first: { type: 'string', default: '0' },
  },
});
const targets = fuzzTargets.filter(({ name }) => (values.target ?? name) === name);
const minutes = Number(values.minutes);
const first = Number(values.first);
if (targets.length === 0 || !(minutes > 0) || !Number.isSafeInteger(first)) {
  const names = fuzzTargets.map(({ name }) => name).join(', ');
  process.stderr.write(`--target must be one of ${names}, --minutes a number > 0, --first whole\n`);
  process.exit(2);
}
const mostMs = 10_000;
const mostResidentKb = 1.5 * 1024 * 1024;
const toldEveryMs = 10_000;

for (const target of targets) {
  const endMs = performance.now() + (minutes * 60_000) / targets.length;
  let index = first;
  let toldMs = performance.now();
  for (; performance.now() < endMs; index++) {
    const beganMs = performance.now();
    try {
      await target.read(fuzzInput(target, index));
      const tookMs = performance.now() - beganMs;
      if (tookMs > mostMs) throw new Error(`it took ${Math.round(tookMs)} ms`);
      const residentKb = process.resourceUsage().maxRSS;
      if (residentKb > mostResidentKb) throw new Error(`memory reached ${residentKb} KiB`);
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error);
      process.stderr.write(
        `${target.name}: input ${index} (--target ${target.name} --first ${index}): ${stack}\n`,
      );
      process.exit(1);
    }
    if (performance.now() - toldMs > toldEveryMs) {
      toldMs = performance.now();
      process.stdout.write(`${target.name}: at input ${index}\n`);
    }
  }
  process.stdout.write(`${target.name}: ${index - first} inputs, no defect\n`);
}
