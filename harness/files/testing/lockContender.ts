import { FolderLock } from '../FolderLock.ts';

// A process of its own, for a test of several that want one lock: told a moment, it tries to have the
// lock at that moment, says whether it has it, and gives it free when it is told so.
const [path = ''] = process.argv.slice(2);
let held: FolderLock | undefined;
process.on('message', async (message: { readonly atMs?: number }) => {
  if (message.atMs === undefined) {
    await held?.release();
    held = undefined;
    process.send?.('free');
    return;
  }
  // biome-ignore lint/plugin: a moment that all processes share.
  while (performance.timeOrigin + performance.now() < message.atMs);
  held = await FolderLock.acquire(
    { path, what: 'a place', holderElsewhere: 'refuse' },
    () => {},
  ).catch(() => undefined);
  process.send?.(held !== undefined);
});
process.send?.('ready');
