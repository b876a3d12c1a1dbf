import { describe, expect, it } from 'vitest';
import { calibrateMicroscope, calibrationLimits } from '../../baselines/index.ts';
import { openSession } from '../../harness/focusing/index.ts';
import {
  calibrationOf,
  measuredCalibration,
  measuredCalibrations,
  physicsVersion,
  presetCalibration,
  presetNamed,
  presets,
} from '../../sim/index.ts';
import { openMicroscope, registry } from '../lab/index.ts';

describe('the calibrations of the built-in instruments', () => {
  it('were made with the physics of today: else run npm run make:calibrations', () => {
    expect(measuredCalibrations.physicsVersion).toBe(physicsVersion);
  });

  it('are there for every instrument but the ideal one, with every probe that it can have', () => {
    const made = Object.entries(measuredCalibrations.presets).map(([name, ofProbe]) => [
      name,
      Object.keys(ofProbe),
    ]);
    expect(made).toEqual([
      ['merlin', ['gaussian', 'disc', 'wave']],
      ['merlin-real', ['disc', 'wave']],
      ['ultraplus', ['gaussian', 'disc', 'wave']],
      ['ultraplus-real', ['disc', 'wave']],
    ]);
    const others = presets.filter(({ name }) => !(name in measuredCalibrations.presets));
    expect(others.map(({ name }) => name)).toEqual(['ideal']);
  });

  it('are measured, not copied: near the numbers of the preset and never equal', () => {
    for (const name of ['merlin', 'ultraplus']) {
      const nominal = presetCalibration(presetNamed(name));
      const measured = measuredCalibration(name, 'gaussian');
      const ratio = (measured?.convergenceMrad ?? 0) / nominal.convergenceMrad;
      expect(Math.abs(ratio - 1)).toBeLessThan(0.03);
      expect(ratio).not.toBe(1);
      const elements = measured?.stigmatorMatrixUmPerUnit.flat() ?? [];
      const truth = nominal.stigmatorMatrixUmPerUnit.flat();
      const error = Math.hypot(...truth.map((value, i) => value - (elements[i] ?? 0)));
      expect(error / Math.hypot(...truth)).toBeLessThan(0.08);
    }
  });

  it('agree with a fresh, short calibration at other places within the uncertainty of both', async () => {
    const stored = measuredCalibration('merlin-real', 'disc');
    const { microscope, ...scan } = await openMicroscope('sim:merlin-real', {
      specimen: 'tissue-dense',
      specimenPixelSize: 10,
      seed: 7405,
      startUm: 1,
    });
    const limits = calibrationLimits(await microscope.describe());
    const session = await openSession(microscope, { limits });
    const { calibration: fresh, fits } = await calibrateMicroscope(session, {
      frame: { width: 512, height: 384, ...scan },
      guessMrad: 8,
      residualSpotNm: 3.5,
      places: 2,
    });
    if (stored?.measured === undefined) throw new Error('no stored calibration');
    const ofShape = fits.find(({ psf }) => psf === stored.psf);
    if (ofShape === undefined) throw new Error(`no fit of a ${stored.psf} probe`);
    const sd = Math.hypot(stored.measured.sd.convergenceMrad, ofShape.sdMrad);
    // Two places tell their own scatter badly: 0.1 mrad more.
    expect(Math.abs(stored.convergenceMrad - ofShape.convergenceMrad)).toBeLessThan(3 * sd + 0.1);
    const before = stored.stigmatorMatrixUmPerUnit.flat();
    const after = fresh.stigmatorMatrixUmPerUnit.flat();
    const apart = Math.hypot(...before.map((value, i) => value - (after[i] ?? 0)));
    expect(apart / Math.hypot(...before)).toBeLessThan(0.12);
  });
});

it('merlin-real is calibrated to the disc that real frames want, 8.9 mrad, for all its centred pupil', () => {
  const { psf, convergenceMrad = 0 } = measuredCalibration('merlin-real', 'disc') ?? {};
  expect(psf).toBe('disc');
  expect(Math.abs(convergenceMrad - 8.9)).toBeLessThan(0.1);
});

describe('what an algorithm is told', () => {
  it('is what was measured where there is something, whatever has changed since', () => {
    const { values, source } = calibrationOf('merlin-real~coma=0');
    expect(source).toBe('measured');
    expect(values).toEqual(calibrationOf('merlin-real', 'disc').values);
    expect(values).not.toHaveProperty('measured');
    expect(registry.presetNamed('merlin').calibrationFor('disc')).toEqual(
      calibrationOf('merlin', 'disc'),
    );
    expect(calibrationOf('merlin', 'disc').values.psf).toBe('disc');
  });

  it('is nominal without a measured one', () => {
    expect(calibrationOf('random:17', 'wave')).toEqual({
      source: 'nominal',
      values: { ...presetCalibration(presetNamed('random:17')), psf: 'disc' },
    });
    expect(calibrationOf('ideal').source).toBe('nominal');
  });
});
