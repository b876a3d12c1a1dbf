/**
 * The port that `--live` asks for, 0 (any that is free) where it names none.
 *
 * @param live - What the option came to: `true` without a port, `undefined` where it was not given.
 */
export function livePort(live: number | true | undefined): number | undefined {
  return live === true ? 0 : live;
}
