import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSemfocusError } from '../microscope/index.ts';
import { greyPixels } from '../numeric/index.ts';
import { encodePng } from './encodePng.ts';
import { encodeTiff } from './encodeTiff.ts';
import { readImageFile, readStatedImage } from './readImageFile.ts';

describe('readImageFile', () => {
  let folder: string;
  const pixels = greyPixels(Uint8Array.of(10, 20, 30, 40, 50, 60), 3, 2);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'semfocus-read-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function messageOf(path: string): Promise<string> {
    const error: unknown = await readImageFile(path).then(
      () => undefined,
      (reason) => reason,
    );
    if (!isSemfocusError(error, 'ImageFileError')) throw error;
    return error.message.replaceAll(folder, 'FOLDER');
  }

  it('reads by content, whatever the name says', async () => {
    await writeFile(join(folder, 'really-tiff.png'), encodeTiff(pixels));
    await writeFile(join(folder, 'really-png.tif'), encodePng(pixels));
    for (const name of ['really-tiff.png', 'really-png.tif']) {
      const read = await readImageFile(join(folder, name));
      expect(read.shape).toEqual([2, 3]);
      expect(read.get(1, 0)).toBe(40);
    }
  });

  it('says in one line what is wrong with a path', async () => {
    await mkdir(join(folder, 'series'));
    await writeFile(join(folder, 'empty.png'), '');
    await writeFile(join(folder, 'notes.png'), 'not an image');
    await writeFile(join(folder, 'half.png'), encodePng(pixels).subarray(0, 40));
    const names = [
      'missing.png',
      'notes.png/a.png',
      'series',
      'empty.png',
      'notes.png',
      'half.png',
    ];
    const messages = await Promise.all(names.map((name) => messageOf(join(folder, name))));
    expect(messages).toMatchInlineSnapshot(`
      [
        "Cannot read image 'FOLDER/missing.png': there is no such file",
        "Cannot read image 'FOLDER/notes.png/a.png': there is no such file",
        "Cannot read image 'FOLDER/series': it is a folder, not a file",
        "Cannot read image 'FOLDER/empty.png': the file is empty",
        "Cannot read image 'FOLDER/notes.png': it is not an image of a known format; PNG, TIFF and NumPy images of 8 or 16 bit are read",
        "Cannot read image 'FOLDER/half.png': the PNG image is damaged or cut off",
      ]
    `);
  });

  it.skipIf(process.platform === 'win32')('opens neither pipes nor devices', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.png')]);
    expect([
      await messageOf(join(folder, 'pipe.png')),
      await messageOf('/dev/zero'),
    ]).toMatchInlineSnapshot(`
      [
        "Cannot read image 'FOLDER/pipe.png': it is a pipe or a device; only files are read",
        "Cannot read image '/dev/zero': it is a pipe or a device; only files are read",
      ]
    `);
  });

  it('reads no file of more than 1 GiB', async () => {
    await writeFile(join(folder, 'long.tif'), '');
    await truncate(join(folder, 'long.tif'), 2 ** 30 + 1);
    expect(await messageOf(join(folder, 'long.tif'))).toMatchInlineSnapshot(
      `"Cannot read image 'FOLDER/long.tif': the file has 1073741825 bytes; at most 1073741824 are read"`,
    );
  });
});

describe('readStatedImage', () => {
  it.each([
    ['a.txt', '$CM_ACCEL_VOLT 7.0\n', 'JEOL, a.txt'],
    ['a.hdr', '[MAIN]\nPixelSizeX=4e-9\n', 'TESCAN, a.hdr'],
    ['a-tif.hdr', '[MAIN]\nPixelSizeX=4e-9\n', 'TESCAN, a-tif.hdr'],
    ['a.txt', Buffer.from('\uFEFF[SemImageFile]\nPixelSize=4\n', 'utf16le'), 'Hitachi, a.txt'],
    ['a.txt', 'Monday: focused = well\n', undefined],
    ['other.txt', '$CM_ACCEL_VOLT 7.0\n', undefined],
  ])('takes the settings of %s beside a.tif: %j', async (name, text, source) => {
    const folder = await mkdtemp(join(tmpdir(), 'semfocus-image-'));
    await writeFile(join(folder, name), text);
    const path = join(folder, 'a.tif');
    await writeFile(path, encodeTiff(greyPixels(new Uint8Array(6), 3, 2)));
    const { pixels, stated } = await readStatedImage(path);
    await rm(folder, { recursive: true });
    expect(pixels.shape).toEqual([2, 3]);
    expect(stated?.source).toBe(source);
  });
});
