import type { StagePosition } from '../microscope/index.ts';

/** A stage that was not moved reads back to this. */
const samePlaceUm = 1;

/** Names the place of each frame by where the stage stood: '1', '2', ... in order of first use. */
export function placesOf(stages: readonly (StagePosition | undefined)[]): readonly string[] {
  const known: StagePosition[] = [];
  return stages.map((stage) => {
    if (stage === undefined) return '1';
    const at = known.findIndex(
      ({ xUm, yUm }) => Math.hypot(xUm - stage.xUm, yUm - stage.yUm) <= samePlaceUm,
    );
    return String(at === -1 ? known.push(stage) : at + 1);
  });
}
