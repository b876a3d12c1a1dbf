import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNpyFile } from './writeNpyFile.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'npy-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(data: Uint8Array | Uint16Array | Float32Array, shape: readonly number[]) {
  const path = join(folder, 'array.npy');
  await writeNpyFile(path, data, shape);
  return readFile(path);
}

describe('writeNpyFile', () => {
  it('writes the bytes that numpy.save writes', async () => {
    // python3 -c "import numpy, sys; numpy.save(sys.stdout.buffer, numpy.array([[1,2,3],[40,500,6]], '<u2'))" | xxd -p
    const header = "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117);
    const expected = Buffer.concat([
      Buffer.from('934e554d505901007600', 'hex'),
      Buffer.from(`${header}\n`),
      Buffer.from('0100020003002800f4010600', 'hex'),
    ]);
    const bytes = await written(Uint16Array.from([1, 2, 3, 40, 500, 6]), [2, 3]);
    expect(bytes.equals(expected)).toBe(true);
  });

  it('names the type of the values, and one axis as Python writes it', async () => {
    expect((await written(new Float32Array(5), [5])).toString('latin1')).toContain(
      "'descr': '<f4', 'fortran_order': False, 'shape': (5,), ",
    );
    expect((await written(new Uint8Array(4), [2, 2])).toString('latin1')).toContain("'|u1'");
  });

  it('aligns the data to 64 bytes and takes views at an offset', async () => {
    const view = Float32Array.from([9, 9, 1.5, -2]).subarray(2);
    const bytes = await written(view, [1, 2]);
    expect((bytes.length - 8) % 64).toBe(0);
    expect(bytes.readFloatLE(bytes.length - 8)).toBe(1.5);
    expect(bytes.readFloatLE(bytes.length - 4)).toBe(-2);
  });

  it('refuses a shape of another size', () => {
    expect(() => writeNpyFile(join(folder, 'no.npy'), new Uint8Array(5), [2, 3])).toThrow(
      'data must hold 2 x 3 values. Received 5 values',
    );
  });
});
