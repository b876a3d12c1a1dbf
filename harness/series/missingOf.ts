import type { Series, SeriesFrame } from './seriesSchema.ts';

/** Settings without which a frame cannot be a part of a pair. */
const needed = ['workingDistanceUm', 'pixelSizeNm'] as const;
/** Settings that make more of a frame. */
const useful = [
  'stigmatorX',
  'stigmatorY',
  'dwellTimeNs',
  'beamVoltageKv',
  'scanRotationDeg',
] as const;

/** A setting, and the files of the frames that lack it. */
export interface Missing {
  readonly setting: (typeof needed)[number] | (typeof useful)[number];
  readonly isNeeded: boolean;
  readonly files: readonly string[];
}

/** What a person has to write into a manifest, and what would help. */
export function missingOf({ frames }: Pick<Series, 'frames'>): readonly Missing[] {
  const lacking = (setting: Missing['setting']) =>
    frames.filter((frame: SeriesFrame) => frame[setting] === null).map(({ file }) => file);
  return [
    ...needed.map((setting) => ({ setting, isNeeded: true, files: lacking(setting) })),
    ...useful.map((setting) => ({ setting, isNeeded: false, files: lacking(setting) })),
  ].filter(({ files }) => files.length > 0);
}
