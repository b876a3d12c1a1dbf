import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../harness/numeric/index.ts';
import type { ImperfectionLevels, ImperfectionName } from '../presets/imperfections.ts';
import { presetNamed } from '../presets/presets.ts';
import { noImperfections } from '../testing/noImperfections.ts';
import { drift } from './drift.ts';
import { type ScanDisplacementOptions, scanDisplacement } from './scanDisplacement.ts';
import { scanTiming } from './scanTiming.ts';

const { scan } = presetNamed('merlin');
const [width, height] = [96, 64];
const whole = { width, height, region: { x: 0, y: 0, width, height } };

interface Setting extends Partial<Omit<ScanDisplacementOptions, 'levels' | 'timing'>> {
  readonly dwellTimeNs?: number;
  readonly seed?: number;
  readonly averages?: number;
}

function displace(levels: Partial<ImperfectionLevels>, setting: Setting = {}) {
  const { dwellTimeNs = 200, seed = 1, averages = 1, ...options } = setting;
  const { region } = options.raster ?? whole;
  const stream = (name: string) => new RandomStream(seed, name);
  const own = (name: string) => new RandomStream(50, name);
  const all = { ...noImperfections, ...levels };
  return scanDisplacement({
    raster: whole,
    pixelSizeNm: 10,
    timing: scanTiming(region.width, region.height, dwellTimeNs, {
      ...scan,
      lineAverages: averages,
    }),
    startTimeS: 0,
    levels: all,
    drift: drift(all, own),
    stream,
    instrumentStream: own,
    rotationDeg: 0,
    magnificationFactor: 1,
    ...options,
  });
}

/** All displacements, row by row. */
function field(displacement: ReturnType<typeof displace>) {
  const rows = Array.from({ length: displacement.height }, (_, y) => {
    const dx = new Float32Array(displacement.width);
    const dy = new Float32Array(displacement.width);
    displacement.row(y, dx, dy);
    return { dx, dy };
  });
  return { rows, x: rows.map(({ dx }) => dx), y: rows.map(({ dy }) => dy) };
}

const rmsOf = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

const moving = {
  magnificationError: 3,
  affineError: 3,
  smoothDistortion: 0.3,
  drift: 5000,
  driftWalk: 500,
  driftInFrame: 20,
  vibration: 5,
  mainsField: 5,
  rowJitterX: 0.4,
  rowJitterY: 0.4,
  flyback: 0.1,
} as const satisfies Partial<ImperfectionLevels>;
const names = Object.keys(moving) as (keyof typeof moving)[];

describe('displacement of a frame', () => {
  it('is nothing where every level is 0', () => {
    const still = displace({});
    expect(still.isZero).toBe(true);
    expect(still.largestPx).toBe(0);
    expect(field(still).x.every((dx) => dx.every((value) => value === 0))).toBe(true);
  });

  it.each(names)('%s moves pixels; off, not even its random numbers matter', (name) => {
    expect(displace({ [name]: moving[name] }).isZero).toBe(false);
    const off = { ...moving, [name]: 0 };
    const reseeded = (root: number) => (one: ImperfectionName) =>
      new RandomStream(one === name ? 999 : root, one);
    const other = displace(off, { stream: reseeded(1), instrumentStream: reseeded(50) });
    expect(field(other)).toEqual(field(displace(off)));
    expect(field(displace(off))).not.toEqual(field(displace(moving)));
  });

  it.each([whole, { ...whole, region: { x: 40, y: 16, width: 48, height: 32 } }])(
    'never exceeds what it says, nor stays far below',
    (raster) => {
      const displacement = displace(moving, { raster });
      const { x, y } = field(displacement);
      const largest = Math.max(...[...x, ...y].map((row) => Math.max(...row.map(Math.abs))));
      expect(largest).toBeLessThanOrEqual(displacement.largestPx);
      expect(largest).toBeGreaterThan(0.5 * displacement.largestPx);
    },
  );
});

describe('what belongs to the raster', () => {
  const region = { x: 40, y: 16, width: 48, height: 32 };

  it.each([
    'magnificationError',
    'affineError',
    'smoothDistortion',
    'rowJitterX',
    'rowJitterY',
  ] as const)('%s of a region is that part of the full raster', (name) => {
    const full = field(displace({ [name]: moving[name] }));
    const part = field(displace({ [name]: moving[name] }, { raster: { ...whole, region } }));
    for (let y = 0; y < region.height; y++) {
      for (let x = 0; x < region.width; x++) {
        expect(part.x[y]![x]!).toBeCloseTo(full.x[y + region.y]![x + region.x]!, 5);
        expect(part.y[y]![x]!).toBeCloseTo(full.y[y + region.y]![x + region.x]!, 5);
      }
    }
  });

  it('a larger image has its pixels closer together, about the centre', () => {
    const { x, y } = field(displace({}, { magnificationFactor: 1.01 }));
    const scale = 1 / 1.01 - 1;
    expect(x[10]![0]!).toBeCloseTo(scale * (0.5 - width / 2), 5);
    expect(x[10]![width - 1]!).toBeCloseTo(-x[10]![0]!, 5);
    expect(y[0]![7]!).toBeCloseTo(scale * (0.5 - height / 2), 5);
    expect(y[height - 1]![7]!).toBeCloseTo(-y[0]![7]!, 5);
  });

  it('rotation, shear and anisotropy are the drawn ones', () => {
    const displacement = displace({ affineError: 5 });
    const { rotationMrad, shearMrad, anisotropy } = displacement.drawn as Record<string, number>;
    const { x, y } = field(displacement);
    const alongX = { dx: (x[5]![80]! - x[5]![0]!) / 80, dy: (y[5]![80]! - y[5]![0]!) / 80 };
    const alongY = { dx: (x[60]![5]! - x[0]![5]!) / 60, dy: (y[60]![5]! - y[0]![5]!) / 60 };
    expect((alongX.dy - alongY.dx) / 2).toBeCloseTo(rotationMrad! * 1e-3, 6);
    expect(alongX.dy + alongY.dx).toBeCloseTo(shearMrad! * 1e-3, 6);
    expect(alongX.dx - alongY.dy).toBeCloseTo(anisotropy!, 6);
  });

  it('magnification errors have the level for their standard deviation', () => {
    const drawn = Array.from(
      { length: 2000 },
      (_, seed) =>
        (displace({ magnificationError: 0.24 }, { seed }).drawn.magnificationFactor as number) - 1,
    );
    expect(Math.abs(rmsOf(drawn) / 0.24e-3 - 1)).toBeLessThan(0.06);
  });

  it('row jitter is white, of the level, and falls with averages', () => {
    const raster = { width: 16, height: 4000, region: { x: 0, y: 0, width: 16, height: 4000 } };
    const rows = (averages: number) =>
      field(displace({ rowJitterX: 0.12 }, { raster, averages })).x.map((dx) => dx[3]!);
    const once = rows(1);
    expect(Math.abs(rmsOf(once) / 0.12 - 1)).toBeLessThan(0.05);
    const products = once.slice(1).map((value, i) => value * once[i]!);
    const correlation = products.reduce((sum, value) => sum + value, 0) / products.length / 0.0144;
    expect(Math.abs(correlation)).toBeLessThan(0.07);
    expect(Math.abs(rmsOf(rows(9)) / 0.04 - 1)).toBeLessThan(0.05);
  });

  it('smooth distortion has the level for its rms per axis, on a scale of 1 um', () => {
    const raster = { width: 640, height: 480, region: { x: 0, y: 0, width: 640, height: 480 } };
    const fields = Array.from({ length: 12 }, (_, seed) =>
      field(displace({ smoothDistortion: 0.2 }, { raster, pixelSizeNm: 20, seed })),
    );
    const sampled = (rows: readonly Float32Array[], lag: number) =>
      rows
        .filter((_, y) => y % 16 === 0)
        .flatMap((row) => Array.from({ length: 36 }, (_, i) => row[16 * i]! * row[16 * i + lag]!));
    const covariance = (axis: 'x' | 'y', lag: number) => {
      const products = fields.flatMap((one) => sampled(one[axis], lag));
      return products.reduce((sum, value) => sum + value, 0) / products.length;
    };
    for (const axis of ['x', 'y'] as const) {
      expect(Math.abs(Math.sqrt(covariance(axis, 0)) / 0.2 - 1)).toBeLessThan(0.1);
      // 0.1 um and 1 um further along the row.
      expect(covariance(axis, 5) / covariance(axis, 0)).toBeGreaterThan(0.9);
      expect(Math.abs(covariance(axis, 50) / covariance(axis, 0))).toBeLessThan(0.45);
    }
  });

  it('fly-back stretches the start of the line and leaves the rest alone', () => {
    const { x, y } = field(displace({ flyback: 0.25 }));
    const stretched = 0.25 * width;
    // From rest, half the stretch ahead, evenly accelerated to one pixel per pixel.
    const place = (column: number) => column + x[9]![column]!;
    expect(place(0)).toBeCloseTo(stretched / 2, 5);
    expect(place(1) - place(0)).toBeCloseTo(0.5 / stretched, 5);
    expect(place(12) - place(11)).toBeCloseTo(11.5 / stretched, 5);
    for (let column = stretched; column < width; column++) expect(x[9]![column]).toBe(0);
    expect(y[9]!.every((value) => value === 0)).toBe(true);
  });
});

describe('what moves with time', () => {
  it('a vibration is seen at the true time of every pixel, row overhead included', () => {
    // Slow: several periods of the mains within one row, and not a whole number of them.
    const dwellTimeNs = 1e6;
    const timing = scanTiming(width, height, dwellTimeNs, scan);
    expect(50 * timing.rowS).toBeGreaterThan(4);
    const displacement = displace({ mainsField: 10 }, { dwellTimeNs });
    const { vibrationHz, vibrationPhase, vibrationXNm, vibrationYNm } =
      displacement.drawn as Record<string, readonly number[]>;
    const { x, y } = field(displacement);
    for (const [row, column] of [
      [0, 0],
      [3, 17],
      [40, 95],
    ] as const) {
      const timeS = row * timing.rowS + column * timing.pixelS;
      const sines = vibrationHz!.map((frequencyHz, i) =>
        Math.sin(2 * Math.PI * frequencyHz * timeS + vibrationPhase![i]!),
      );
      const expected = (nm: readonly number[]) =>
        nm.reduce((sum, size, i) => sum + (size / 10) * sines[i]!, 0);
      expect(x[row]![column]!).toBeCloseTo(expected(vibrationXNm!), 2);
      expect(y[row]![column]!).toBeCloseTo(expected(vibrationYNm!), 2);
    }
  });

  it('drift counts from the start of the frame and goes on for its duration', () => {
    const levels = { drift: 6000, driftWalk: 300 };
    const path = drift({ ...noImperfections, ...levels }, (name) => new RandomStream(50, name));
    const timing = scanTiming(width, height, 20_000, scan);
    const startTimeS = 123;
    const { x, y } = field(displace(levels, { dwellTimeNs: 20_000, startTimeS }));
    for (const row of [0, 30, 63]) {
      const now = path(startTimeS + row * timing.rowS + (width * timing.pixelS) / 2);
      const start = path(startTimeS);
      expect(x[row]![20]!).toBeCloseTo((now.x - start.x) / 10, 4);
      expect(y[row]![20]!).toBeCloseTo((now.y - start.y) / 10, 4);
    }
  });

  it('drift in the frame is linear, of the level, in a direction drawn for every frame', () => {
    const ends = [1, 2].map((seed) => {
      const { x, y } = field(displace({ driftInFrame: 20 }, { seed }));
      const last = { x: x[height - 1]![0]! - x[0]![0]!, y: y[height - 1]![0]! - y[0]![0]! };
      expect(x[32]![0]! - x[0]![0]!).toBeCloseTo((last.x * 32) / (height - 1), 5);
      expect(Math.hypot(last.x, last.y)).toBeCloseTo((2 * (height - 1)) / height, 4);
      return last;
    });
    expect(ends[0]).not.toEqual(ends[1]);
  });

  it('what belongs to the laboratory turns with the scan, what belongs to the raster does not', () => {
    const laboratory = { drift: 6000, vibration: 5, mainsField: 5 };
    const at = (levels: Partial<ImperfectionLevels>, rotationDeg: number) =>
      field(displace(levels, { rotationDeg, dwellTimeNs: 5000 }));
    const [plain, turned] = [at(laboratory, 0), at(laboratory, 90)];
    for (const row of [0, 31, 63]) {
      for (const column of [0, 50, 95]) {
        expect(turned.x[row]![column]!).toBeCloseTo(-plain.y[row]![column]!, 5);
        expect(turned.y[row]![column]!).toBeCloseTo(plain.x[row]![column]!, 5);
      }
    }
    const raster = { affineError: 3, smoothDistortion: 0.3, rowJitterX: 0.4, flyback: 0.1 };
    expect(at(raster, 90)).toEqual(at(raster, 0));
  });
});
