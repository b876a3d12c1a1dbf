import { describe, expect, it } from 'vitest';
import {
  boundSd,
  focusInformation,
  nothingElseUnknown,
  pairFrames,
} from '../../baselines/index.ts';
import type { FocusState } from '../../harness/microscope/index.ts';
import { noisePowerUm2, presetCalibration, presetNamed } from '../../sim/index.ts';
import { inProcess } from '../testing/inProcess.ts';

interface Document {
  readonly areas: readonly {
    readonly area: string;
    readonly px: number;
    readonly bounds: readonly {
      readonly dwellTimeNs: number;
      readonly doseElectronsPerNm2: number;
      readonly known: FocusState;
      readonly unknown: FocusState;
    }[];
    readonly doseToMarginsElectronsPerNm2: { readonly known: number; readonly unknown: number };
  }[];
}

const small = ['bound', '--width', '384', '--height', '256', '--patch-side', '128'];

async function bounds(...args: string[]): Promise<Document> {
  const { code, stdout, stderr } = await inProcess(...small, ...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** Of the whole frame at the first dose. */
function frameBound({ areas }: Document) {
  const first = areas.find(({ area }) => area === 'frame')?.bounds[0];
  if (first === undefined) throw new Error('no bound of the frame');
  return first;
}

describe('semfocus bound', () => {
  it('is that of the analytic spectrum and of the shot noise of the preset', async () => {
    const { known } = frameBound(
      await bounds('--specimen', 'noise', '--preset', 'merlin', '--dwell', '200', '--wd', '2'),
    );
    const calibration = presetCalibration(presetNamed('merlin'));
    const pixelUm = 0.01003;
    const expected = boundSd(
      focusInformation(
        {
          optics: calibration,
          frames: pairFrames({ zUm: 2, aUm: 0, bUm: 0 }, 5),
          ...{ width: 384, height: 256, pixelSizeNm: 10.03, pixelApertureNm: 10.03 },
          specimenPower: (kx, ky) => noisePowerUm2(Math.hypot(kx, ky)) / pixelUm ** 2,
          // Effective counts: 0.45 of 1.5 nA for 200 ns.
          noiseVariance: 1 / (0.45 * 6.241509 * 1.5 * 200),
        },
        nothingElseUnknown,
      ),
      calibration.stigmatorMatrixUmPerUnit,
    );
    // One small field of a specimen has the mean power to a few per cent.
    for (const parameter of ['workingDistanceUm', 'stigmatorX', 'stigmatorY'] as const) {
      expect(known[parameter] / expected[parameter]).toBeGreaterThan(0.95);
      expect(known[parameter] / expected[parameter]).toBeLessThan(1.05);
    }
  });

  it('tells of one patch, all patches and the frame, by the root of the area', async () => {
    const { areas } = await bounds('--dose', '5', '--patches', '4');
    expect(areas.map(({ area, px }) => [area, px])).toEqual([
      ['patch', 128 * 128],
      ['patches', 4 * 128 * 128],
      ['frame', 384 * 256],
    ]);
    const [patch, patches, frame] = areas.map(({ bounds: [first] }) => first?.known);
    const ratio = (part: FocusState | undefined) =>
      (patch?.workingDistanceUm ?? 0) / (part?.workingDistanceUm ?? 0);
    expect(ratio(patches)).toBeCloseTo(2, 9);
    expect(ratio(frame)).toBeCloseTo(Math.sqrt(6), 9);
  });

  it('falls with the dose, and is inside the margins from the dose it names on', async () => {
    const { areas } = await bounds('--dose', '2,20', '--wd', '3', '--patches', '1');
    const [patch] = areas;
    const [low, high] = patch?.bounds ?? [];
    expect(low?.known.stigmatorX).toBeGreaterThan(2 * (high?.known.stigmatorX ?? 0));
    expect(low?.unknown.workingDistanceUm).toBeGreaterThan(low?.known.workingDistanceUm ?? 0);
    for (const told of ['known', 'unknown'] as const) {
      const dose = patch?.doseToMarginsElectronsPerNm2[told] ?? 0;
      const at = (await bounds('--dose', String(dose), '--wd', '3', '--patches', '1')).areas[0];
      const { workingDistanceUm = 0, stigmatorX = 0, stigmatorY = 0 } = at?.bounds[0]?.[told] ?? {};
      const worst = Math.max(workingDistanceUm, stigmatorX / 0.25, stigmatorY / 0.25);
      expect(worst).toBeGreaterThan(0.99);
      expect(worst).toBeLessThan(1.01);
    }
  });

  it('depends on everything that it is asked with', async () => {
    const tiny = ['--specimen', 'noise', '--width', '64', '--height', '64'];
    const one = [...tiny, '--patch-side', '64', '--patches', '1', '--dose', '5'];
    const reference = frameBound(await bounds(...one));
    for (const change of [
      ['--preset', 'merlin-real'],
      ['--psf', 'disc'],
      ['--specimen', 'points'],
      ['--seed', '7'],
      ['--pixel-size', '8'],
      ['--perturbation', '3'],
      ['--wd', '4'],
      ['--stig-x', '1'],
      ['--stig-y', '1'],
      ['--stage-x', '50'],
      ['--stage-y', '50'],
      ['--width', '80'],
      ['--height', '80'],
    ]) {
      const changed = frameBound(await bounds(...one, ...change));
      expect([change, changed.known.workingDistanceUm]).not.toEqual([
        change,
        reference.known.workingDistanceUm,
      ]);
    }
  });

  it('takes dwell times in place of doses', async () => {
    const { dwellTimeNs, doseElectronsPerNm2 } = frameBound(await bounds('--dwell', '200,50'));
    expect(dwellTimeNs).toBe(200);
    expect(doseElectronsPerNm2).toBeCloseTo((6.241509 * 1.5 * 200) / 10.03 ** 2, 6);
  });

  it('prints a table for people that fits 80 columns', async () => {
    const { code, stdout, stderr } = await inProcess(...small, '--dose', '1,75', '--wd', '-2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'merlin, gaussian probe, tissue, 10.03 nm pixels',
      'one pair at ± 5 µm, -2 µm and +0, +0 units from best focus',
      '',
    ]);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines).toContain('4 patches of 128 x 128 px');
    expect(stdout.match(/^ {3}1\.00 {4}10\.7( +0\.\d+){6}$/gm)).toHaveLength(3);
    expect(stdout.match(/^e\/nm² to margins +\S+ +\S+$/gm)).toHaveLength(3);
  });

  it.each([
    [
      ['--patches', '7'],
      /^error: --patches must be at most 6, the number of patches of 128 px in a frame of 384 x 256 px\. Received 7\n/,
    ],
    [['--dose', '0'], /^error: --dose must be a number above 0, or .*\. Received "0"\n/],
    [['--dose', '1', '--dwell', '50'], /^error: .*--dwell.*--dose/],
    [['--perturbation', '0'], /^error: --perturbation must be a number from 0\.1 to 100 um/],
    [['--specimen', 'tissu'], /^error: --specimen must be .*\. Received "tissu"/],
  ])('refuses %o', async (args, message) => {
    const { code, stdout, stderr } = await inProcess(...small, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
