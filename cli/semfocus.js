#!/usr/bin/env node
import { compiled } from './compiled.js';

// Stacks that name the sources: asked for, because reading the maps takes time.
if (process.argv.includes('--debug')) process.setSourceMapsEnabled(true);

// 1 is a verdict (terminal/exitCodes.ts), and what Node gives to every uncaught error.
/** @type {number | undefined} */
let returned;
process.on('exit', (code) => {
  if (code === 1 && returned !== 1) process.exitCode = 4;
});
try {
  const { main } = await import(await compiled('main'));
  returned = await main(process.argv.slice(2));
  process.exitCode = returned;
} catch (error) {
  const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
  process.exitCode = 2;
  process.stderr.on('error', () => {}).write(`error: semfocus cannot start: ${reason}\n`);
}
