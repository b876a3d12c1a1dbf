import type { UsableFrame } from './readSeries.ts';

/** Two frames of one place that differ in working distance alone. */
export interface SeriesPair {
  readonly under: UsableFrame;
  readonly over: UsableFrame;
  /** Half the difference of the two working distances, um, > 0. */
  readonly perturbationUm: number;
  /** Working distance midway, um. */
  readonly midwayUm: number;
}

/** Smaller half differences are read-back noise, larger ones no perturbation; um. */
const perturbationsUm = [0.5, 50] as const;
/** What two readings of one setting may differ by. */
const tolerance = {
  stigmator: 1e-4,
  rotationDeg: 0.05,
  share: 0.01,
};

/** Every pair of frames that differ in nothing else that is known, the smaller working distance under. */
export function pairsOf(frames: readonly UsableFrame[]): readonly SeriesPair[] {
  return couplesOf(frames).flatMap(([first, second]) => {
    if (obstacles(first, second).length > 0) return [];
    const [under, over] =
      first.workingDistanceUm < second.workingDistanceUm ? [first, second] : [second, first];
    const perturbationUm = (over.workingDistanceUm - under.workingDistanceUm) / 2;
    const midwayUm = (over.workingDistanceUm + under.workingDistanceUm) / 2;
    return [{ under, over, perturbationUm, midwayUm }];
  });
}

/** Two frames that fewest settings keep from being a pair. */
export interface NearPair {
  readonly files: readonly [string, string];
  /** The settings with both values, as `pixelSizeNm 10 and 12`. */
  readonly obstacles: readonly string[];
}

/** Of frames without a pair; undefined if there are less than two. */
export function nearestPair(frames: readonly UsableFrame[]): NearPair | undefined {
  let nearest: NearPair | undefined;
  for (const [first, second] of couplesOf(frames)) {
    const found = obstacles(first, second);
    if (nearest !== undefined && found.length >= nearest.obstacles.length) continue;
    nearest = { files: [first.file, second.file], obstacles: found };
  }
  return nearest;
}

function couplesOf(frames: readonly UsableFrame[]): (readonly [UsableFrame, UsableFrame])[] {
  return frames.flatMap((first, i) =>
    frames.slice(i + 1).map((second) => [first, second] as const),
  );
}

/** What keeps two frames from being a pair. */
function obstacles(first: UsableFrame, second: UsableFrame): string[] {
  const isNear = (
    setting: 'stigmatorX' | 'stigmatorY' | 'scanRotationDeg',
    most: number,
  ): boolean => Math.abs((first[setting] ?? 0) - (second[setting] ?? 0)) <= most;
  const isAlike = (setting: 'pixelSizeNm' | 'dwellTimeNs' | 'beamVoltageKv'): boolean => {
    const [one, other] = [first[setting], second[setting]];
    return one === null || other === null || Math.abs(one / other - 1) <= tolerance.share;
  };
  const isSameStigmator = (setting: 'stigmatorX' | 'stigmatorY'): boolean =>
    (first[setting] === null) === (second[setting] === null) &&
    isNear(setting, tolerance.stigmator);
  const halfApartUm = Math.abs(first.workingDistanceUm - second.workingDistanceUm) / 2;
  const isMet = {
    place: first.place === second.place,
    stigmatorX: isSameStigmator('stigmatorX'),
    stigmatorY: isSameStigmator('stigmatorY'),
    scanRotationDeg: isNear('scanRotationDeg', tolerance.rotationDeg),
    pixelSizeNm: isAlike('pixelSizeNm'),
    dwellTimeNs: isAlike('dwellTimeNs'),
    beamVoltageKv: isAlike('beamVoltageKv'),
    workingDistanceUm: halfApartUm >= perturbationsUm[0] && halfApartUm <= perturbationsUm[1],
  };
  const settings = Object.keys(isMet) as (keyof typeof isMet)[];
  return settings
    .filter((setting) => !isMet[setting])
    .map((setting) => `${setting} ${first[setting]} and ${second[setting]}`);
}
