import type { AlgorithmEntry, PerturbedPair } from '../../harness/algorithm/index.ts';
import { croppedPixels, readImageFile } from '../../harness/image/index.ts';
import {
  type Calibration,
  ConfigError,
  type FrameRequest,
  type GreyPixels,
} from '../../harness/microscope/index.ts';
import {
  type PairReading,
  pairsOf,
  type SeriesPair,
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
import { type SimulatedInstrument, simulateFrames } from './simulateFrames.ts';

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

/** A method, a pair, and the answer to the real frames. */
interface Asked {
  readonly method: AskedMethod;
  readonly pair: number;
  readonly real: Answer;
  readonly simulated: Answer[];
}

/**
 * Asks every method about every pair of a series, and about simulated frames in the same states.
 *
 * @throws ConfigError if there is no pair to ask about, or nothing says how far from focus the frames are.
 */
export async function validateSeries(
  series: UsableSeries,
  setup: ValidationSetup,
): Promise<ValidatedSeries> {
  const { seeds, signal } = setup;
  const pairs = pairsOf(series.frames);
  const [first] = pairs;
  if (first === undefined) throw noPairs();
  const frames = series.frames.filter((frame) =>
    pairs.some(({ under, over }) => under === frame || over === frame),
  );
  const { methods, refused } = openMethods(
    setup.entries,
    setup.calibration,
    first.under.pixelSizeNm,
  );
  const questions = pairs.flatMap(({ perturbationUm }, pair) =>
    methods.filter((method) => suits(method, perturbationUm)).map((method) => ({ method, pair })),
  );
  const step = setup.onStart(
    (1 + seeds.count) * questions.length +
      seeds.count * frames.length +
      framesToMatch(frames.length, seeds.count),
  );
  const notAsked: Validation['notAsked'][number][] = refused.map(({ name, reason }) => ({
    algorithm: name,
    pair: null,
    reason,
  }));

  const asked: Asked[] = [];
  let read: { readonly pair: number; readonly real: PerturbedPair } | undefined;
  for (const { method, pair } of questions) {
    signal.throwIfAborted();
    const one = pairs[pair]!;
    if (read?.pair !== pair) read = { pair, real: await readPair(one) };
    const real = await ask(method, read.real);
    step();
    if ('refused' in real) notAsked.push({ algorithm: method.name, pair, reason: real.refused });
    else asked.push({ method, pair, real, simulated: [] });
  }
  if (asked.length === 0) {
    throw new ConfigError('no method can be asked about any pair of the series', {
      hint: notAsked[0]?.reason ?? perturbationHint(methods),
    });
  }

  const readings = asked.flatMap(({ pair, real }): PairReading[] =>
    'zUm' in real ? [{ pair: pairs[pair]!, ...real }] : [],
  );
  const states = seriesStates(series, setup.stigmatorMatrixUmPerUnit, readings);
  if (states === undefined) {
    throw new ConfigError(
      'every method declined every pair, so that nothing says how far from focus the frames are',
      { hint: 'write inFocusAt into the series, and the stigmator matrix' },
    );
  }

  const toExpose = new Map<UsableFrame, Parameters<typeof simulateFrames>[1][number]>();
  const ratios: number[] = [];
  for (const frame of frames) {
    const pixels = await readFrame(frame);
    const request = requestOf(frame, pixels, setup.instrument);
    toExpose.set(frame, { request, state: states.stateOf(frame) });
    ratios.push(signalToNoise(pixels, frame.pixelSizeNm));
  }
  const exposures = [...toExpose.values()];
  const instrument = await matchNoise(setup.instrument, exposures, ratios, seeds, () => {
    signal.throwIfAborted();
    step();
  });

  const places = [...new Set(frames.map(({ place }) => place))];
  const simulatedRatios: number[] = [];
  let simulatedPicture: PerturbedPair | undefined;
  for (let i = 0; i < seeds.count; i++) {
    for (const [j, place] of places.entries()) {
      const here = frames.filter((frame) => frame.place === place);
      const exposed = await simulateFrames(
        instrument,
        here.map((frame) => toExpose.get(frame)!),
        seeds.first + i * places.length + j,
      );
      exposed.forEach((pixels, k) => {
        simulatedRatios.push(signalToNoise(pixels, here[k]!.pixelSizeNm));
        step();
      });
      for (const { method, pair, simulated } of asked) {
        signal.throwIfAborted();
        const one = pairs[pair]!;
        if (one.under.place !== place) continue;
        const frameOf = (frame: UsableFrame) => exposed[here.indexOf(frame)]!;
        const exposedPair = asPerturbedPair(one, frameOf(one.under), frameOf(one.over));
        if (pair === asked[0]?.pair) simulatedPicture ??= exposedPair;
        const answer = await ask(method, exposedPair);
        step();
        simulated.push('refused' in answer ? { declined: answer.refused } : answer);
      }
    }
  }

  const validatedPairs = pairs.map((pair) => ({
    under: pair.under.file,
    over: pair.over.file,
    place: pair.under.place,
    perturbationUm: pair.perturbationUm,
    state: midwayOf(states.stateOf(pair.under), states.stateOf(pair.over)),
  }));
  const real = await readPair(pairs[asked[0]!.pair]!);
  return {
    found: {
      schema: 1,
      instrument: series.instrument.name,
      seeds,
      states: { workingDistance: states.distance, astigmatism: states.astigmatism },
      noise: {
        ...comparedNoise(ratios, simulatedRatios),
        dwellTimeNs: exposures[0]!.request.dwellTimeNs,
        beamCurrentNanoAmp: instrument.preset.beam.currentNanoAmp,
      },
      pairs: validatedPairs,
      notAsked,
      ...compareReadings(
        asked.map(({ method, ...rest }) => ({ algorithm: method.name, ...rest })),
        validatedPairs,
        states.distance === 'stated',
      ),
    },
    pictures: { real, simulated: simulatedPicture! },
  };
}

function noPairs(): ConfigError {
  return new ConfigError('the series has no two frames that make a pair', {
    hint: 'a pair shows one place with the same stigmators, pixel size, dwell time, voltage and scan rotation, at working distances 1 to 100 um apart',
  });
}

function perturbationHint(methods: readonly AskedMethod[]): string {
  const wanted = [...new Set(methods.map(({ perturbationUm }) => 2 * perturbationUm))];
  return `record frames whose working distances differ by ${wanted.join(' or ')} um`;
}

/** Smaller frames have no spectrum to speak of. */
const leastSidePx = 64;

async function readFrame({ path, crop }: UsableFrame): Promise<GreyPixels> {
  const pixels = croppedPixels(await readImageFile(path), crop ?? undefined, path, 'crop');
  const [height = 0, width = 0] = pixels.shape;
  if (Math.min(height, width) >= leastSidePx) return pixels;
  throw new ConfigError(
    `a frame must have sides of at least ${leastSidePx} px. Received ${width} x ${height} px (${path})`,
  );
}

async function readPair(pair: SeriesPair): Promise<PerturbedPair> {
  const [under, over] = await Promise.all([readFrame(pair.under), readFrame(pair.over)]);
  if (under.shape.join() !== over.shape.join()) {
    const size = ([height, width]: readonly number[]) => `${width} x ${height} px`;
    throw new ConfigError(
      `the frames of a pair must have one size. Received ${size(under.shape)} (${pair.under.file}) and ${size(over.shape)} (${pair.over.file})`,
      { hint: 'crop both to the same size, or give them different places' },
    );
  }
  return asPerturbedPair(pair, under, over);
}

function asPerturbedPair(
  { under: { pixelSizeNm }, perturbationUm }: SeriesPair,
  under: GreyPixels,
  over: GreyPixels,
): PerturbedPair {
  return { under, over, pixelSizeNm, perturbationUm };
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

/** What the two may differ by: specimens scatter by as much. A natural logarithm. */
const toleratedLogRatio = 0.25;

function comparedNoise(
  ofReal: readonly number[],
  ofSimulated: readonly number[],
): Pick<Validation['noise'], 'real' | 'simulated' | 'isMatched'> {
  const [real, simulated] = [typicalRatio(ofReal), typicalRatio(ofSimulated)];
  const isMatched =
    real > leastSignalToNoise && Math.abs(Math.log(simulated / real)) <= toleratedLogRatio;
  return { real, simulated, isMatched };
}

type State = Validation['pairs'][number]['state'];

function midwayOf(under: State, over: State): State {
  return {
    zUm: (under.zUm + over.zUm) / 2,
    aUm: (under.aUm + over.aUm) / 2,
    bUm: (under.bUm + over.bUm) / 2,
  };
}
