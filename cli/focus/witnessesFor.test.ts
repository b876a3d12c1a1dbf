import { expect, it } from 'vitest';
import { focusMicroscope, type LookBack, openSession } from '../../harness/focusing/index.ts';
import { addFocus, deviationOfAberration } from '../../harness/microscope/index.ts';
import { faults } from '../../harness/microscope/testing/faults.ts';
import { RandomStream } from '../../harness/numeric/index.ts';
import { defaultMargins } from '../../harness/record/index.ts';
import { calibrationOf, presetCalibration, presetNamed } from '../../sim/index.ts';
import { openSimulation, registry } from '../lab/index.ts';
import { witnessesFor } from './witnessesFor.ts';

const preset = presetNamed('merlin');
const calibration = calibrationOf('merlin').values;

/** `mapfost` on simulated tissue, 5 um out of focus, with a fault from that call on. */
async function focused(name: keyof typeof faults, from: number) {
  const { microscope, truth } = await openSimulation(preset, {
    ...{ specimen: 'tissue', specimenPixelSize: 10, seed: 3 },
  });
  const aberration = { zUm: 5, aUm: 0.5, bUm: -0.5 };
  const { stigmatorMatrixUmPerUnit } = presetCalibration(preset);
  await microscope.writeFocus(
    addFocus(truth.bestFocus(), deviationOfAberration(aberration, stigmatorMatrixUmPerUnit)),
  );
  const session = await openSession(faults[name].of(microscope, from), {
    limits: { workingDistanceUm: 60, stigmator: 20 },
  });
  const looks: LookBack[] = [];
  const { doubt, isWorse } = await focusMicroscope(session, {
    algorithm: registry.algorithms.get('mapfost')!.create(),
    frame: { width: 1024, height: 768, pixelSizeNm: preset.scan.pixelSizeNm, dwellTimeNs: 200 },
    ...{ calibration, margins: defaultMargins, iterations: 2, endsInside: false },
    random: new RandomStream(3, 'algorithm', 0),
    signal: new AbortController().signal,
    clock: { nowMs: () => 0 },
    afterwards: {
      ...{ mode: 'compare', witnesses: witnessesFor(calibration) },
      onBack: (look) => looks.push(look),
    },
  });
  return { doubt, isWorse, looks };
}

it('believes a lens that does what it is told', async () => {
  expect(await focused('none', 1)).toEqual({ doubt: undefined, isWorse: false, looks: [] });
});

it('finds a lens that drifts with its last set, whatever is read back', async () => {
  // Two pairs and two corrections are six sets.
  const { doubt, isWorse } = await focused('drifting', 6);
  expect(isWorse).toBe(false);
  expect(doubt).toMatch(/^the frame afterwards was exposed [23]\.\d um from focus/);
});

it('finds that sets are ignored on the way back, whatever is read back', async () => {
  // Stays where the second frame of the first pair was exposed, 10 um out of focus.
  const { isWorse, looks } = await focused('ignored-lying', 3);
  expect({ isWorse, looks }).toEqual({ isWorse: true, looks: [{ shows: 'other' }] });
});
