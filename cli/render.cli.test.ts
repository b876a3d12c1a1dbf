import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile } from '../harness/image/index.ts';
import type { GreyPixels, Rectangle } from '../harness/microscope/index.ts';
import { inProcess } from './testing/inProcess.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Quick to render. */
const small = ['render', '--specimen', 'points', '--width', '64', '--height', '48'];

interface Told {
  readonly file?: string;
  readonly sheet?: string;
  readonly place?: Rectangle;
  readonly deviation: object;
  readonly dwellTimeNs: number;
  readonly doseElectronsPerNm2: number;
}

async function told(...args: string[]): Promise<Told[]> {
  const { code, stdout, stderr } = await inProcess(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

function partOf(pixels: GreyPixels, { x, y, width, height }: Rectangle): number[] {
  return Array.from({ length: width * height }, (_, i) =>
    pixels.get(y + Math.floor(i / width), x + (i % width)),
  );
}

describe('semfocus render --out', () => {
  it('writes what the name of the file says, and tells of it as JSON', async () => {
    expect(await told(...small, '--wd', '-1.5', '--out', at('one.tif'))).toEqual([
      {
        file: at('one.tif'),
        deviation: { workingDistanceUm: -1.5, stigmatorX: 0, stigmatorY: 0 },
        dwellTimeNs: 200,
        doseElectronsPerNm2: expect.closeTo(18.61, 2),
        frameTimeS: expect.any(Number),
      },
    ]);
    expect((await readImageFile(at('one.tif'))).shape).toEqual([48, 64]);
  });

  it('names the files of a series after what differs, and repeats itself for equal seeds', async () => {
    const series = [...small, '--wd', '0,2.5', '--stig-x', '-1,1', '--out'];
    for (const out of ['s1', 's2/']) {
      expect((await inProcess(...series, at(out))).code).toBe(0);
    }
    const names = ['wd+0_sx+1.png', 'wd+0_sx-1.png', 'wd+2.5_sx+1.png', 'wd+2.5_sx-1.png'];
    expect((await readdir(at('s1'))).sort()).toEqual(names);
    for (const name of names) {
      expect(await readImageFile(at('s1', name))).toEqual(await readImageFile(at('s2', name)));
    }
  });

  it('varies the dwell time, and with it the dose', async () => {
    const frames = await told(...small, '--dwell', '100,400', '--out', at('dwell'));
    expect((await readdir(at('dwell'))).sort()).toEqual(['dwell100.png', 'dwell400.png']);
    const [short, long] = frames.map(({ doseElectronsPerNm2 }) => doseElectronsPerNm2);
    expect(long! / short!).toBeCloseTo(4, 9);
  });

  it('renders the middle alone with --crop, as bright as in the whole frame', async () => {
    const sharp = ['--preset', 'ideal', '--dwell', '10000', '--specimen', 'tissue'];
    await told(...small, ...sharp, '--out', at('whole.png'));
    await told(...small, ...sharp, '--crop', '32', '--out', at('middle.png'));
    const whole = await readImageFile(at('whole.png'));
    const middle = await readImageFile(at('middle.png'));
    expect(middle.shape).toEqual([32, 32]);
    const meanDifference = (x: number, y: number) => {
      const part = partOf(whole, { x, y, width: 32, height: 32 });
      const values = partOf(middle, { x: 0, y: 0, width: 32, height: 32 });
      const sum = part.reduce((total, value, i) => total + Math.abs(value - values[i]!), 0);
      return sum / part.length;
    };
    // Noise is all that differs; one pixel beside the middle the structure does as well.
    expect(meanDifference(16, 8)).toBeLessThan(meanDifference(17, 8) / 2);
    expect(meanDifference(16, 8)).toBeLessThan(meanDifference(16, 7) / 2);
  });
});

describe('semfocus render --sheet', () => {
  it('puts a focus series on one labelled sheet, and writes no other file', async () => {
    const own = at('own');
    await mkdir(own);
    const series = [
      ...small,
      '--wd',
      '-5,0,5',
      '--crop',
      '40',
      '--sheet',
      join(own, 'new/focus.png'),
    ];
    const { code, stdout, stderr } = await inProcess(...series);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${join(own, 'new/focus.png')}  3 frames\n`,
      stderr: '',
    });
    expect(await readdir(own, { recursive: true })).toEqual(['new', join('new', 'focus.png')]);
    const [height = 0, width = 0] = (await readImageFile(join(own, 'new/focus.png'))).shape;
    // Three tiles of 40 px in columns as wide as their labels; title, labels and scale bar.
    expect(width).toBeGreaterThan(3 * 50);
    expect(width).toBeLessThan(500);
    expect(height).toBeGreaterThan(40 + 3 * 14);
    expect(height).toBeLessThan(40 + 10 * 20);
  });

  it('holds the very frames that --out writes, the first parameter across', async () => {
    const series = [...small, '--wd', '0,20', '--stig-y', '-3,3'];
    const frames = await told(...series, '--out', at('both'), '--sheet', at('both.png'));
    const sheet = await readImageFile(at('both.png'));
    expect(frames.map(({ file }) => file)).toEqual(
      ['wd+0_sy-3', 'wd+0_sy+3', 'wd+20_sy-3', 'wd+20_sy+3'].map((name) =>
        at('both', `${name}.png`),
      ),
    );
    const different = new Set<string>();
    for (const { file = '', sheet: on, place } of frames) {
      expect(on).toBe(at('both.png'));
      const part = partOf(sheet, place!);
      expect(part).toEqual(Array.from((await readImageFile(file)).data));
      different.add(part.join());
    }
    expect(different.size).toBe(4);
    const [a, b, c, d] = frames.map(({ place }) => place!);
    expect([a!.x, a!.y, b!.y, c!.x]).toEqual([b!.x, c!.y, d!.y, d!.x]);
    expect(c!.x).toBeGreaterThan(a!.x);
    expect(b!.y).toBeGreaterThan(a!.y);
  });

  it('says in its labels what differs', async () => {
    const pair = async (name: string, ...state: string[]) => {
      const sheet = ['--specimen', 'blank', '--crop', '16', '--sheet', at(name)];
      const [frame] = await told(...small, ...sheet, ...state);
      const pixels = await readImageFile(at(name));
      const [, width = 0] = pixels.shape;
      return partOf(pixels, { x: 0, y: 0, width, height: frame!.place!.y }).join();
    };
    const plus = await pair('plus.png', '--wd', '5');
    expect(await pair('again.png', '--wd', '5', '--seed', '2')).toBe(plus);
    expect(await pair('minus.png', '--wd', '-5')).not.toBe(plus);
    expect(await pair('stig.png', '--wd', '5', '--stig-x', '1')).not.toBe(plus);
    expect(await pair('disc.png', '--wd', '5', '--psf', 'disc')).not.toBe(plus);
  });
});

describe('what render refuses before it renders', () => {
  it.each([
    [
      ['--sheet', 'DIR/never.jpg'],
      '--sheet must be a file that ends in .png, .tif or .tiff. Received "DIR/never.jpg"',
    ],
    [['--sheet', 'DIR/there.png'], '--sheet must be a file. DIR/there.png is a folder'],
    [
      ['--sheet', 'DIR/never.png', '--out', 'DIR/./never.png'],
      '--out and --sheet must be different files. Received "DIR/never.png" for both',
    ],
    [
      ['--crop', '50', '--out', 'DIR/never.png'],
      '--crop must be at most 48 px, the shorter side of the 64 x 48 px frame. Received 50',
    ],
    [
      ['--width', '8000', '--height', '8000', '--wd', '0,1,2,3,4', '--sheet', 'DIR/never.png'],
      '--sheet must hold at most 256 megapixels. Received 5 frames of 8000 x 8000 px\nrender the middle of each frame with --crop, or fewer frames',
    ],
    [
      ['--width', '32768', '--height', '32768', '--out', 'DIR/never.png'],
      'width * height must be at most 64000000 px. Received 1073741824',
    ],
    [
      ['--dwell', '200,10', '--sheet', 'DIR/never/a.png'],
      'dwellTimeNs must be in [50, 51200] ns. Received 10',
    ],
  ])('%s', async (args, message) => {
    await mkdir(at('there.png'), { recursive: true });
    const paths = args.map((arg) => arg.replace('DIR', folder));
    const { code, stdout, stderr } = await inProcess(...small, ...paths);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replaceAll(folder, 'DIR')).toBe(`error: ${message}\n`);
    expect(await readdir(folder)).not.toContain('never');
  });
});
