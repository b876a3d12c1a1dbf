import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../harness/config/index.ts';
import { loadSuite, planSuite } from '../harness/experiment/suite/index.ts';
import { calibrationSchema } from '../harness/microscope/index.ts';
import { presetNamed } from '../sim/index.ts';
import { registry } from './lab/index.ts';

const folder = fileURLToPath(new URL('../examples/', import.meta.url));

describe('examples', () => {
  // Named one by one, so that an empty folder cannot pass.
  it('are these', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'calibration-measured.json',
      'calibration.json',
      'cluster',
      'fibsem',
      'fuzz',
      'limits.json',
      'low-dose.json',
      'peers.json',
      'plugin',
      'preset-ranges.json',
      'preset.json',
      'python',
      'tsconfig.json',
    ]);
  });

  it('low-dose.json is a suite that can be planned', async () => {
    const plan = planSuite(await loadSuite(`${folder}low-dose.json`), registry);
    expect(plan.scenarios).toHaveLength(2 * 2 * 3 * 5);
  });

  it('peers.json is one with the program of examples/python beside ours', async () => {
    const suite = await loadSuite(`${folder}peers.json`);
    const entry = registry.algorithms.get('spectral');
    if (entry === undefined) throw new Error('spectral comes along');
    const program = { ...entry, name: 'mapfost (PyPI)' };
    expect(() => planSuite(suite, registry)).toThrow(program.name);
    const algorithms = new Map(registry.algorithms).set(program.name, program);
    const plan = planSuite(suite, { ...registry, algorithms });
    expect(plan.scenarios).toHaveLength(4 * 2 * 9);
  });

  it('preset.json and preset-ranges.json describe instruments', () => {
    expect(registry.presetNamed(`${folder}preset.json`).pixelSizeNm).toBe(8);
    const drawn = registry.presetNamed(`${folder}preset-ranges.json:17`);
    expect([drawn.name, drawn.psf]).toEqual(['family:17', 'disc']);
  });

  it('fibsem/starts.json meets an instrument whose best focus is known', async () => {
    const preset = `${folder}fibsem/preset.json`;
    const plan = planSuite(await loadSuite(`${folder}fibsem/starts.json`), registry, {
      presets: [preset],
    });
    expect(plan.scenarios).toHaveLength(3 * 9);
    // The script subtracts it from where `focus` ends.
    const { focus, stigmator } = presetNamed(preset);
    expect([focus.heightRangeUm, stigmator.optimumRange]).toEqual([0, 0]);
    expect(focus.workingDistanceUm).toBe(4500);
  });

  it('calibration.json is a calibration', async () => {
    const calibration = await readConfigFile(
      calibrationSchema,
      `${folder}calibration.json`,
      'calibration',
    );
    expect(calibration.psf).toBe('disc');
  });

  // As `semfocus calibrate --microscope sim:random:17 --out calibration-measured.json` wrote it.
  it('calibration-measured.json is what was measured of random:17', async () => {
    const { measured, convergenceMrad } = await readConfigFile(
      calibrationSchema,
      `${folder}calibration-measured.json`,
      'calibration',
    );
    expect(measured?.microscope).toBe('sim:random:17');
    const { calibration } = registry.presetNamed('random:17');
    // Of a probe as slim as this one frames hardly tell the shape, which is worth 4 % of the angle.
    expect(Math.abs(convergenceMrad / calibration.convergenceMrad - 1)).toBeLessThan(0.05);
  });
});
