import { smoothNoise } from '../../hash/smoothNoise.ts';

/**
 * Direction of a neurite in rad, with those of its neighbourhood: a smooth field of directions, which are
 * followed closely in some places and not at all in others.
 *
 * @param turn - Direction it would have by itself, uniform in 0 to pi.
 */
export function fibreDirection(salt: number, xNm: number, yNm: number, turn: number): number {
  // A direction is the same turned by pi, so the field holds twice the angle.
  const along = smoothNoise(salt, xNm / bundleNm, yNm / bundleNm);
  const diagonal = smoothNoise(salt ^ 1, xNm / bundleNm, yNm / bundleNm);
  const alignment = Math.min(closest, alignmentPerStrength * Math.hypot(along, diagonal));
  return Math.atan2(diagonal, along) / 2 + (1 - alignment) * (turn - Math.PI / 2);
}

/** Over which the direction changes. */
const bundleNm = 14_000;
/** Nowhere are all neurites parallel. */
const closest = 0.92;
const alignmentPerStrength = 0.85;
