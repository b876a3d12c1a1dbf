import { ConfigError } from '../microscope/index.ts';

/**
 * The error for a name that is not on the list: names it, lists the allowed ones and suggests the
 * nearest where one is near.
 *
 * @param what - Kind of the name, with its place if it has one: `suite`,
 *   `algorithms[1].name`.
 * @param otherwise - Another allowed form, e.g. `a path to a JSON file`.
 */
export function unknownName(
  what: string,
  received: string,
  allowed: Iterable<string>,
  otherwise?: string,
): ConfigError {
  const names = [...allowed];
  const list = [...names, ...(otherwise === undefined ? [] : [otherwise])];
  const nearest = nearestName(received, names);
  const suggestion = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  const rule = list.length === 0 ? 'cannot be chosen: there are none' : `must be ${inWords(list)}`;
  return new ConfigError(`${what} ${rule}. Received ${JSON.stringify(received)}${suggestion}`);
}

/** `a`, `a or b`, `a, b or c`. */
export function inWords(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} or ${last}`;
}

/** The name at the smallest edit distance, if no more than a third of the letters differ. */
function nearestName(received: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let smallest = Math.max(1, Math.floor(received.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(received.toLowerCase(), name.toLowerCase());
    if (distance < smallest) {
      smallest = distance;
      nearest = name;
    }
  }
  return nearest;
}

/** Letters inserted, deleted, replaced, or swapped with their neighbour. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = row[j]! + (from[i] === to[j] ? 0 : 1);
      const isSwapped = i > 0 && j > 0 && from[i] === to[j - 1] && from[i - 1] === to[j];
      const swapped = isSwapped ? before[j - 1]! + 1 : Infinity;
      next.push(Math.min(replaced, swapped, row[j + 1]! + 1, next[j]! + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
