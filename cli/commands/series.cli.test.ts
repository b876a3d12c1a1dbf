import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taggedTiff, textTag, zeissText } from '../../harness/image/testing/vendorFrames.ts';
import { inProcess } from '../testing/inProcess.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-series-'));
  for (const [name, workingDistanceM] of [
    ['under.tif', 0.004495],
    ['over.tif', 0.004505],
  ] as const) {
    await writeFile(at(name), taggedTiff(textTag(34118, zeissText({ workingDistanceM }))));
  }
  await writeFile(at('bare.tif'), taggedTiff([270, 2, 0]));
});
afterAll(() => rm(folder, { recursive: true }));

describe('semfocus series', () => {
  it('writes what the files say into a manifest, and what is left to write by hand onto the terminal', async () => {
    const out = at('series.json');
    const { code, stdout, stderr } = await inProcess(
      ...['series', at('under.tif'), at('over.tif'), at('bare.tif'), '--out', out],
    );
    expect(code).toBe(0);
    expect(stdout.replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
      "file       place  WD, um  stig x  stig y  px, nm  dwell, ns   kV              read from
      under.tif      1    4495     1.9    -0.2   10.03        200  1.5  Zeiss, TIFF tag 34118
      over.tif       1    4505     1.9    -0.2   10.03        200  1.5  Zeiss, TIFF tag 34118
      bare.tif       1       ?       ?       ?       ?          ?    ?                nothing

      Series: FOLDER/series.json
      Needed, to be written in place of null:
        workingDistanceUm of bare.tif (um; any origin, the same for all frames)
        pixelSizeNm of bare.tif (nm)
      Would help, may stay null:
        stigmatorX of bare.tif (left null, the stigmators count as untouched)
        stigmatorY of bare.tif (left null, the stigmators count as untouched)
        dwellTimeNs of bare.tif (ns; left null, the preset's)
        beamVoltageKv of bare.tif
        scanRotationDeg of bare.tif
      If the focus is known, write it into inFocusAt, e.g.
        "inFocusAt": { "workingDistanceUm": 4500.0, "stigmatorX": 1.9, "stigmatorY": -0.2 }
      Then: semfocus validate FOLDER/series.json
      "
    `);
    expect(stderr).toBe(
      'note: under.tif, over.tif: the stigmators are written in steps of 0.1 %\n',
    );
    const { frames, inFocusAt } = JSON.parse(await readFile(out, 'utf8'));
    expect(inFocusAt).toBeNull();
    expect(frames).toMatchObject([
      { file: 'under.tif', workingDistanceUm: expect.closeTo(4495, 6), scanRotationDeg: 15 },
      {
        file: 'over.tif',
        workingDistanceUm: expect.closeTo(4505, 6),
        source: 'Zeiss, TIFF tag 34118',
      },
      { file: 'bare.tif', workingDistanceUm: null, source: null },
    ]);
    const again = await inProcess('series', at('under.tif'), '--out', out);
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(
      /^error: --out must be a new file\. .*series\.json is there already\n/,
    );
    const incomplete = await inProcess('validate', out, '--out', at('validation'));
    expect(incomplete.code).toBe(2);
    expect(incomplete.stderr).toMatch(
      /^error: .*series\.json lacks workingDistanceUm of bare\.tif; pixelSizeNm of bare\.tif\nwrite in place of null /,
    );
  });

  it('prints the manifest for machines', async () => {
    const out = at('other.json');
    const { code, stdout, stderr } = await inProcess(
      'series',
      at('bare.tif'),
      '--out',
      out,
      '--json',
    );
    expect(code).toBe(0);
    expect(stdout).toBe(await readFile(out, 'utf8'));
    expect(stderr).toMatch(/^note: workingDistanceUm of bare\.tif \(um; any origin/);
  });

  it('refuses what is no image, and writes nothing then', async () => {
    const { code, stderr } = await inProcess('series', at('none.tif'), '--out', at('none.json'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/none\.tif.*there is no such file/);
    await expect(readFile(at('none.json'))).rejects.toThrow('ENOENT');
  });
});
