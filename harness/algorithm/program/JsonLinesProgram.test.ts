import { describe, expect, it } from 'vitest';
import { JsonLinesProgram } from './JsonLinesProgram.ts';

/** A program that does this with every line it is sent, as text `line`. */
function program(onLine: string, title = 'the peer') {
  const script = `require('readline').createInterface({ input: process.stdin }).on('line', (line) => { ${onLine} });`;
  return new JsonLinesProgram(process.execPath, ['-e', script], { title });
}

describe('JsonLinesProgram', () => {
  it('gets the answer to each request, also where it comes in pieces', async () => {
    const peer = program(`
      const text = JSON.stringify({ twice: 2 * JSON.parse(line).value }) + '\\n';
      process.stdout.write(text.slice(0, 4));
      setTimeout(() => process.stdout.write(text.slice(4)), 20);`);
    expect(await peer.request({ value: 4 }, 200_000)).toEqual({ twice: 8 });
    expect(await peer.request({ value: 5 }, 200_000)).toEqual({ twice: 10 });
    expect(peer.failure).toBeUndefined();
    peer.close();
  });

  it('tells of a program that stops half way, with its last words, and from then on', async () => {
    const peer = program(`console.error('out of memory'); process.exit(3)`);
    await expect(peer.request({}, 200_000)).rejects.toMatchObject({
      trouble: 'stopped',
      message: 'the peer stopped with exit code 3:\n  out of memory',
    });
    await expect(peer.request({}, 200_000)).rejects.toBe(peer.failure);
  });

  it('stops a program that gives no answer in time', async () => {
    const peer = program('');
    await expect(peer.request({}, 200)).rejects.toMatchObject({
      trouble: 'silent',
      message: 'the peer gave no answer within 0.2 s and was stopped',
    });
  });

  it('refuses what is no JSON', async () => {
    const peer = program(`console.log('hello')`);
    await expect(peer.request({}, 200_000)).rejects.toMatchObject({
      trouble: 'unreadable',
      message: 'the peer must answer in JSON. Received "hello"',
    });
  });

  it('says which program could not be started', async () => {
    const peer = new JsonLinesProgram('no-such-program', [], { title: 'the peer' });
    await expect(peer.request({}, 200_000)).rejects.toMatchObject({
      trouble: 'absent',
      message: expect.stringMatching(/^no-such-program could not be started/),
    });
  });
});
