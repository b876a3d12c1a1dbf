import type { GroundTruth } from '../../microscope/index.ts';

/**
 * Looks for the hidden truth in everything that can be reached from an object, the way an
 * algorithm bent on cheating would: own and inherited properties, symbols, properties that are not
 * enumerable, getters, the contents of maps, sets and lists. What a function has closed over and
 * private fields cannot be reached in JavaScript and are not looked at.
 *
 * Found are: the truth itself, anything called `bestFocus` or `frameAt`, an object with the three
 * values of the best focus, and either of those values alone where it is no whole number (a whole
 * number may be there by chance).
 *
 * @returns the paths at which something was found, empty if the truth is well hidden.
 */
export function findTruthLeak(root: object, truth: GroundTruth): string[] {
  const best = truth.bestFocus();
  const telltale = new Set(Object.values(best).filter((value) => !Number.isInteger(value)));
  const leaks: string[] = [];
  const seen = new Set<object>();
  const queue: { value: unknown; path: string }[] = [{ value: root, path: 'context' }];
  for (const { value, path } of queue) {
    if (typeof value === 'number' && telltale.has(value)) leaks.push(`${path} = ${value}`);
    if (!isObject(value) || seen.has(value)) continue;
    seen.add(value);
    if (value === truth) leaks.push(`${path} is the truth`);
    const members = membersOf(value);
    for (const member of members) {
      if (member.name === 'bestFocus' || member.name === 'frameAt') {
        leaks.push(`${path}.${member.name}`);
      }
      queue.push({ value: member.value, path: `${path}.${member.name}` });
    }
    const named = new Map(members.map((member) => [member.name, member.value]));
    if (Object.entries(best).every(([name, expected]) => named.get(name) === expected)) {
      leaks.push(`${path} is the best focus`);
    }
  }
  return leaks;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Everything one step away. */
function membersOf(object: object): { name: string; value: unknown }[] {
  const members: { name: string; value: unknown }[] = [];
  for (let level: object | null = object; level !== null; level = Object.getPrototypeOf(level)) {
    members.push({ name: '[[Prototype]]', value: Object.getPrototypeOf(level) });
    // Grey values are no hiding place, and listing millions of them takes long.
    if (ArrayBuffer.isView(level) && !(level instanceof Float64Array)) continue;
    for (const key of Reflect.ownKeys(level)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(level, key) ?? {};
      members.push({ name: String(key), value: get === undefined ? value : read(get, object) });
      members.push({ name: `get ${String(key)}`, value: get });
      members.push({ name: `set ${String(key)}`, value: set });
    }
  }
  if (object instanceof Map || object instanceof Set) {
    for (const [key, value] of object.entries()) {
      members.push({ name: '[[Key]]', value: key }, { name: '[[Value]]', value });
    }
  }
  return members;
}

/** Getters of built-in prototypes throw when asked about another kind of object. */
function read(get: () => unknown, object: object): unknown {
  try {
    return get.call(object);
  } catch {
    return undefined;
  }
}
