/**
 * Fisher information on (z, a, b), per um^2: symmetric, 3 x 3. Where the pupil is not known there is a
 * fourth row and column, for the way from its shape (0) to the other one (1). Information of what is
 * independent (patches side by side, pairs of different places) adds up.
 */
export type InformationMatrix = readonly (readonly number[])[];

/** The information of `factor` times as many patches, or as much area: any number >= 0. */
export function scaleInformation(
  information: InformationMatrix,
  factor: number,
): InformationMatrix {
  return information.map((row) => row.map((value) => factor * value));
}
