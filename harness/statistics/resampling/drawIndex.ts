import type { RandomStream } from '../../numeric/index.ts';

/** One of `count` things, each as likely; takes one draw. */
export function drawIndex(count: number, random: RandomStream): number {
  return Math.floor((random.nextInt32() >>> 0) * (count / 2 ** 32));
}
