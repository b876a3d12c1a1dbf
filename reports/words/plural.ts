/**
 * A number with its noun.
 *
 * @param many - Where it is not `one` with an s.
 * @example
 * plural(1, 'row'); // '1 row'
 */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `1 trajectory`, `9 trajectories`. */
export function trajectoriesText(count: number): string {
  return plural(count, 'trajectory', 'trajectories');
}
