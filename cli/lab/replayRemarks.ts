import type { PlayedFrame } from '../../harness/drivers/replay/index.ts';

/** Less is a difference of the last digits, um of focal shift. */
const leastToldUm = 0.01;

/** What a person should know of a replay: how far its frames were from what was asked for. */
export function replayRemarks(): {
  readonly played: (frame: PlayedFrame) => void;
  readonly ended: () => void;
  /** The remarks since the last time. */
  readonly take: () => readonly string[];
} {
  let remarks: string[] = [];
  let frames = 0;
  let elsewhere = 0;
  let farthest: PlayedFrame | undefined;
  return {
    played(frame) {
      frames += 1;
      if (frame.distanceUm > (farthest?.distanceUm ?? 0)) farthest = frame;
      if (frame.distanceUm < leastToldUm) return;
      elsewhere += 1;
      const { workingDistanceUm, stigmatorX, stigmatorY } = frame.change;
      remarks.push(
        `replay: frame ${frame.number} is ${frame.file}, recorded ${umText(frame)} away ` +
          `(working distance ${signed(workingDistanceUm)} um, stigmators ${signed(stigmatorX)}, ${signed(stigmatorY)})`,
      );
    },
    ended() {
      if (frames === 0) return;
      const count = frames === 1 ? '1 frame' : `${frames} frames`;
      remarks.push(
        elsewhere === 0 || farthest === undefined
          ? `replay: ${count}, recorded in the states asked for`
          : `replay: ${count}, ${elsewhere} of them recorded in another state than asked for, the farthest ${umText(farthest)} away (frame ${farthest.number})`,
      );
    },
    take() {
      const taken = remarks;
      remarks = [];
      return taken;
    },
  };
}

/** Of focal shift. */
function umText({ distanceUm }: PlayedFrame): string {
  return `${distanceUm.toFixed(2)} um`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;
}
