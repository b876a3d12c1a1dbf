import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { imperfectionNames, presetNamed, presets } from '../../sim/index.ts';
import { inProcess } from '../testing/inProcess.ts';
import { recordsOf } from '../testing/recordsOf.ts';
import { writeSuite } from '../testing/tinySuite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('semfocus presets', () => {
  it('lists all there are', async () => {
    const { code, stdout } = await inProcess('presets', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual(
      presets.map(({ name }) => name),
    );
  });

  it('shows every imperfection of one, with unit and status', async () => {
    const { stdout } = await inProcess('presets', 'merlin-real~coma=3');
    for (const name of imperfectionNames) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(stdout).toMatch(/^ {2}coma +3 +10 +nm +measured +\S/m);
    expect(stdout.split('\n').every((line) => line.length < 120)).toBe(true);
  });

  it('says what algorithms are told of one, and whether that was measured', async () => {
    const told = async (preset: string) => (await inProcess('presets', preset)).stdout;
    expect(await told('merlin-real')).toMatch(/^ {2}calibration +measured by known moves: \d/m);
    expect(await told('random:17')).toMatch(/^ {2}calibration +nominal, as above: \d/m);
  });

  it('prints a preset file that can be used as it is', async () => {
    const { stdout } = await inProcess('presets', 'random:17', '--json');
    const file = join(folder, 'mine.json');
    await writeFile(file, stdout);
    expect(presetNamed(file)).toEqual(presetNamed('random:17'));
  });

  it('refuses what is none, with what there is', async () => {
    const { code, stderr } = await inProcess('presets', 'merlin~koma=1');
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean coma?');
  });
});

describe('semfocus run --preset', () => {
  it('takes a file and a changed imperfection, and records which', async () => {
    const preset = join(folder, 'own.json');
    await writeFile(preset, JSON.stringify({ extends: 'merlin', name: 'own' }));
    const suite = await writeSuite(folder, 'tiny', { psf: undefined });
    const out = join(folder, 'out');
    const asked = `${preset},merlin-real~coma=0`;
    const args = ['run', suite, '--preset', asked, '--out', out, '--workers', '1', '--json'];
    const { code, stderr } = await inProcess(...args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const records = (await recordsOf(out)) as Pick<TrajectoryRecord, 'scenario'>[];
    const scenarios = records.map(({ scenario }) => scenario);
    expect(new Set(scenarios.map((one) => one.preset))).toEqual(
      new Set([preset, 'merlin-real~coma=0']),
    );
    const own = scenarios.find((one) => one.preset === preset);
    expect(own?.presetSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(scenarios.find((one) => one !== own && one.preset !== preset)?.psf).toBe('disc');
    await writeFile(preset, JSON.stringify({ extends: 'merlin-real', name: 'own' }));
    const again = await inProcess(...args);
    expect(again.code).toBe(2);
  });
});
