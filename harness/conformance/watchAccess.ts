import type { AutofocusContext } from '../algorithm/index.ts';

const contextKeys = ['microscope', 'frame', 'calibration', 'random', 'signal', 'clock'];
const microscopeKeys = [
  'describe',
  'readFocus',
  'writeFocus',
  'acquireFrame',
  'readStage',
  'moveStage',
  'blankBeam',
  'close',
];
/** Properties that the language itself reads of an object that is awaited or printed. */
const harmless = new Set(['then', 'toJSON', 'constructor', 'inspect', 'nodeType', '$$typeof']);

/**
 * A context that works as the given one. It notes every use of it and of its microscope that the
 * contract does not have: other properties, a change.
 */
export function watchAccess(context: AutofocusContext): {
  readonly context: AutofocusContext;
  readonly found: readonly string[];
} {
  const found: string[] = [];
  function watched<T extends object>(target: T, allowed: readonly string[], name: string): T {
    const complain = (what: string): void => {
      if (!found.includes(what)) found.push(what);
    };
    return new Proxy(target, {
      get(object, key) {
        if (typeof key === 'string' && !allowed.includes(key) && !harmless.has(key)) {
          complain(`${name}.${key}`);
        }
        return Reflect.get(object, key);
      },
      has(object, key) {
        if (typeof key === 'string' && !allowed.includes(key)) complain(`'${key}' in ${name}`);
        return Reflect.has(object, key);
      },
      set(_, key) {
        complain(`${name}.${String(key)} = ...`);
        return false;
      },
      defineProperty(_, key) {
        complain(`${name}.${String(key)} = ...`);
        return false;
      },
    });
  }
  const microscope = watched(context.microscope, microscopeKeys, 'microscope');
  return { context: watched({ ...context, microscope }, contextKeys, 'context'), found };
}
