import { setImmediate } from 'node:timers/promises';
import type { AlgorithmEntry, PerturbedPair } from '../../harness/algorithm/index.ts';
import {
  type Calibration,
  ConfigError,
  type FrameRequest,
  type GreyPixels,
} from '../../harness/microscope/index.ts';
import {
  nearestPair,
  type PairReading,
  pairsOf,
  type SeriesPair,
  type SeriesStates,
  seriesStates,
  type UsableFrame,
  type UsableSeries,
} from '../../harness/series/index.ts';
import {
  type Answer,
  compareReadings,
  signalToNoise,
  type Validation,
} from '../../harness/validation/index.ts';
import { type AskedMethod, ask, openMethods, suits } from './askEstimators.ts';
import { framesToMatch, leastSignalToNoise, matchNoise, typicalRatio } from './matchNoise.ts';
import { perturbedPair, readFrame, readPair } from './realFrames.ts';
import { type FrameToExpose, type SimulatedInstrument, simulateFrames } from './simulateFrames.ts';

/** What a series is compared with. */
export interface ValidationSetup {
  readonly entries: readonly AlgorithmEntry[];
  readonly instrument: SimulatedInstrument;
  /** What the methods are told. */
  readonly calibration: Calibration;
  /** K of the real instrument; `null` if it is not known. */
  readonly stigmatorMatrixUmPerUnit: Calibration['stigmatorMatrixUmPerUnit'] | null;
  readonly seeds: Validation['seeds'];
  readonly signal: AbortSignal;
  /** Called once the amount of work is known; what comes back, after each frame and estimate. */
  readonly onStart: (steps: number) => () => void;
}

/** What was found, and a real and a simulated pair to look at. */
export interface ValidatedSeries {
  readonly found: Omit<Validation, 'series' | 'preset' | 'specimen' | 'told'>;
  readonly pictures: { readonly real: PerturbedPair; readonly simulated: PerturbedPair };
}

/** A method and a pair of the series. */
interface Question {
  readonly method: AskedMethod;
  /** Index into the pairs. */
  readonly pair: number;
}

/** The answers to a question. */
interface Asked extends Question {
  readonly real: Answer;
  readonly simulated: Answer[];
}

/** A simulated visit to one place. */
interface Visit {
  readonly frames: readonly UsableFrame[];
  readonly seed: number;
}

/**
 * Asks every method about every pair of a series, and about simulated frames in the same states.
 *
 * @throws ConfigError if there is no pair to ask about, or nothing says how far from focus the frames are;
 *   the reason of the signal.
 */
export async function validateSeries(
  series: UsableSeries,
  setup: ValidationSetup,
): Promise<ValidatedSeries> {
  const { seeds, signal, calibration } = setup;
  const every = pairsOf(series.frames);
  if (every[0] === undefined) throw noPairs(series.frames);
  const opened = openMethods(setup.entries, calibration, every[0].under.pixelSizeNm);
  const { methods } = opened;
  const pairs = every.filter(({ perturbationUm }) =>
    methods.some((one) => suits(one, perturbationUm)),
  );
  const [first] = pairs;
  if (first === undefined) throw noMethods(opened);
  const questions = pairs.flatMap(({ perturbationUm }, pair): Question[] =>
    methods.filter((method) => suits(method, perturbationUm)).map((method) => ({ method, pair })),
  );
  const visits = visitsOf(pairs, seeds);
  const frameCount = visits.reduce((sum, { frames }) => sum + frames.length, 0);
  const step = setup.onStart(
    (1 + seeds.count) * questions.length + frameCount + framesToMatch(visits),
  );
  const goOn = async (): Promise<void> => {
    step();
    // Estimators may never wait for anything: without a turn for it no signal arrives.
    await setImmediate();
    signal.throwIfAborted();
  };

  const { asked, refused } = await askAboutReal(pairs, questions, goOn);
  const states = statesFrom(series, setup.stigmatorMatrixUmPerUnit, pairs, asked);
  const { exposureOf, ratioOf } = await exposures(visits, states, setup.instrument);
  const scenes = visits.map(({ frames, seed }) => ({ seed, frames: frames.map(exposureOf) }));
  const instrument = await matchNoise(setup.instrument, scenes, ratioOf, goOn);
  const simulated = await askInSimulation(
    {
      pairs,
      asked,
      visits,
      expose: (i) => simulateFrames(instrument, scenes[i]!.frames, scenes[i]!.seed),
    },
    goOn,
  );

  const validatedPairs = pairs.map((pair) => ({
    under: pair.under.file,
    over: pair.over.file,
    place: pair.under.place,
    perturbationUm: pair.perturbationUm,
    state: midwayOf(states.stateOf(pair.under), states.stateOf(pair.over)),
  }));
  const realRatios = scenes.flatMap(({ frames }) => frames.map(ratioOf));
  return {
    found: {
      schema: 1,
      instrument: series.instrument.name,
      seeds,
      states: { workingDistance: states.distance, astigmatism: states.astigmatism },
      noise: {
        ...comparedNoise(realRatios, simulated.ratios),
        dwellTimeNs: exposureOf(first.under).request.dwellTimeNs,
        beamCurrentNanoAmp: instrument.preset.beam.currentNanoAmp,
      },
      pairs: validatedPairs,
      notAsked: [
        ...opened.refused.map(({ name, reason }) => ({ algorithm: name, pair: null, reason })),
        ...refused,
      ],
      ...compareReadings(
        asked.map(({ method, ...rest }) => ({ algorithm: method.name, ...rest })),
        validatedPairs,
        states.distance === 'stated',
      ),
    },
    pictures: { real: await readPair(first), simulated: simulated.picture },
  };
}

function noPairs(frames: readonly UsableFrame[]): ConfigError {
  const near = nearestPair(frames);
  const why =
    near === undefined
      ? 'it has one frame'
      : `${near.files.join(' and ')} come nearest, with ${near.obstacles.join(', ')}`;
  return new ConfigError(`the series has no two frames that make a pair: ${why}`, {
    hint: 'a pair shows one place with the same stigmators, pixel size, dwell time, voltage and scan rotation, at working distances 1 to 100 um apart',
  });
}

function noMethods({ methods, refused }: ReturnType<typeof openMethods>): ConfigError {
  const wanted = [...new Set(methods.map(({ perturbationUm }) => 2 * perturbationUm))];
  return new ConfigError('no method can be asked about any pair of the series', {
    hint:
      wanted.length > 0
        ? `record frames whose working distances differ by ${wanted.join(' or ')} um`
        : (refused[0]?.reason ?? 'name methods that work on pairs of frames'),
  });
}

/** Every place once for each seed, its frames in the order of the series. */
function visitsOf(pairs: readonly SeriesPair[], seeds: Validation['seeds']): readonly Visit[] {
  const frames = [...new Set(pairs.flatMap(({ under, over }) => [under, over]))];
  const places = [...new Set(frames.map(({ place }) => place))];
  return Array.from({ length: seeds.count * places.length }, (_, i) => ({
    frames: frames.filter(({ place }) => place === places[i % places.length]),
    seed: seeds.first + i,
  }));
}

async function askAboutReal(
  pairs: readonly SeriesPair[],
  questions: readonly Question[],
  goOn: () => Promise<void>,
): Promise<{ readonly asked: readonly Asked[]; readonly refused: Validation['notAsked'] }> {
  const asked: Asked[] = [];
  const refused: Validation['notAsked'][number][] = [];
  let read: { readonly pair: number; readonly frames: PerturbedPair } | undefined;
  for (const { method, pair } of questions) {
    if (read?.pair !== pair) read = { pair, frames: await readPair(pairs[pair]!) };
    const real = await ask(method, read.frames);
    await goOn();
    if ('refused' in real) refused.push({ algorithm: method.name, pair, reason: real.refused });
    else asked.push({ method, pair, real, simulated: [] });
  }
  return { asked, refused };
}

function statesFrom(
  series: UsableSeries,
  matrix: ValidationSetup['stigmatorMatrixUmPerUnit'],
  pairs: readonly SeriesPair[],
  asked: readonly Asked[],
): SeriesStates {
  const readings = asked.flatMap(({ pair, real }): PairReading[] =>
    'zUm' in real ? [{ pair: pairs[pair]!, ...real }] : [],
  );
  const states = seriesStates(series, matrix, readings);
  if (states !== undefined) return states;
  throw new ConfigError(
    'no method gave a reading, so that nothing says how far from focus the frames are',
    { hint: 'write inFocusAt into the series, and the stigmator matrix' },
  );
}

/** What to expose for each frame of a series, and the signal over noise to be met. */
async function exposures(
  visits: readonly Visit[],
  states: SeriesStates,
  instrument: SimulatedInstrument,
): Promise<{
  readonly exposureOf: (frame: UsableFrame) => FrameToExpose;
  readonly ratioOf: (exposure: FrameToExpose) => number;
}> {
  const ofFrame = new Map<UsableFrame, FrameToExpose>();
  const ratios = new Map<FrameToExpose, number>();
  for (const frame of new Set(visits.flatMap(({ frames }) => frames))) {
    const pixels = await readFrame(frame);
    const exposure = {
      request: requestOf(frame, pixels, instrument),
      state: states.stateOf(frame),
    };
    ofFrame.set(frame, exposure);
    ratios.set(exposure, signalToNoise(pixels, frame.pixelSizeNm));
  }
  return {
    exposureOf: (frame) => ofFrame.get(frame)!,
    ratioOf: (exposure) => ratios.get(exposure)!,
  };
}

/** Exposes every visit and asks about its pairs; the answers are put to the questions. */
async function askInSimulation(
  {
    pairs,
    asked,
    visits,
    expose,
  }: {
    readonly pairs: readonly SeriesPair[];
    readonly asked: readonly Asked[];
    readonly visits: readonly Visit[];
    readonly expose: (visit: number) => Promise<readonly GreyPixels[]>;
  },
  goOn: () => Promise<void>,
): Promise<{ readonly ratios: readonly number[]; readonly picture: PerturbedPair }> {
  const ratios: number[] = [];
  let picture: PerturbedPair | undefined;
  for (const [i, { frames }] of visits.entries()) {
    const exposed = await expose(i);
    for (const [k, pixels] of exposed.entries()) {
      ratios.push(signalToNoise(pixels, frames[k]!.pixelSizeNm));
      await goOn();
    }
    const pixelsOf = (frame: UsableFrame) => exposed[frames.indexOf(frame)]!;
    for (const { method, pair, simulated } of asked) {
      const one = pairs[pair]!;
      if (!frames.includes(one.under)) continue;
      const frame = perturbedPair(one, pixelsOf(one.under), pixelsOf(one.over));
      picture ??= frame;
      const answer = await ask(method, frame);
      await goOn();
      simulated.push('refused' in answer ? { declined: answer.refused } : answer);
    }
  }
  return { ratios, picture: picture! };
}

/** What the two may differ by: specimens scatter by as much. A natural logarithm. */
const toleratedLogRatio = 0.3;

function comparedNoise(
  ofReal: readonly number[],
  ofSimulated: readonly number[],
): Pick<Validation['noise'], 'real' | 'simulated' | 'isMatched'> {
  const [real, simulated] = [typicalRatio(ofReal), typicalRatio(ofSimulated)];
  const isMatched =
    real > leastSignalToNoise && Math.abs(Math.log(simulated / real)) <= toleratedLogRatio;
  return { real, simulated, isMatched };
}

/** The same raster; a dwell time that the instrument has. */
function requestOf(
  { pixelSizeNm, dwellTimeNs }: UsableFrame,
  { shape: [height = 0, width = 0] }: GreyPixels,
  { preset: { scan } }: SimulatedInstrument,
): FrameRequest {
  const [shortest, longest] = scan.dwellTimeRangeNs;
  const dwell = Math.min(longest, Math.max(shortest, dwellTimeNs ?? scan.dwellTimeNs));
  return { width, height, pixelSizeNm, dwellTimeNs: dwell };
}

type State = Validation['pairs'][number]['state'];

function midwayOf(under: State, over: State): State {
  return {
    zUm: (under.zUm + over.zUm) / 2,
    aUm: (under.aUm + over.aUm) / 2,
    bUm: (under.bUm + over.bUm) / 2,
  };
}
