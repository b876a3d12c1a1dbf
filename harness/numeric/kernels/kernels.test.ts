import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { kernels } from './kernels.ts';

const path = (url: string) => fileURLToPath(new URL(url, import.meta.url));
const compiler = path('../../../node_modules/assemblyscript/bin/asc.js');

it('are what their sources compile to (if not: npm run build:kernels)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kernels-'));
  try {
    const fresh = join(folder, 'kernels.wasm');
    const args = [compiler, '--config', path('./asconfig.json'), '--outFile', fresh];
    await promisify(execFile)(process.execPath, args);
    const shipped = await readFile(path('./kernels.wasm'));
    expect(shipped.equals(await readFile(fresh))).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('keep tables when the memory grows', () => {
  const table = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  const address = kernels().addTable(table);
  const before = kernels().run.memory.buffer.byteLength;
  const [scratch] = kernels().scratch(before);
  kernels().floats.fill(1, scratch / 4, (scratch + before) / 4);
  expect(kernels().run.memory.buffer.byteLength).toBeGreaterThan(before);
  expect(new Uint8Array(kernels().run.memory.buffer, address, 1000)).toEqual(table);
});

it('have scratch areas that do not overlap, in cache lines of their own', () => {
  const [a, b, c] = kernels().scratch(10, 100, 64);
  expect([a % 64, b - a, c - b]).toEqual([0, 64, 128]);
});
