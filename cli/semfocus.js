#!/usr/bin/env node
// The sources are TypeScript and run as they are: tsx translates them when they are loaded, so that
// neither a clone nor an installed package depends on a build step (docs/decisions/0001).
import { register } from 'tsx/esm/api';

// The settings of whoever's folder this is started in are none of our business.
register({ tsconfig: false });
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
