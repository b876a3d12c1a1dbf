import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImageFile, writeTiffFile } from '../../harness/image/index.ts';
import { greyPixels } from '../../harness/numeric/index.ts';
import { inProcess } from '../testing/inProcess.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

/** Half way between the two frames the microscope is 3 um and (0.5, -0.5) units from best focus. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'semfocus-'));
  const { code, stdout, stderr } = await inProcess(
    ...['render', '--wd', '-2,8', '--stig-x', '0.5', '--stig-y', '-0.5', '--out', at('pair')],
    ...['--width', '768', '--height', '512', '--preset', 'ideal'],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.replaceAll(at('/'), '')).toMatch(
    /^pair.wd-2\.png {2}18\.6 electrons\/nm²\npair.wd\+8\.png {2}18\.6 electrons\/nm²\n$/,
  );
  for (const name of ['wd-2', 'wd+8']) {
    const { data, shape } = await readImageFile(at('pair', `${name}.png`));
    expect([shape, data]).toEqual([[512, 768], expect.any(Uint8Array)]);
    const deep = Uint16Array.from(data, (value) => value * 257);
    await writeTiffFile(at('pair', `${name}.tif`), greyPixels(deep, 768, 512));
  }
});
afterAll(() => rm(folder, { recursive: true }));

function estimateArgs(algorithm: string, ending: string): string[] {
  return [
    ...['estimate', '--algorithm', algorithm, '--preset', 'ideal'],
    ...['--under', at(`pair/wd-2.${ending}`), '--over', at(`pair/wd+8.${ending}`)],
    ...['--pixel-size', '10.03', '--perturbation', '5'],
    ...['--parameters', '{"patchSidePx": 256, "patches": 6}'],
  ];
}

describe.each(['mapfost', 'spectral'])('semfocus estimate --algorithm %s', (algorithm) => {
  it.each(['png', 'tif'])('corrects by minus the aberration half way (%s)', async (ending) => {
    const { code, stdout, stderr } = await inProcess(...estimateArgs(algorithm, ending), '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = JSON.parse(stdout);
    expect(document.algorithm).toBe(algorithm);
    expect(document.computeMs).toBeGreaterThan(0);
    expect(document.declined).toBeUndefined();
    // Both see less than there is on a small field; a wrong sign or unit is far outside.
    expect(Math.abs(document.workingDistanceUm - -3)).toBeLessThan(0.7);
    expect(Math.abs(document.stigmatorX - -0.5)).toBeLessThan(0.15);
    expect(Math.abs(document.stigmatorY - 0.5)).toBeLessThan(0.15);
    for (const parameter of ['workingDistanceUm', 'stigmatorX', 'stigmatorY']) {
      expect(document.sd[parameter]).toBeGreaterThan(0);
      expect(document.sd[parameter]).toBeLessThan(1);
    }
    // The preset's matrix times (-0.5, 0.5) units.
    expect(Math.abs(document.astigmatismUm.a - 2.705)).toBeLessThan(0.7);
    expect(Math.abs(document.astigmatismUm.b - -0.827)).toBeLessThan(0.7);
  });

  it('says the same for people', async () => {
    const { stdout } = await inProcess(...estimateArgs(algorithm, 'png'));
    expect(stdout).toMatch(/^ {2}working distance +-[23]\.\d{3} ± 0\.\d{3} µm$/m);
    expect(stdout).toMatch(/^ {2}stigmator x +-0\.\d{3} ± 0\.\d{3} units$/m);
    expect(stdout).toMatch(/^ {2}stigmator y +\+0\.\d{3} ± 0\.\d{3} units$/m);
  });
});

describe('an estimate', () => {
  it('from frames that show nothing is declined, not made up', async () => {
    const size = ['--width', '256', '--height', '256', '--wd', '-5,5'];
    await inProcess('render', '--specimen', 'blank', ...size, '--out', at('blank'));
    const files = ['--under', at('blank/wd-5.png'), '--over', at('blank/wd+5.png')];
    const args = ['--algorithm', 'spectral', '--pixel-size', '10', '--perturbation', '5'];
    const { code, stdout } = await inProcess('estimate', ...files, ...args, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ workingDistanceUm: 0, stigmatorX: 0, stigmatorY: 0 },
      declined: expect.any(String),
    });
    const people = await inProcess('estimate', ...files, ...args);
    expect(people.stdout).toMatch(/^spectral declined: .*\n$/);
  });
});
