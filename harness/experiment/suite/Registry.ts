import type { AlgorithmEntry } from '../../algorithm/index.ts';
import type {
  Calibration,
  ExposingBeam,
  FocusChange,
  GroundTruth,
  Microscope,
  ProbeShape,
} from '../../microscope/index.ts';
import type { Scenario } from '../../record/index.ts';

/** What algorithms are told of an instrument, and where that comes from. */
export interface PresetCalibration {
  /** `measured` by known moves, as on a real instrument; `nominal`: its own numbers. */
  readonly source: 'measured' | 'nominal';
  readonly values: Calibration;
}

/** An instrument as the command line knows it. */
export interface PresetEntry extends ExposingBeam {
  readonly name: string;
  readonly summary: string;
  /** Present for one that knows no truth. */
  readonly instrument?: NonNullable<Scenario['instrument']>;
  /** SHA-256 of its content where it does not come with the project. */
  readonly sha256?: string;
  /** The default shape of its probe. */
  readonly psf: ProbeShape;
  /** Its own numbers. */
  readonly calibration: Calibration;
  /** What an algorithm is told of it, with a probe of this shape. */
  readonly calibrationFor: (psf: ProbeShape) => PresetCalibration;
  readonly pixelSizeNm: number;
  readonly dwellTimeNs: number;
  /** How far its image is turned against the specimen. */
  readonly scanRotationDeg: number;
}

/** A procedural specimen as the command line knows it. */
interface SpecimenEntry {
  readonly name: string;
  readonly summary: string;
  /** True where there is nothing to see: an algorithm should decline. */
  readonly isBlank?: boolean;
}

/** A scenario's microscope, and the truth about it for the runner alone. */
export interface OpenedScenario {
  readonly microscope: Microscope;
  readonly truth: GroundTruth;
  /**
   * The information bound: standard deviations that no unbiased estimate comes below which is made
   * of one pair of the scenario's frames, taken around best focus at the present place. Asked for
   * after the trajectory; undefined where nothing at all can be known. Absent where the algorithm
   * does not work on pairs, or if the specimen is unknown.
   */
  readonly pairBoundSd?: () => FocusChange | undefined;
}

/** What `cli` hands to `harness`, which imports neither algorithms nor simulators. */
export interface Registry {
  readonly algorithms: ReadonlyMap<string, AlgorithmEntry>;
  /**
   * A simulated instrument by its name or whatever else describes one, a file for instance.
   *
   * @throws ConfigError naming what there is.
   */
  readonly presetNamed: (name: string) => PresetEntry;
  readonly specimens: ReadonlyMap<string, SpecimenEntry>;
  /** Raised whenever a simulated pixel can differ; part of every record's key. */
  readonly physicsVersion: string;
  /** The simulated microscope of a scenario, in focus, over its specimen, at its stage position. */
  readonly openScenario: (scenario: Scenario) => Promise<OpenedScenario>;
}
