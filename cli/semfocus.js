#!/usr/bin/env node
import { compiled } from './compiled.js';

// Stacks that name the sources: asked for, because reading the maps takes time.
if (process.argv.includes('--debug')) process.setSourceMapsEnabled(true);
const { main } = await import(await compiled('main'));
process.exitCode = await main(process.argv.slice(2));
