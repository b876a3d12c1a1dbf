import type { Clock } from '../microscope/index.ts';

/** Calls of functions whose results differ from run to run, by their source text. */
export interface GlobalsWatch {
  readonly calls: ReadonlyMap<string, number>;
  /** The same clock, whose own use of a global one does not count: it is what an algorithm may use. */
  exempt(clock: Clock): Clock;
  /** Puts everything back as it was. */
  stop(): void;
}

/**
 * Counts the calls of global randomness and clocks in this thread until it is stopped; they work as
 * ever. Every call meanwhile is counted, so nothing else may run.
 */
export function watchGlobals(): GlobalsWatch {
  const calls = new Map<string, number>();
  const undo: (() => void)[] = [];
  let isExempt = false;
  function note(name: string): void {
    if (!isExempt) calls.set(name, (calls.get(name) ?? 0) + 1);
  }
  function replace(owner: object, key: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(owner, key);
    Object.defineProperty(owner, key, { value, configurable: true, writable: true });
    undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(owner, key);
      else Object.defineProperty(owner, key, before);
    });
  }
  function count(owner: object, key: string, name: string): void {
    const original: unknown = Reflect.get(owner, key);
    if (typeof original !== 'function') return;
    replace(owner, key, (...args: unknown[]) => {
      note(name);
      return Reflect.apply(original, owner, args);
    });
  }
  count(Math, 'random', 'Math.random()');
  count(performance, 'now', 'performance.now()');
  count(globalThis.crypto, 'getRandomValues', 'crypto.getRandomValues()');
  count(globalThis.crypto, 'randomUUID', 'crypto.randomUUID()');
  count(process, 'hrtime', 'process.hrtime()');
  const clock = new Proxy(Date, {
    construct(target, args, newTarget) {
      if (args.length === 0) note('new Date()');
      return Reflect.construct(target, args, newTarget);
    },
    apply(target, self, args) {
      note('Date()');
      return Reflect.apply(target, self, args);
    },
    get(target, key) {
      if (key === 'now') note('Date.now()');
      return Reflect.get(target, key);
    },
  });
  replace(globalThis, 'Date', clock);
  return {
    calls,
    exempt: ({ nowMs }) => ({
      nowMs() {
        isExempt = true;
        try {
          return nowMs();
        } finally {
          isExempt = false;
        }
      },
    }),
    stop() {
      for (const restore of undo.toReversed()) restore();
    },
  };
}
