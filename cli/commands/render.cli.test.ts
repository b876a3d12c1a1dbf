import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile } from '../../harness/image/index.ts';
import type { GreyPixels, Rectangle } from '../../harness/microscope/index.ts';
import { inProcess } from '../testing/inProcess.ts';

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

const textsOf = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text);

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
      join(own, 'new/focus.svg'),
    ];
    const { code, stdout, stderr } = await inProcess(...series);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${join(own, 'new/focus.svg')}  3 frames\n`,
      stderr: '',
    });
    expect(await readdir(own, { recursive: true })).toEqual(['new', join('new', 'focus.svg')]);
    expect(textsOf(await readFile(join(own, 'new/focus.svg'), 'utf8'))).toEqual([
      'points · merlin · gaussian probe · 10.03 nm/px · 200 ns, 18.6 e/nm²',
      ...['WD −5 µm', 'WD 0 µm', 'WD +5 µm', '100 nm'],
    ]);
  });

  it('holds the very frames that --out writes, the first parameter across', async () => {
    const series = [...small, '--wd', '0,20', '--stig-y', '-3,3'];
    const frames = await told(...series, '--out', at('both'), '--sheet', at('both.svg'));
    expect(frames.map(({ file, sheet }) => [file, sheet])).toEqual(
      ['wd+0_sy-3', 'wd+0_sy+3', 'wd+20_sy-3', 'wd+20_sy+3'].map((name) => [
        at('both', `${name}.png`),
        at('both.svg'),
      ]),
    );
    const svg = await readFile(at('both.svg'), 'utf8');
    const images = [...svg.matchAll(/base64,([^"]*)"/g)].map(([, data = '']) => data);
    const files = await Promise.all(frames.map(({ file = '' }) => readFile(file, 'base64')));
    expect(images).toEqual([0, 2, 1, 3].map((i) => files[i]));
    expect(new Set(images).size).toBe(4);
  });

  it('says in its labels what differs', async () => {
    const sheet = ['--specimen', 'blank', '--crop', '16', '--sheet', at('state.svg')];
    await told(...small, ...sheet, '--psf', 'disc', '--stig-x', '1', '--dwell', '100,200');
    expect(textsOf(await readFile(at('state.svg'), 'utf8'))).toEqual([
      'blank · merlin · disc probe · 10.03 nm/px',
      ...['WD 0 µm', 'stig x +1 %', '100 ns, 9.31 e/nm²'],
      ...['WD 0 µm', 'stig x +1 %', '200 ns, 18.6 e/nm²'],
      '50 nm',
    ]);
  });
});

describe('what render refuses before it renders', () => {
  it.each([
    [
      ['--sheet', 'DIR/never.png'],
      '--sheet must end in .svg. Received "DIR/never.png"\na sheet is an SVG with the frames in it as PNG; --out writes each frame as .png or .tif',
    ],
    [['--sheet', 'DIR/there.svg'], '--sheet must be a file. DIR/there.svg is a folder'],
    [
      ['--crop', '50', '--out', 'DIR/never.png'],
      '--crop must be at most 48 px, the shorter side of the 64 x 48 px frame. Received 50',
    ],
    [
      ['--width', '8000', '--height', '8000', '--wd', '0,1,2', '--sheet', 'DIR/never.svg'],
      '--sheet must hold at most 128 megapixels. Received 3 frames of 8000 x 8000 px\nrender the middle of each frame with --crop, or fewer frames',
    ],
    [
      ['--width', '32768', '--height', '32768', '--out', 'DIR/never.png'],
      'width * height must be at most 64000000 px. Received 1073741824',
    ],
    [
      ['--dwell', '200,10', '--sheet', 'DIR/never/a.svg'],
      'dwellTimeNs must be in [50, 51200] ns. Received 10',
    ],
  ])('%s', async (args, message) => {
    await mkdir(at('there.svg'), { recursive: true });
    const paths = args.map((arg) => arg.replace('DIR', folder));
    const { code, stdout, stderr } = await inProcess(...small, ...paths);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replaceAll(folder, 'DIR')).toBe(`error: ${message}\n`);
    expect(await readdir(folder)).not.toContain('never');
  });
});
