import { CommanderError } from 'commander';
import { summarise } from '../../reports/index.ts';
import { measurePeers, type PeerResult } from './measurePeers.ts';
import { PeerMissing } from './Peer.ts';
import { PublishedPackage } from './PublishedPackage.ts';
import { peerHead, peerTables } from './peerText.ts';
import { type PeerOptions, readPeerOptions } from './readPeerOptions.ts';
import { ScipyReference } from './ScipyReference.ts';

const print = (text: string) => process.stdout.write(text);

/** @returns The exit code: 0 also where there is no package to compare with. */
async function main(): Promise<number> {
  let options: PeerOptions;
  try {
    options = readPeerOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
  const opened: { close(): Promise<void> }[] = [];
  const open = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const peer = await starting;
    opened.push(peer);
    return peer;
  };
  try {
    const published = await open(PublishedPackage.start(options.python));
    const scipy = await open(ScipyReference.start(options.python));
    const { versions } = published;
    if (!options.json) print(peerHead(versions, options));
    const results: PeerResult[] = [];
    for await (const result of measurePeers(published, scipy, options, interrupt.signal)) {
      results.push(result);
      if (!options.json) print(peerTables(result, options));
    }
    if (options.json) {
      const summary = summarise(results.flatMap(({ records }) => records));
      print(`${JSON.stringify({ schema: 1, versions, options, summary, results })}\n`);
    }
    return 0;
  } catch (error) {
    if (error instanceof PeerMissing) {
      const { message } = error;
      print(
        options.json
          ? `${JSON.stringify({ schema: 1, skipped: message })}\n`
          : `skipped: ${message}\n`,
      );
      return 0;
    }
    if (interrupt.signal.aborted) return 130;
    process.stderr.write(`bench:peers: ${error instanceof Error ? error.message : error}\n`);
    return 1;
  } finally {
    for (const peer of opened) await peer.close();
  }
}

process.exitCode = await main();
