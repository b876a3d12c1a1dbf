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
  return frames.flatMap((first, i) =>
    frames.slice(i + 1).flatMap((second) => {
      if (!differInDistanceAlone(first, second)) return [];
      const [under, over] =
        first.workingDistanceUm < second.workingDistanceUm ? [first, second] : [second, first];
      const perturbationUm = (over.workingDistanceUm - under.workingDistanceUm) / 2;
      if (perturbationUm < perturbationsUm[0] || perturbationUm > perturbationsUm[1]) return [];
      const midwayUm = (over.workingDistanceUm + under.workingDistanceUm) / 2;
      return [{ under, over, perturbationUm, midwayUm }];
    }),
  );
}

function differInDistanceAlone(first: UsableFrame, second: UsableFrame): boolean {
  const isNear = (
    setting: 'stigmatorX' | 'stigmatorY' | 'scanRotationDeg',
    most: number,
  ): boolean => Math.abs((first[setting] ?? 0) - (second[setting] ?? 0)) <= most;
  const isAlike = (setting: 'pixelSizeNm' | 'dwellTimeNs' | 'beamVoltageKv'): boolean => {
    const [one, other] = [first[setting], second[setting]];
    return one === null || other === null || Math.abs(one / other - 1) <= tolerance.share;
  };
  return (
    first.place === second.place &&
    (first.stigmatorX === null) === (second.stigmatorX === null) &&
    (first.stigmatorY === null) === (second.stigmatorY === null) &&
    isNear('stigmatorX', tolerance.stigmator) &&
    isNear('stigmatorY', tolerance.stigmator) &&
    isNear('scanRotationDeg', tolerance.rotationDeg) &&
    isAlike('pixelSizeNm') &&
    isAlike('dwellTimeNs') &&
    isAlike('beamVoltageKv')
  );
}
