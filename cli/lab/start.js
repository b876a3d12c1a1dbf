// Entry of the processes that semfocus starts beside its own: node start.js PROGRAM ARGUMENT...
import { compiled } from '../compiled.js';

const name = /** @type {'pluginHost' | 'watchdog'} */ (process.argv[2]);
await import(await compiled(name));
