import { basename } from 'node:path';
import type { AlgorithmEntry, FrameSize, Json } from '../../algorithm/index.ts';
import { unknownName } from '../../config/index.ts';
import {
  type Calibration,
  ConfigError,
  calibrationValues,
  dwellTimeNsForDose,
  frameDoseElectronsPerNm2,
  isSemfocusError,
  type ProbeShape,
} from '../../microscope/index.ts';
import { RandomStream } from '../../numeric/index.ts';
import {
  canonicalJson,
  recordSchemaVersion,
  type Scenario,
  scenarioKey,
  sha256OfJson,
} from '../../record/index.ts';
import { type AxisSetting, axisPoints } from './axisPoints.ts';
import type { PresetEntry, Registry } from './Registry.ts';
import { type StartClass, type Suite, startClasses } from './Suite.ts';
import { withCalibrationErrors } from './withCalibrationErrors.ts';

/** What the command line may change of a suite. */
export interface PlanOverrides {
  /** Only these algorithms of the suite. */
  readonly algorithms?: readonly string[];
  readonly presets?: readonly string[];
  readonly psf?: ProbeShape;
  readonly specimen?: SpecimenChoice;
  /** A non-negative whole number. */
  readonly seed?: number;
  /** The public name of the secret of which `seed` is made. */
  readonly seedBank?: string;
  /** Handed to the algorithms in place of the preset's. */
  readonly calibration?: Calibration;
  /** Only trajectories whose keys begin with one of these, lower-case hexadecimal digits. */
  readonly only?: readonly string[];
}

/** A specimen by name, or an image file of one with its declared properties. */
export type SpecimenChoice =
  | { readonly name: string }
  | {
      readonly file: {
        readonly path: string;
        readonly sha256: string;
        readonly pixelSizeNm: number;
        /** Size of the whole image; trajectories look at places inside it. */
        readonly widthPx: number;
        readonly heightPx: number;
      };
    };

/** What a trajectory will cost; exact for pair estimators, an upper bound for searches. */
export interface ExpectedCost {
  readonly frames: number;
  readonly pixels: number;
  readonly beamOnS: number;
  /** On the specimen, where all frames are of one place. */
  readonly doseElectronsPerNm2: number;
}

/** Every trajectory of a suite, in the order in which their records are stored. */
export interface Plan {
  /** The suite with the overrides in it. */
  readonly suite: Suite;
  readonly scenarios: readonly Scenario[];
  /** {@link scenarioKey} of each scenario; no two are equal. */
  readonly keys: readonly string[];
  readonly expected: readonly ExpectedCost[];
  readonly physicsVersion: string;
  /** Where the seed is made of a secret, its public name: reports give that in place of the seed. */
  readonly seedBank?: string;
  /** Over the keys in their order: equal for equal plans, whatever the suite is titled. */
  readonly planHash: string;
}

/**
 * Expands a suite to its scenarios: preset by preset, then transfer function, specimen, algorithm,
 * dwell time, trajectory.
 *
 * Places, starts and specimens depend on the seed and the index of the trajectory alone, so that
 * every algorithm meets the same ones under every condition, and a longer suite repeats a shorter.
 *
 * @throws ConfigError naming the unknown value and the allowed ones.
 */
export function planSuite(suite: Suite, registry: Registry, overrides: PlanOverrides = {}): Plan {
  const resolved = resolveSuite(suite, overrides);
  const points = axisPoints(resolved.axes, resolved.seed);
  const presets = resolved.presets.flatMap((name) =>
    points.map((point) => {
      const text = presetText(name, point);
      return { text, point, ...registry.presetNamed(text) };
    }),
  );
  const specimens = resolved.specimens.map((name, i) => {
    if (overrides.specimen !== undefined && 'file' in overrides.specimen) {
      const { path, sha256, pixelSizeNm } = overrides.specimen.file;
      return { name, file: { path, sha256, pixelSizeNm } };
    }
    const { isBlank } =
      overrides.specimen === undefined
        ? known(registry.specimens, name, `specimens[${i}]`)
        : known(registry.specimens, name, '--specimen', 'the path of an image');
    return { name, ...(isBlank && { isBlank }) };
  });
  const algorithms = resolved.algorithms.map((wanted, i) => {
    const entry = known(registry.algorithms, wanted.name, `algorithms[${i}].name`);
    return {
      ...wanted,
      entry,
      described: describeAlgorithm(entry, wanted.parameters, resolved.frame, `algorithms[${i}]`),
    };
  });

  const scenarios: Scenario[] = [];
  const expected: ExpectedCost[] = [];
  for (const preset of presets) {
    for (const psf of resolved.psf ?? [preset.psf]) {
      const told = toldAt(preset.point, preset.calibrationFor(psf), overrides.calibration);
      for (const specimen of specimens) {
        for (const { entry, described, iterations, ...exposure } of algorithms) {
          for (const dwellTimeNs of dwellTimesOf(exposure, resolved, preset)) {
            for (let trajectory = 0; trajectory < resolved.trajectories.count; trajectory++) {
              const scenario: Scenario = {
                ...common(resolved, trajectory),
                preset: preset.text,
                ...(preset.instrument && { instrument: preset.instrument }),
                ...(preset.sha256 !== undefined && { presetSha256: preset.sha256 }),
                psf,
                specimen: {
                  ...specimen,
                  // What lies under an instrument comes from no seed.
                  seed: preset.instrument ? 0 : specimenSeed(resolved, trajectory),
                },
                stage: placeOf(resolved, preset, overrides.specimen, trajectory),
                frame: frameOf(resolved, preset, dwellTimeNs),
                calibration: told.values,
                calibrationSource: told.source,
                algorithm: described,
                iterations,
                physicsVersion: registry.physicsVersion,
              };
              scenarios.push(scenario);
              expected.push(expectedCost(scenario, entry, preset));
            }
          }
        }
      }
    }
  }
  refuseRepetition(scenarios, scenarios.map(scenarioKey));
  return planOf({ suite: resolved, scenarios, expected }, registry, overrides);
}

/** The plan of these scenarios, or of those whose keys begin as `only` says. */
function planOf(
  { suite, scenarios, expected }: Pick<Plan, 'suite' | 'scenarios' | 'expected'>,
  { physicsVersion }: Registry,
  { only, seedBank }: PlanOverrides,
): Plan {
  const all = scenarios.map((scenario, i) => {
    const cost = expected[i];
    if (cost === undefined) throw new RangeError(`trajectory ${i} has no expected cost`);
    return { scenario, cost, key: scenarioKey(scenario) };
  });
  for (const start of only ?? []) {
    if (all.some(({ key }) => key.startsWith(start))) continue;
    throw new ConfigError(
      `--only must be the beginning of a key of suite ${suite.name}. Received ${JSON.stringify(start)}`,
      {
        hint: '`semfocus plan` with the same suite and options and --json lists the keys; they depend on seeds, models and versions',
      },
    );
  }
  const kept = only ? all.filter(({ key }) => only.some((start) => key.startsWith(start))) : all;
  const keys = kept.map(({ key }) => key);
  return {
    suite,
    scenarios: kept.map(({ scenario }) => scenario),
    keys,
    expected: kept.map(({ cost }) => cost),
    physicsVersion,
    ...(seedBank !== undefined && { seedBank }),
    planHash: sha256OfJson({ recordSchema: recordSchemaVersion, keys }),
  };
}

/** The instrument of a point of the axes, as a person would write it. */
function presetText(name: string, point: readonly AxisSetting[]): string {
  return [
    name,
    ...point.flatMap(({ of, level }) =>
      'imperfection' in of ? [`${of.imperfection}=${level}`] : [],
    ),
  ].join('~');
}

/** What the algorithms are told at a point of the axes, right or wrong. */
function toldAt(
  point: readonly AxisSetting[],
  own: ReturnType<PresetEntry['calibrationFor']>,
  given: Calibration | undefined,
): ReturnType<PresetEntry['calibrationFor']> | { source: 'given'; values: Calibration } {
  const isWrong = point.some(({ of }) => 'calibrationError' in of);
  if (given === undefined && !isWrong) return own;
  return {
    source: 'given',
    values: withCalibrationErrors(calibrationValues(given ?? own.values), point),
  };
}

/** The dwell times of an algorithm; where the suite says doses, those that make them on this instrument, ns. */
export function dwellTimesOf(
  { dwellTimesNs, dosesElectronsPerNm2 = [] }: Partial<Suite['algorithms'][number]>,
  { frame }: Suite,
  preset: Pick<PresetEntry, 'pixelSizeNm' | 'beamCurrentNanoAmp' | 'passes'>,
): readonly number[] {
  const pixelSizeNm = frame.pixelSizeNm ?? preset.pixelSizeNm;
  return (
    dwellTimesNs ??
    dosesElectronsPerNm2.map((dose) =>
      Number(dwellTimeNsForDose(dose, preset, pixelSizeNm).toPrecision(3)),
    )
  );
}

function resolveSuite(suite: Suite, overrides: PlanOverrides): Suite {
  const { algorithms, presets, psf, specimen, seed } = overrides;
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new ConfigError(`--seed must be a whole number of at least 0. Received ${seed}`);
  }
  return {
    ...suite,
    ...(seed !== undefined && { seed }),
    ...(presets && { presets: [...presets] }),
    ...(psf !== undefined && { psf: [psf] }),
    ...(specimen && {
      specimens: ['file' in specimen ? basename(specimen.file.path) : specimen.name],
    }),
    ...(algorithms && { algorithms: chooseAlgorithms(suite, algorithms) }),
  };
}

/** In the order of the suite, so that the order on the command line changes nothing. */
function chooseAlgorithms(suite: Suite, chosen: readonly string[]): Suite['algorithms'] {
  const names = new Set(suite.algorithms.map(({ name }) => name));
  for (const name of chosen) {
    if (!names.has(name)) throw unknownName(`--algorithms (suite ${suite.name})`, name, names);
  }
  return suite.algorithms.filter(({ name }) => chosen.includes(name));
}

function known<T>(
  entries: ReadonlyMap<string, T>,
  name: string,
  place: string,
  otherwise?: string,
): T {
  const entry = entries.get(name);
  if (entry === undefined) throw unknownName(place, name, entries.keys(), otherwise);
  return entry;
}

/**
 * The algorithm with every parameter filled in, as it stands in a scenario.
 *
 * @param place - Where it was named, for the message.
 * @throws ConfigError for parameters that do not fit, the frames among them.
 */
export function describeAlgorithm(
  entry: AlgorithmEntry,
  parameters: Json | undefined,
  frame: FrameSize,
  place: string,
): Scenario['algorithm'] {
  try {
    entry.checkFrame?.(frame, parameters);
    const { version, parameters: filledIn } = entry.create(parameters);
    const { name, modelSha256, sourceSha256 } = entry;
    return {
      name,
      version,
      parameters: jsonOf(filledIn),
      ...(modelSha256 !== undefined && { modelSha256 }),
      ...(sourceSha256 !== undefined && { sourceSha256 }),
    };
  } catch (cause) {
    if (!isSemfocusError(cause, 'ConfigError')) throw cause;
    const { hint } = cause;
    throw new ConfigError(`${place} (${entry.name}): ${cause.message}`, {
      cause,
      ...(hint !== undefined && { hint }),
    });
  }
}

function common(
  { name, seed, trajectories, limits, margins }: Suite,
  trajectory: number,
): Pick<Scenario, 'suite' | 'seed' | 'trajectory' | 'stratum' | 'start' | 'limits' | 'margins'> {
  const random = new RandomStream(seed, 'start', trajectory);
  const { stratum, workingDistanceUm, stigmatorX, stigmatorY } = classOf(trajectories, trajectory);
  const drawn =
    'each' in workingDistanceUm
      ? (workingDistanceUm.each[trajectory % workingDistanceUm.each.length] ?? 0)
      : random.uniformBetween(...workingDistanceUm);
  return {
    suite: name,
    seed,
    trajectory,
    ...(stratum !== undefined && { stratum }),
    start: {
      workingDistanceUm: drawn,
      stigmatorX: random.uniformBetween(...stigmatorX),
      stigmatorY: random.uniformBetween(...stigmatorY),
    },
    limits,
    margins,
  };
}

function classOf(trajectories: Suite['trajectories'], trajectory: number): StartClass {
  const classes = startClasses(trajectories);
  const chosen = classes[trajectory % classes.length];
  if (chosen === undefined) throw new RangeError('a suite must have at least 1 class of starts');
  return chosen;
}

function specimenSeed(suite: Suite, trajectory: number): number {
  const place = placeIndex(suite, trajectory);
  return new RandomStream(suite.seed, 'specimen', place).integerBelow(2 ** 32);
}

/** Trajectories that differ in what `each` lists only are at one place. */
function placeIndex({ trajectories }: Suite, trajectory: number): number {
  const { workingDistanceUm } = classOf(trajectories, trajectory);
  return 'each' in workingDistanceUm
    ? Math.floor(trajectory / workingDistanceUm.each.length)
    : trajectory;
}

/**
 * Where a trajectory looks: on a grid of an endless specimen, anywhere inside an image of one, the
 * frame as far inside as it fits.
 */
function placeOf(
  suite: Suite,
  preset: PresetEntry,
  choice: SpecimenChoice | undefined,
  trajectory: number,
): Scenario['stage'] {
  if (preset.instrument?.hasStage === false) return { xUm: 0, yUm: 0 };
  if (choice === undefined || !('file' in choice)) {
    return gridPlace(placeIndex(suite, trajectory), suite.trajectories.gridSpacingUm);
  }
  const { widthPx, heightPx, pixelSizeNm } = choice.file;
  const framePixelNm = suite.frame.pixelSizeNm ?? preset.pixelSizeNm;
  const random = new RandomStream(suite.seed, 'place', placeIndex(suite, trajectory));
  const within = (imagePx: number, framePx: number) => {
    const roomUm = Math.max(0, imagePx * pixelSizeNm - framePx * framePixelNm) * 1e-3;
    return roomUm === 0 ? 0 : (roomUm / 2) * random.uniformBetween(-1, 1);
  };
  const angle = (preset.scanRotationDeg * Math.PI) / 180;
  const [cosine, sine] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const { width, height } = suite.frame;
  return {
    xUm: within(widthPx, cosine * width + sine * height),
    yUm: within(heightPx, sine * width + cosine * height),
  };
}

/**
 * Places on a square grid, numbered in growing squares (the first k^2 fill a square of side k), so
 * that a place depends on its index alone and not on how many there are.
 */
function gridPlace(index: number, spacingUm: number): Scenario['stage'] {
  const shell = Math.floor(Math.sqrt(index));
  const along = index - shell * shell;
  const column = Math.min(along, shell);
  const row = Math.min(2 * shell - along, shell);
  return { xUm: column * spacingUm, yUm: row * spacingUm };
}

function frameOf({ frame }: Suite, preset: PresetEntry, dwellTimeNs: number): Scenario['frame'] {
  const { width, height, pixelSizeNm = preset.pixelSizeNm } = frame;
  return { width, height, pixelSizeNm, dwellTimeNs };
}

function expectedCost(
  { frame, iterations }: Scenario,
  entry: AlgorithmEntry,
  preset: PresetEntry,
): ExpectedCost {
  const frames = iterations * (entry.createEstimator === undefined ? 1 : 2);
  const pixels = frames * frame.width * frame.height;
  return {
    frames,
    pixels,
    beamOnS: (preset.passes * pixels * frame.dwellTimeNs) / 1e9,
    doseElectronsPerNm2: frames * frameDoseElectronsPerNm2(preset, frame),
  };
}

function refuseRepetition(scenarios: readonly Scenario[], keys: readonly string[]): void {
  const first = new Map<string, number>();
  for (const [i, key] of keys.entries()) {
    const earlier = first.get(key);
    const scenario = scenarios[i];
    if (earlier !== undefined && scenario !== undefined) {
      throw new ConfigError(
        `suite ${scenario.suite} lists the same trajectory twice: algorithm ` +
          `${scenario.algorithm.name} with equal parameters at ${scenario.frame.dwellTimeNs} ns, ` +
          `preset ${scenario.preset}, specimen ${scenario.specimen.name}`,
        { hint: 'Name every algorithm, preset, specimen and dwell time only once in a list.' },
      );
    }
    first.set(key, i);
  }
}

/** A copy that is JSON and nothing else, so that it may cross to a worker and into a file. */
function jsonOf(value: Json): Scenario['algorithm']['parameters'] {
  return JSON.parse(canonicalJson(value));
}
