import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JsonLinesProgram } from './JsonLinesProgram.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-test-'));
});
afterAll(async () => {
  // Every program is out of the books by then.
  while ((await readdir(folder)).length > 0) await wait(10);
  await rm(folder, { recursive: true });
});

const title = 'the peer';
/** A program that does this with every line it is sent, as text `line`. */
function program(onLine: string, { hasOwnChannel = false } = {}) {
  const input = hasOwnChannel ? `new (require('net').Socket)({ fd: 3 })` : 'process.stdin';
  const script = `const input = ${input};
    require('readline').createInterface({ input }).on('line', (line) => { ${onLine} });`;
  return new JsonLinesProgram(process.execPath, ['-e', script], { title, folder, hasOwnChannel });
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

  it('hands on no character that would steer a terminal, in answers, refusals and last words', async () => {
    const evil = String.raw`\x1b]0;pwn\x07\x9b31m\u202e`;
    const answering = program(`console.log(JSON.stringify({ ['a${evil}']: ['${evil}'] }))`);
    const clean = ' ]0;pwn  31m ';
    expect(await answering.request({}, 200_000)).toEqual({ [`a${clean}`]: [clean] });
    answering.close();
    await expect(program(`console.log('${evil}')`).request({}, 200_000)).rejects.toThrow(
      `Received "${clean}"`,
    );
    const dying = program(`console.error('${evil}'); process.exit(3)`);
    await expect(dying.request({}, 200_000)).rejects.toThrow(
      `stopped with exit code 3:\n  ${clean}`,
    );
  });

  it.each([
    ['nests for ever', `console.log('['.repeat(100) + ']'.repeat(100))`, /JSON, at most 32 levels/],
    ['never ends a line', `process.stdout.write('x'.repeat(2e6))`, /in short lines/],
  ])('refuses an answer that %s', async (_, onLine, message) => {
    await expect(program(onLine).request({}, 200_000)).rejects.toThrow(message);
  });

  it('quotes little of what a program floods it with', async () => {
    const peer = program(
      `process.stderr.write('E'.repeat(1e7) + '\\n', () => { console.error('last'); process.exit(3); })`,
    );
    const error = await peer.request({}, 200_000).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/stopped with exit code 3:\n {2}E+\n {2}last$/);
    expect(String(error).length).toBeLessThan(500);
  });

  it('is told of an end also where something else holds the output open', async () => {
    const peer = program(`
      const { pid } = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e6)'],
        { stdio: 'inherit', detached: true });
      console.error(pid);
      process.exit(1);`);
    const error = await peer.request({}, 200_000).catch((thrown: Error) => thrown);
    const pid = Number(/stopped with exit code 1:\s+(\d+)$/.exec(String(error))?.[1]);
    process.kill(pid, 'SIGKILL');
  });

  it('leaves stdout to a program that has a channel of its own', async () => {
    const peer = program(`console.log('hello'); input.write('{"heard": ' + line + '}\\n')`, {
      hasOwnChannel: true,
    });
    expect(await peer.request(7, 200_000)).toEqual({ heard: 7 });
    peer.close();
  });

  it('is told to leave by the end of its input, and killed where it stays', async () => {
    const leaving = program(`console.log(line); input.on('end', () => process.exit(5));`);
    await leaving.request(1, 200_000);
    await leaving.end(200_000);
    const staying = program(`console.log(line); setInterval(() => {}, 1e6);`);
    await staying.request(1, 200_000);
    await staying.end(50);
    for (const peer of [leaving, staying]) {
      await expect(peer.request(2, 200_000)).rejects.toMatchObject({ trouble: 'stopped' });
      // There is nothing left to end.
      await peer.end(200_000);
    }
  });

  it('says which program could not be started', async () => {
    const peer = new JsonLinesProgram('no-such-program', [], { title, folder });
    await expect(peer.request({}, 200_000)).rejects.toMatchObject({
      trouble: 'absent',
      message: expect.stringMatching(/^no-such-program could not be started/),
    });
  });
});
