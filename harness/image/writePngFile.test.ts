import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ndarray from 'ndarray';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GreyPixels } from '../microscope/index.ts';
import { isSemfocusError } from '../microscope/index.ts';
import { greyPixels, RandomStream } from '../numeric/index.ts';
import { readImageFile } from './readImageFile.ts';
import { rowMajorValues } from './rowMajorValues.ts';
import { writePngFile } from './writePngFile.ts';
import { writeTiffFile } from './writeTiffFile.ts';

const writers = [
  { format: 'PNG', write: writePngFile },
  { format: 'TIFF', write: writeTiffFile },
];

describe.each(writers)('writing $format files', ({ format, write }) => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semfocus-write-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const random = new RandomStream(1, 'pixels');
  const noise8 = Uint8Array.from({ length: 37 * 23 }, () => random.integerBelow(256));
  const noise16 = Uint16Array.from({ length: 37 * 23 }, () => random.integerBelow(65536));
  const images: readonly (readonly [string, GreyPixels])[] = [
    ['8-bit wide', greyPixels(noise8, 37, 23)],
    ['16-bit tall', greyPixels(noise16, 23, 37)],
    ['one pixel', greyPixels(Uint8Array.of(7), 1, 1)],
    ['one column of 16 bit', greyPixels(Uint16Array.of(0, 1, 256, 65535), 1, 4)],
  ];

  it.each(images)('gives back every value of an image: %s', async (name, pixels) => {
    const path = join(folder, `${name}.${format}`);
    await write(path, pixels);
    const read = await readImageFile(path);
    expect(read.shape).toEqual(pixels.shape);
    expect(rowMajorValues(read)).toEqual(rowMajorValues(pixels));
  });

  it('writes views with strides as they are seen', async () => {
    const turned = ndarray(noise16, [37, 23]).transpose(1, 0).step(1, -1).lo(2, 3) as GreyPixels;
    const path = join(folder, 'turned');
    await write(path, turned);
    const read = await readImageFile(path);
    expect(read.shape).toEqual([21, 34]);
    for (let y = 0; y < 21; y++) {
      for (let x = 0; x < 34; x++) expect(read.get(y, x)).toBe(turned.get(y, x));
    }
  });

  it('replaces what stood there and leaves no other file behind', async () => {
    const own = join(folder, 'own');
    await mkdir(own);
    await write(join(own, 'a'), greyPixels(Uint8Array.of(1), 1, 1));
    await write(join(own, 'a'), greyPixels(Uint8Array.of(2), 1, 1));
    expect(await readdir(own)).toEqual(['a']);
    expect((await readImageFile(join(own, 'a'))).get(0, 0)).toBe(2);
  });

  it('says why a file cannot be written, and leaves nothing behind', async () => {
    const own = join(folder, 'failures');
    await mkdir(join(own, 'images'), { recursive: true });
    await writeFile(join(own, 'notes'), 'text');
    const messages: string[] = [];
    for (const name of ['nowhere/a.png', 'notes/a.png', 'images']) {
      await write(join(own, name), greyPixels(Uint8Array.of(1), 1, 1)).catch((error: unknown) => {
        expect(isSemfocusError(error, 'ConfigError')).toBe(true);
        messages.push(String(error).replaceAll(own, 'FOLDER'));
      });
    }
    expect(messages).toEqual([
      'ConfigError: cannot write FOLDER/nowhere/a.png: ENOENT: no such file or directory',
      'ConfigError: cannot write FOLDER/notes/a.png: ENOTDIR: not a directory',
      'ConfigError: cannot write FOLDER/images: it is a folder',
    ]);
    expect((await readdir(own)).sort()).toEqual(['images', 'notes']);
  });

  it('refuses an image without pixels', async () => {
    const empty = ndarray(new Uint8Array(0), [0, 5]) as GreyPixels;
    await expect(write(join(folder, 'empty'), empty)).rejects.toThrow(RangeError);
  });
});
