/** Pairs of files that are no pair, through every pair estimator. */
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile, writePngFile } from '../../harness/image/index.ts';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import { greyPixels } from '../../harness/numeric/index.ts';
import { registry } from '../lab/index.ts';
import { inProcess } from '../testing/inProcess.ts';

const estimators = [...registry.algorithms.values()].flatMap(({ name, createEstimator }) =>
  createEstimator === undefined ? [] : [name],
);
const [width, height] = [544, 520];
let folder: string;
const at = (name: string) => join(folder, name);

/** Of a function of the value, the column and the row. */
type Change = (value: number, x: number, y: number) => number;

const frames: { [name: string]: GreyPixels } = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  const size = ['--width', String(width), '--height', String(height), '--preset', 'ideal'];
  const render = async (seed: string, out: string) => {
    const where = ['--seed', seed, '--wd=-2,8', '--stig-x', '0.5', '--out', at(out)];
    const { code, stderr } = await inProcess('render', ...where, ...size);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  };
  await render('2', 'pair');
  await render('9', 'elsewhere');
  frames.under = await readImageFile(at('pair/wd-2.png'));
  frames.over = await readImageFile(at('pair/wd+8.png'));
  frames.elsewhere = await readImageFile(at('elsewhere/wd+8.png'));
});
afterAll(() => rm(folder, { recursive: true }));

function changed(pixels: GreyPixels | undefined, change: Change, bits: 8 | 16 = 8): GreyPixels {
  const Values = bits === 8 ? Uint8Array : Uint16Array;
  const data = new Values(width * height);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data[i] = Math.min(2 ** bits - 1, Math.max(0, Math.round(change(pixels!.get(y, x), x, y))));
  }
  return greyPixels(data, width, height);
}

/** What an estimator says of two frames, `--json`. */
async function said(name: string, under: GreyPixels, over: GreyPixels, ...more: string[]) {
  await Promise.all([writePngFile(at('u.png'), under), writePngFile(at('o.png'), over)]);
  const args = ['--under', at('u.png'), '--over', at('o.png'), '--json'];
  // A network that knows one instrument by heart is told that it is that one.
  const preset = name.endsWith('-ultraplus') ? 'ultraplus' : 'ideal';
  const about = [
    '--preset',
    preset,
    '--pixel-size',
    '10.03',
    '--perturbation',
    '5',
    '--algorithm',
    name,
  ];
  const { code, stdout, stderr } = await inProcess('estimate', ...args, ...about, ...more);
  return { code, stderr, document: stdout === '' ? undefined : JSON.parse(stdout) };
}

const bar: Change = (value, x, y) => (y < 400 ? value : x % 9 < 4 && y % 13 < 7 ? 255 : 0);

describe.each(estimators)('semfocus estimate --algorithm %s', (name) => {
  it.each<[string, () => [GreyPixels, GreyPixels], RegExp]>([
    ['one frame twice', () => [frames.under!, frames.under!], /are one exposure/],
    [
      'a black frame',
      () => [frames.under!, changed(frames.over, () => 0)],
      /^the over frame cannot be used: it is black/,
    ],
    [
      'a saturated frame',
      () => [changed(frames.under, () => 255), frames.over!],
      /^the under frame cannot be used: it is saturated/,
    ],
    [
      'a frame cut off',
      () => [frames.under!, changed(frames.over, (value, _, y) => (y < 300 ? value : 0))],
      /rows 300 to 519 of 520 are constant .* --crop 0,0,544,300$/,
    ],
    [
      'a data bar',
      () => [changed(frames.under, bar), changed(frames.over, bar)],
      /^rows 400 to 519 of 520, .* hold an overlay.* --crop 0,0,544,400$/,
    ],
    ['two places', () => [frames.under!, frames.elsewhere!], /do not show one place/],
  ])('declines %s', async (_, pair, reason) => {
    const { code, document } = await said(name, ...pair());
    expect(code).toBe(0);
    expect(document.declined).toMatch(reason);
    expect(document).toMatchObject({ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 });
  });

  it('answers the same whatever the depth and the contrast of the second frame', async () => {
    const plain = await said(name, frames.under!, frames.over!);
    expect(plain.stderr).toBe('');
    expect(plain.document.declined).toBeUndefined();
    const sd = plain.document.sd.workingDistanceUm;
    for (const [under, over, warning] of [
      [
        changed(frames.under, (value) => 16 * value, 16),
        changed(frames.over, (value) => 16 * value, 16),
        /both frames have 12 bit/,
      ],
      [
        frames.under!,
        changed(frames.over, (value) => 257 * value, 16),
        /one frame has 8 bit, the other 16/,
      ],
      [
        frames.under!,
        changed(frames.over, (value) => 0.8 * value),
        /has 0\.[78]\d times the contrast/,
      ],
    ] as const) {
      const { document, stderr } = await said(name, under, over);
      expect(document.warnings).toEqual([expect.stringMatching(warning)]);
      expect(stderr).toBe(`warning: ${document.warnings[0]}\n`);
      const off = document.workingDistanceUm - plain.document.workingDistanceUm;
      expect(Math.abs(off)).toBeLessThan(sd);
    }
  });
});

describe('semfocus estimate', () => {
  it('leaves a data bar out with --crop', async () => {
    const pair = [changed(frames.under, bar), changed(frames.over, bar)] as const;
    const { document } = await said('spectral', ...pair, '--crop', '0,0,544,400');
    expect(document.declined).toBeUndefined();
    expect(Math.abs(document.workingDistanceUm + 3)).toBeLessThan(1);
  });

  it.each([
    ['0,0,544,521', '--crop must lie inside of the 544 x 520 px of '],
    ['0,0,10', '--crop must be four whole numbers: x,y,width,height in px. Received "0,0,10"'],
    ['0,0,0,5', '--crop must be four whole numbers'],
    ['1.5,0,9,5', '--crop must be four whole numbers'],
  ])('refuses --crop %s', async (crop, message) => {
    const { code, stderr } = await said('spectral', frames.under!, frames.over!, '--crop', crop);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('asks a network that knows one instrument about no other, nor about another perturbation', async () => {
    const ask = (...more: string[]) => said('deepfocus-128', frames.under!, frames.over!, ...more);
    expect(await ask('--perturbation', '2')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: deepfocus-128 was trained for a perturbation of 5 um. Received 2 um\n/,
      ),
    });
    expect(await ask('--preset', 'ultraplus')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: deepfocus-128 was trained for a convergence of 8.74 mrad, within 10 %. Received 6\.[\d]+ mrad\n/,
      ),
    });
    const other = await said(
      'deepfocus-spectral-384',
      frames.under!,
      frames.over!,
      ...[...['--preset', 'ultraplus', '--perturbation', '7']],
    );
    expect(other.code).toBe(0);
  });

  it('is no surer of ten patches at one place than of one', async () => {
    const part = ['--crop', '0,0,128,128'];
    const sdOf = async (patches: number) => {
      const parameters = ['--parameters', JSON.stringify({ patches })];
      const { document } = await said(
        ...(['deepfocus-128', frames.under!, frames.over!] as const),
        ...[...part, ...parameters],
      );
      return document.sd.workingDistanceUm;
    };
    expect(await sdOf(10)).toBeGreaterThan(0.2);
    expect(await sdOf(10)).toBeCloseTo(await sdOf(1), 6);
  });
});

describe('the pixel size in a file', () => {
  it('is compared with --pixel-size', async () => {
    await said('spectral', frames.under!, frames.over!);
    const zeiss = (sizeNm: number) => `AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = ${sizeNm} nm\r\n`;
    // Behind the last chunk of a PNG: decoders pass it over.
    await appendFile(at('u.png'), zeiss(10.03));
    await appendFile(at('o.png'), zeiss(20.06));
    const { code, stdout, stderr } = await inProcess(
      ...['estimate', '--under', at('u.png'), '--over', at('o.png'), '--preset', 'ideal', '--json'],
      ...['--pixel-size', '10.03', '--perturbation', '5', '--algorithm', 'spectral'],
    );
    const warning = `${at('o.png')} says that its pixels have 20.06 nm, and --pixel-size is 10.03 nm`;
    expect({ code, stderr }).toEqual({ code: 0, stderr: `warning: ${warning}\n` });
    expect(JSON.parse(stdout).warnings).toEqual([warning]);
  });
});
