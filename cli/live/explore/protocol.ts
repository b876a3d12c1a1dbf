import { z } from 'zod';
import {
  type FocusChange,
  type FocusLimits,
  type FocusState,
  type ProbeShape,
  probeShapes,
} from '../../../harness/microscope/index.ts';

/** Frame size, margins, limits and parameters of algorithms are those of this suite. */
export const exploreSuite = 'demo';

/** What lies under the virtual microscope, and which one it is. */
export interface ExploreSetup {
  readonly preset: string;
  readonly psf: ProbeShape;
  readonly specimen: string;
  readonly seed: number;
}

const name = z.string().min(1).max(500);
const number = z.number();

/** What a page may ask of the microscope. */
export const commandSchema = z.discriminatedUnion('type', [
  /** Puts knobs, and exposes a frame; with none of them, a frame of what there is. */
  z.strictObject({
    type: z.literal('turn'),
    /** Turned further at once: a frame of fewer pixels will do, and the answer brings it. */
    isMoving: z.boolean().optional(),
    workingDistanceUm: number.optional(),
    stigmatorX: number.optional(),
    stigmatorY: number.optional(),
    dwellTimeNs: number.positive().optional(),
  }),
  /** Another microscope or specimen; a probe shape left out is the instrument's own. */
  z.strictObject({
    type: z.literal('choose'),
    preset: name,
    psf: z.enum(probeShapes).optional(),
    specimen: name,
    seed: z.number().int().min(0).max(1e9),
  }),
  /** Draws another defocus and astigmatism. */
  z.strictObject({ type: z.literal('defocus') }),
  /** Goes back to where the last run began. */
  z.strictObject({ type: z.literal('back') }),
  /** Moves the stage to a place that no electron has seen. */
  z.strictObject({ type: z.literal('fresh') }),
  z.strictObject({ type: z.literal('run'), algorithm: name }),
  z.strictObject({ type: z.literal('stop') }),
  /** How long every frame of a run stays in sight, ms. */
  z.strictObject({ type: z.literal('pace'), ms: number.min(0).max(5000) }),
]);
export type ExploreCommand = z.infer<typeof commandSchema>;

/** Asks the thread of the microscope to end. */
export const leaveMessage = 'leave';

/** Values that a knob can be turned to. */
export interface KnobRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit: string;
}

/** What can be turned. */
export interface Knobs {
  readonly workingDistanceUm: KnobRange;
  readonly stigmatorX: KnobRange;
  readonly stigmatorY: KnobRange;
  readonly dwellTimesNs: readonly number[];
}

/** What only the simulator knows. */
export interface ExploreTruth {
  readonly bestFocus: FocusState;
  readonly residual: FocusChange;
  readonly isInside: boolean;
}

/** The microscope as it stands. */
export interface ExploreState {
  readonly setup: ExploreSetup;
  readonly focus: FocusState;
  readonly dwellTimeNs: number;
  /** Of a whole frame, px; previews show the same field with fewer. */
  readonly frame: { readonly width: number; readonly height: number };
  /** Of a whole frame. */
  readonly pixelSizeNm: number;
  readonly beam: string;
  readonly knobs: Knobs;
  /** Residuals within these count as focused; runs of algorithms stay within the guard. */
  readonly margins: FocusLimits;
  readonly guard: FocusLimits;
  /** On this place since it was driven to. */
  readonly spent: {
    readonly frames: number;
    readonly doseElectronsPerNm2: number;
    readonly microscopeS: number;
  };
  readonly truth: ExploreTruth;
}

/** A frame, without its pixels. */
export interface ExploreFrame {
  /** Counts up. */
  readonly number: number;
  readonly width: number;
  readonly height: number;
  /**
   * `knobs`: exposed by the person; `preview`: also, with fewer pixels of the same field, while a knob
   * turns; `algorithm`: by an algorithm; `look`: without dose.
   */
  readonly kind: 'knobs' | 'preview' | 'algorithm' | 'look';
  readonly caption: string;
  readonly focus: FocusState;
  /** Time to simulate it, ms. */
  readonly renderMs: number;
}

/** One iteration of an algorithm. */
export interface ExploreStep {
  /** 0 is the start. */
  readonly iteration: number;
  readonly correction?: FocusChange;
  readonly correctionSd?: FocusChange;
  readonly declined?: string;
  readonly focus: FocusState;
  /** Since the start of the run. */
  readonly frames: number;
  readonly doseElectronsPerNm2: number;
  readonly computeMs: number;
  readonly truth: ExploreTruth;
  /** Number of a frame in this state, taken without dose. */
  readonly frame: number;
}

/** A run of an algorithm. */
export interface ExploreRun {
  readonly algorithm: string;
  readonly state: 'running' | 'ended' | 'stopped' | 'failed';
  readonly iterations: number;
  readonly steps: readonly ExploreStep[];
  readonly message?: string;
}

/** What comes from the thread of the microscope. */
export type ExploreEvent =
  | { readonly type: 'state'; readonly state: ExploreState }
  | { readonly type: 'frame'; readonly frame: ExploreFrame; readonly pixels: Uint8Array }
  | { readonly type: 'run'; readonly run: ExploreRun | undefined }
  | { readonly type: 'problem'; readonly message: string; readonly hint?: string }
  /** A command was carried out, or refused. */
  | { readonly type: 'done' };

/** What can be chosen. */
export interface ExploreOptions {
  readonly presets: readonly { readonly name: string; readonly summary: string }[];
  readonly specimens: readonly { readonly name: string; readonly summary: string }[];
  readonly psfs: readonly ProbeShape[];
  readonly algorithms: readonly { readonly name: string; readonly summary: string }[];
}

/** What the page is told, by name of the event. */
export interface ExploreFeed {
  readonly picture: {
    readonly options: ExploreOptions;
    readonly state: ExploreState | undefined;
    readonly frame: ExploreFrame | undefined;
    readonly run: ExploreRun | undefined;
  };
  readonly state: ExploreState;
  readonly frame: ExploreFrame;
  readonly run: { readonly run: ExploreRun | undefined };
  readonly problem: { readonly message: string; readonly hint?: string | undefined };
  readonly end: Readonly<Record<string, never>>;
}
