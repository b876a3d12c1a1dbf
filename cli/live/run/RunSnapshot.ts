import type { Outcome } from '../../../harness/record/index.ts';
import type { ShownFrame } from '../server/shownFrame.ts';

/** `[working distance um, stigmator x, stigmator y]`, signed, against the hidden truth; on an instrument against what the reference method found before. */
export type LiveResidual = readonly [number, number, number];

/** The latest frame of a trajectory that runs, without its pixels. */
export type LiveFrame = Pick<ShownFrame, 'number' | 'width' | 'height' | 'pixelSizeNm'> & {
  /** Where the microscope was when it was exposed; absent before the start is known. */
  readonly offset?: LiveResidual;
};

/** One trajectory as far as it has come; sent whole whenever it has changed. */
export interface LiveTrajectory {
  /** Index into the plan. */
  readonly index: number;
  /** Index into {@link RunSnapshot.algorithms}. */
  readonly algorithm: number;
  /** Index into {@link RunSnapshot.conditions}. */
  readonly condition: number;
  /** Number of the place. */
  readonly trajectory: number;
  /** Iterations that are planned. */
  readonly planned: number;
  /** After each iteration, the start first. */
  readonly residuals: readonly LiveResidual[];
  readonly doseElectronsPerNm2: number;
  readonly frames: number;
  /** Absent where nobody has asked for one, and when it has ended. */
  readonly frame?: LiveFrame;
  /** Absent while it runs. */
  readonly outcome?: Outcome;
  readonly message?: string;
  /** Names of the files below `previews/`; absent where none were kept. */
  readonly previews?: { readonly before: string; readonly after: string; readonly inFocus: string };
}

/** How far a run has come. */
export interface RunProgress {
  readonly state: 'running' | 'complete' | 'interrupted' | 'failed';
  readonly total: number;
  /** Trajectories with a record, those of earlier runs included. */
  readonly stored: number;
  /** Of `stored`, those of earlier runs. */
  readonly before: number;
  /** 0 to 1, of what this run has to do, by pixels. */
  readonly share: number;
  readonly elapsedS: number;
  /** Absent where it would be a guess. */
  readonly leftS?: number;
}

/** All that a page needs to know about a run. */
export interface RunSnapshot {
  readonly suite: { readonly name: string; readonly title: string; readonly description: string };
  readonly folder: string;
  /** True where times are measured: then no frames of running trajectories are shown. */
  readonly isTimed: boolean;
  /** Names in the order of the report's colours. */
  readonly algorithms: readonly string[];
  readonly conditions: readonly string[];
  readonly margins: { readonly workingDistanceUm: number; readonly stigmator: number };
  readonly trajectories: readonly LiveTrajectory[];
  readonly messages: readonly string[];
  readonly progress: RunProgress;
  /** What to open in the end. */
  readonly report?: string;
}

/** What has changed since somebody last asked. */
export type RunChange = Pick<RunSnapshot, 'trajectories' | 'messages' | 'progress'>;

/** What the page is told, by name of the event. */
export interface RunFeed {
  readonly picture: RunSnapshot;
  readonly change: RunChange;
  readonly end: RunSnapshot;
}
