// The process of a plugin: node start.js pluginHost FILE [NAME], with a line to semfocus as descriptor 3.
import { register } from 'node:module';
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { servePlugin } from '../../harness/algorithm/hosted/index.ts';

const [file = '', name] = process.argv.slice(3);
const { exit } = process;
const { fail } = servePlugin({
  line: new Socket({ fd: 3 }),
  load: () => {
    register(new URL('./pluginHooks.js', import.meta.url));
    return import(`${pathToFileURL(file).href}?semfocus-plugin`);
  },
  name,
  clock: { nowMs: () => performance.now() },
  exit: () => exit(0),
});
// From a timer, or a promise that is not awaited.
process.on('uncaughtException', fail);
