import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpecimen, type Specimen } from '../../sim/index.ts';
import { withRasterCache } from './rasterCache.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterEach(() => rm(folder, { recursive: true }));

const region = { leftNm: 0, topNm: 0, width: 320, height: 256, pixelSizeNm: 10 };
const files = async () => (await readdir(folder)).filter((name) => name.endsWith('.raster'));
const thereAre = async (count: number) => expect(await files()).toHaveLength(count);

/** A specimen that counts how often it is drawn. */
function counted(seed: number) {
  const specimen = createSpecimen('noise', seed);
  let drawn = 0;
  const counting: Specimen = {
    name: specimen.name,
    polarity: specimen.polarity,
    emission: (...given) => specimen.emission(...given),
    rasterise: (wanted) => {
      drawn++;
      return specimen.rasterise(wanted);
    },
  };
  return { counting, specimen, drawn: () => drawn };
}

const cached = (specimen: Specimen, identity = 'noise 1', version = 'a', mostBytes = 1e9) =>
  withRasterCache(specimen, identity, { folder, version, mostBytes });

describe('rasters kept in files', () => {
  it('are read in place of being drawn, bit for bit', async () => {
    const { counting, specimen, drawn } = counted(1);
    const expected = specimen.rasterise(region);
    expect(cached(counting).rasterise(region)).toEqual(expected);
    await thereAre(1);
    expect(cached(counting).rasterise(region)).toEqual(expected);
    expect(drawn()).toBe(1);
    expect(cached(counting).emission(5, 5, 10)).toBe(specimen.emission(5, 5, 10));
  });

  it.each([
    ['another region', { ...region, leftNm: 10 }, 'noise 1', 'a'],
    ['another specimen', region, 'noise 2', 'a'],
    ['other sources', region, 'noise 1', 'b'],
  ])('are not those of %s', async (_, wanted, identity, version) => {
    const { counting, drawn } = counted(1);
    cached(counting).rasterise(region);
    await thereAre(1);
    cached(counting, identity, version).rasterise(wanted);
    expect(drawn()).toBe(2);
    await thereAre(2);
  });

  it('are drawn again where a file is damaged or cut off', async () => {
    const { counting, specimen, drawn } = counted(1);
    cached(counting).rasterise(region);
    await thereAre(1);
    const [name = ''] = await files();
    const whole = await readFile(join(folder, name));
    const damaged = Buffer.from(whole);
    damaged[1000] = (damaged[1000] ?? 0) ^ 1;
    for (const bytes of [damaged, whole.subarray(0, 5000), Buffer.alloc(0)]) {
      const before = drawn();
      await writeFile(join(folder, name), bytes);
      expect(cached(counting).rasterise(region)).toEqual(specimen.rasterise(region));
      expect(drawn()).toBe(before + 1);
      expect(whole.equals(await readFile(join(folder, name)))).toBe(true);
    }
  });

  it('stay within the size: what was not needed for longest goes', async () => {
    const { counting } = counted(1);
    const bytesOfOne = 4 * region.width * region.height + 32;
    const at = (leftNm: number) =>
      cached(counting, 'noise 1', 'a', 2 * bytesOfOne).rasterise({ ...region, leftNm });
    at(0);
    await thereAre(1);
    const [first = ''] = await files();
    await utimes(join(folder, first), new Date(0), new Date(0));
    at(10_000);
    await thereAre(2);
    at(20_000);
    expect(await files()).not.toContain(first);
    await thereAre(2);
  });

  it('are drawn where nothing can be written', async () => {
    const { counting, specimen } = counted(1);
    const nowhere = withRasterCache(counting, 'noise 1', { folder: '/proc/none', version: 'a' });
    expect(nowhere.rasterise(region)).toEqual(specimen.rasterise(region));
  });
});
