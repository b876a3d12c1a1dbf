import type {
  AlgorithmEntry,
  AutofocusAlgorithm,
  AutofocusContext,
  AutofocusStep,
} from '../../algorithm/index.ts';
import { unknownName } from '../../config/index.ts';
import {
  addFocus,
  type Calibration,
  ConfigError,
  type ExposingBeam,
  type FocusState,
  type Frame,
  type FrameRequest,
  frameDoseElectronsPerNm2,
  type GroundTruth,
  type Microscope,
  OutOfRange,
  type ParameterDescription,
  subtractFocus,
} from '../../microscope/index.ts';
import { greyPixels, RandomStream } from '../../numeric/index.ts';
import type { Scenario } from '../../record/index.ts';
import type { OpenedScenario, Registry } from '../suite/index.ts';

/** What a test's own algorithm does. */
export type Run = (context: AutofocusContext) => AsyncIterable<AutofocusStep>;

const calibration: Calibration = {
  convergenceMrad: 8.74,
  stigmatorMatrixUmPerUnit: [
    [7.2, 0],
    [0, 7.2],
  ],
  imageShiftNmPerUm: { x: 0, y: 0 },
  residualSpotNm: 2,
  psf: 'gaussian',
};

const beam: ExposingBeam = { beamCurrentNanoAmp: 1.5, passes: 1 };

/** One count of the fake's grey values stands for this much. */
const greyPerUnit = 100;

/**
 * A registry without physics, for tests of the machinery: its microscopes write their own distance
 * from best focus into the first three pixels of a frame, with a count of noise. The others are noise.
 *
 * Its algorithms are `halving` (parameter `gain`), which reads those pixels and takes a part of
 * the distance back, and those handed in.
 */
export function fakeRegistry(algorithms: { readonly [name: string]: Run } = {}): Registry {
  const entries = Object.entries(algorithms).map(([name, run]) => scripted(name, run));
  return {
    algorithms: new Map([halving, ...entries].map((entry) => [entry.name, entry])),
    presetNamed(text) {
      const [name = ''] = text.split('~');
      if (name !== 'plain' && name !== 'fine') throw unknownName('preset', name, ['plain', 'fine']);
      const psf = calibration.psf;
      const scan = { pixelSizeNm: 10, dwellTimeNs: 200, scanRotationDeg: 0 };
      const calibrationFor = () => ({ source: 'nominal', values: calibration }) as const;
      return { name, summary: name, psf, calibration, calibrationFor, ...beam, ...scan };
    },
    specimens: new Map(['tissue', 'tin'].map((name) => [name, { name, summary: name }])),
    physicsVersion: 'fake-1',
    openScenario: (scenario) => Promise.resolve(openFake(scenario)),
  };
}

function openFake({ seed, trajectory, stage }: Scenario): OpenedScenario {
  const place = new RandomStream(seed, 'place', trajectory);
  const best: FocusState = {
    workingDistanceUm: 4500 + place.uniform(),
    stigmatorX: place.uniform(),
    stigmatorY: place.uniform(),
  };
  let focus = best;
  let exposed = 0;

  const expose = (at: FocusState, request: FrameRequest, noise: RandomStream): Frame => {
    const { pixelSizeNm, dwellTimeNs } = request;
    const { width, height } = request.region ?? request;
    const distance = subtractFocus(at, best);
    const distances = [distance.workingDistanceUm, distance.stigmatorX, distance.stigmatorY].map(
      (value) => 32768 + Math.round(value * greyPerUnit) + noise.integerBelow(2),
    );
    // No frame of an instrument is even.
    const data = Uint16Array.from(
      { length: width * height },
      (_, at) => distances[at] ?? 32768 + noise.integerBelow(100),
    );
    return {
      pixels: greyPixels(data, width, height),
      request,
      actual: { pixelSizeNm, dwellTimeNs, passes: beam.passes, focus: at, stage },
      doseElectronsPerNm2: frameDoseElectronsPerNm2(beam, request),
      acquiredAt: new Date(0),
      frameTimeS: width * height * dwellTimeNs * 1e-9 + 0.01,
    };
  };

  const microscope: Microscope = {
    describe: () =>
      Promise.resolve({
        name: 'fake',
        isSimulated: true,
        ...beam,
        bitDepth: 16,
        canBlankBeam: true,
        parameters: {
          workingDistanceUm: { unit: 'um', min: 4000, max: 5000, settleTimeS: 0.1, settable: true },
          stigmatorX: { unit: '%', min: -50, max: 50, settleTimeS: 0.1, settable: true },
          stigmatorY: { unit: '%', min: -50, max: 50, settleTimeS: 0.1, settable: true },
          stageXUm: still('um'),
          stageYUm: still('um'),
          width: still('px'),
          height: still('px'),
          pixelSizeNm: still('nm'),
          dwellTimeNs: still('ns'),
        },
      }),
    readFocus: (options) => settled(focus, options?.signal),
    writeFocus: (target, options) => {
      const wanted = { ...focus, ...target };
      if (!(wanted.workingDistanceUm >= 4000 && wanted.workingDistanceUm <= 5000)) {
        const requested = wanted.workingDistanceUm;
        const allowed = '4000 to 5000 um';
        return Promise.reject(
          new OutOfRange({ parameter: 'workingDistanceUm', requested, allowed }),
        );
      }
      focus = wanted;
      return settled(focus, options?.signal);
    },
    acquireFrame: (request, options) =>
      settled(
        expose(focus, request, new RandomStream(seed, 'noise', trajectory, exposed++)),
        options?.signal,
      ),
    readStage: () => Promise.resolve(stage),
    moveStage: (position) => Promise.resolve(position),
    blankBeam: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const truth: GroundTruth = {
    bestFocus: () => best,
    frameAt: (at, request) =>
      Promise.resolve(expose(at, request, new RandomStream(seed, 'truth', trajectory))),
  };
  return { microscope, truth };
}

function still(unit: string): ParameterDescription {
  return { unit, settleTimeS: 0, settable: false };
}

function settled<T>(value: T, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => (signal?.aborted ? reject(signal.reason) : resolve(value)));
  });
}

const halving: AlgorithmEntry = {
  name: 'halving',
  summary: 'takes half of the distance back',
  create: (parameters) => {
    const { gain = 0.5, ...unknown } = (parameters ?? {}) as { gain?: number };
    for (const name of Object.keys(unknown)) {
      throw new ConfigError(`parameter must be gain. Received ${JSON.stringify(name)}`);
    }
    return algorithm('halving', (context) => halve(context, gain), { gain });
  },
};

/** The fake algorithm's whole skill: read the distance, take `gain` of it back. */
export async function* halve(context: AutofocusContext, gain = 0.5): AsyncGenerator<AutofocusStep> {
  const { microscope, frame, signal, clock } = context;
  for (let iteration = 1; ; iteration++) {
    const { pixels } = await microscope.acquireFrame(frame, { signal });
    const startedMs = clock.nowMs();
    const back = (index: number): number => (-gain * (pixels.get(0, index) - 32768)) / greyPerUnit;
    const correction = { workingDistanceUm: back(0), stigmatorX: back(1), stigmatorY: back(2) };
    const target = addFocus(await microscope.readFocus({ signal }), correction);
    const computeMs = clock.nowMs() - startedMs;
    const focus = await microscope.writeFocus(target, { signal });
    yield { iteration, correction, focus, framesUsed: 1, computeMs };
  }
}

function scripted(name: string, run: Run): AlgorithmEntry {
  return { name, summary: name, create: () => algorithm(name, run, {}) };
}

function algorithm(
  name: string,
  run: Run,
  parameters: AutofocusAlgorithm['parameters'],
): AutofocusAlgorithm {
  return { name, version: '1', parameters, run };
}
