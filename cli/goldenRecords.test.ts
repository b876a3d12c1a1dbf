/**
 * A small part of every suite that comes with the project must give the records that it gave before.
 * Record them anew, after a change that is meant to alter them, and look through the difference:
 *
 *   GOLDEN_RECORDS=write npx vitest run cli/goldenRecords.test.ts
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Json } from '../harness/algorithm/index.ts';
import { runTrajectory } from '../harness/experiment/run/index.ts';
import {
  listSuites,
  type Plan,
  planSuite,
  type Suite,
  startClasses,
} from '../harness/experiment/suite/index.ts';
import { isSemfocusError } from '../harness/microscope/index.ts';
import type { Scenario, TrajectoryRecord } from '../harness/record/index.ts';
import { registry } from './lab/index.ts';

const folder = new URL('fixtures/golden/', import.meta.url);
const suites = await listSuites();

describe('golden records', () => {
  it.each(suites)(
    'of suite $name have not changed',
    async (suite) => {
      const file = new URL(`${suite.name}.jsonl`, folder);
      const lines = [lineOf(planSummary(planSuite(suite, registry)))];
      for (const scenario of everythingOnce(smallParts(suite))) {
        const { record } = await runTrajectory(scenario, registry, {
          signal: new AbortController().signal,
          clock: { nowMs: () => performance.now() },
          now: () => new Date(),
        });
        lines.push(lineOf(comparedPart(record)));
      }
      if (process.env.GOLDEN_RECORDS === 'write') writeFileSync(file, `${lines.join('\n')}\n`);
      const known = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect(firstDeviation(known, lines)).toBeUndefined();
    },
    300_000,
  );

  it('belong to a suite', () => {
    expect(readdirSync(folder).toSorted()).toEqual(suites.map(({ name }) => `${name}.jsonl`));
  });
});

describe('comparison of golden records', () => {
  const line = (change: object = {}) =>
    lineOf({ of: 'mapfost', outcome: 'missed', rows: [{ um: 2 }], ...change });
  const um = (value: number, through?: object) => line({ ...through, rows: [{ um: value }] });
  const network = { tolerance: 1e-3 };

  it('names the first trajectory and field that deviate', () => {
    const known = [line(), line({ of: 'spectral' })];
    expect([
      firstDeviation(known, known),
      firstDeviation(known, [line(), line({ of: 'spectral', rows: [{ um: 2.1 }], outcome: 'x' })]),
      firstDeviation(known, [um(2.000001), line()]),
      firstDeviation(known, [line({ rows: [{}] })]),
      firstDeviation(known, [line({ rows: [] })]),
      firstDeviation(known, [line()]),
    ]).toMatchInlineSnapshot(`
      [
        undefined,
        "spectral: outcome was "missed", is "x"",
        "mapfost: rows.0.um was 2, is 2.000001",
        "mapfost: rows.0.um was 2, is undefined",
        "mapfost: rows.0 was {"um":2}, is undefined",
        "there were 2 lines, there are 1",
      ]
    `);
  });

  it('lets answers of a network differ a little, because processors do', () => {
    expect(firstDeviation([um(2, network)], [um(2.0009, network)])).toBeUndefined();
    expect(firstDeviation([um(2000, network)], [um(2001, network)])).toBeUndefined();
    expect(firstDeviation([um(2, network)], [um(2.01, network)])).toMatch(/^mapfost: rows\.0\.um/);
  });
});

/**
 * The suite divided by algorithms, each with small frames into which its patches fit, few patches and
 * iterations, and the last level of every axis.
 */
function smallParts(suite: Suite): Suite[] {
  const { frame, trajectories, axes } = suite;
  const parts = suite.algorithms.map(({ iterations, ...algorithm }) => {
    const entry = registry.algorithms.get(algorithm.name);
    const full = z
      .looseObject({ patches: z.unknown(), patchSidePx: z.unknown() })
      .partial()
      .parse(entry?.create(algorithm.parameters).parameters);
    const hasNetwork = entry?.modelSha256 !== undefined;
    const parameters = {
      ...algorithm.parameters,
      ...(typeof full.patches === 'number' && { patches: Math.min(full.patches, 2) }),
      ...(typeof full.patchSidePx === 'number' && { patchSidePx: Math.min(full.patchSidePx, 128) }),
    };
    const sidesPx = hasNetwork ? [Number(/\d+$/.exec(algorithm.name))] : [160, 224];
    const size = sidesPx
      .map((sidePx) => ({ width: sidePx + 64, height: sidePx + 32 }))
      .find((one) => isFitFor(() => entry?.checkFrame?.(one, parameters)));
    return {
      ...suite,
      frame: { ...frame, ...size },
      trajectories: { ...trajectories, count: startClasses(trajectories).length },
      algorithms: [
        { ...algorithm, parameters, iterations: Math.min(iterations, hasNetwork || axes ? 1 : 2) },
      ],
      ...(axes && { axes: lastLevels(axes) }),
    };
  });
  // Some differ in what has been made small alone.
  return [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()];
}

function isFitFor(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (isSemfocusError(error, 'ConfigError')) return false;
    throw error;
  }
}

function lastLevels(axes: NonNullable<Suite['axes']>): NonNullable<Suite['axes']> {
  if (axes.design === 'latin-hypercube') return axes;
  return { ...axes, axes: axes.axes.map((axis) => ({ ...axis, levels: axis.levels.slice(-1) })) };
}

/**
 * Trajectories of which each shows something that none before it does, those without a network
 * first, because they are cheap and comparable to the last digit.
 */
function everythingOnce(parts: readonly Suite[]): Scenario[] {
  const seen = new Set<string>();
  return parts
    .flatMap((part) => planSuite(part, registry).scenarios)
    .toSorted((a, b) => Number(usesNetwork(a)) - Number(usesNetwork(b)))
    .filter((scenario) => {
      const { preset, calibration, specimen, stratum, algorithm } = scenario;
      const before = seen.size;
      for (const [name, value] of Object.entries({
        condition: [preset, calibration],
        specimen: specimen.name,
        stratum,
        // Parity asks the networks of every size.
        algorithm: [algorithm.name.replace(/-\d+$/, ''), algorithm.parameters],
      })) {
        seen.add(JSON.stringify([name, value]));
      }
      return seen.size > before;
    });
}

function usesNetwork({ algorithm }: Scenario): boolean {
  return algorithm.modelSha256 !== undefined;
}

/** Pins the keys of all trajectories of a suite as it stands. */
function planSummary({ suite, keys }: Plan): object {
  return {
    of: `plan of ${suite.name}`,
    trajectories: keys.length,
    keysSha256: createHash('sha256').update(keys.join('\n')).digest('hex'),
  };
}

/** All but times and what the key stands for; of what a network says in words, the words alone. */
function comparedPart({ key, scenario, iterations, ...record }: TrajectoryRecord): object {
  const { outcome, failureClass, message, pairBoundSd } = record;
  const { preset, specimen, frame, trajectory, algorithm } = scenario;
  const text = (words?: string) =>
    usesNetwork(scenario) ? words?.replace(/-?\d+(\.\d+)?(e[+-]\d+)?/g, '#') : words;
  return {
    of: `${algorithm.name} on ${preset}, ${specimen.name}, ${frame.dwellTimeNs} ns, trajectory ${trajectory}`,
    ...(usesNetwork(scenario) && { tolerance: 1e-3 }),
    key,
    outcome,
    failureClass,
    message: text(message),
    pairBoundSd,
    rows: iterations.map((row) => ({
      iteration: row.iteration,
      focus: row.focus,
      residual: row.residual,
      insideMargins: row.insideMargins,
      correction: row.correction,
      correctionSd: row.correctionSd,
      declined: text(row.declined),
      stopped: text(row.stopped),
      framesTotal: row.framesTotal,
      pixelsTotal: row.pixelsTotal,
      doseElectronsPerNm2Total: row.doseElectronsPerNm2Total,
      electronsTotal: row.electronsTotal,
      beamOnTotalS: row.beamOnTotalS,
      settleTotalS: row.settleTotalS,
      microscopeTotalS: row.microscopeTotalS,
      diagnostics: row.diagnostics,
    })),
  };
}

/** JSON with ten significant digits of every number. */
function lineOf(value: object): string {
  return JSON.stringify(value, (_, part) =>
    typeof part === 'number' ? Number(part.toPrecision(10)) : part,
  );
}

function firstDeviation(known: readonly string[], found: readonly string[]): string | undefined {
  for (const [i, line] of found.entries()) {
    const now = JSON.parse(line);
    const before = JSON.parse(known[i] ?? '{}');
    const deviation = deviationOf(before, now, before.tolerance ?? 1e-9);
    if (deviation !== undefined) return `${now.of}: ${deviation}`;
  }
  if (known.length === found.length) return undefined;
  return `there were ${known.length} lines, there are ${found.length}`;
}

/** The first place where two values differ by more than `tolerance`, absolute or relative. */
function deviationOf(
  before: Json | undefined,
  now: Json | undefined,
  tolerance: number,
  path: readonly string[] = [],
): string | undefined {
  if (isComposite(before) && isComposite(now)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const deviation = deviationOf(before[name], now[name], tolerance, [...path, name]);
      if (deviation !== undefined) return deviation;
    }
    return undefined;
  }
  const isClose =
    typeof before === 'number' && typeof now === 'number'
      ? Math.abs(now - before) <= tolerance * Math.max(1, Math.abs(before))
      : before === now;
  if (isClose) return undefined;
  return `${path.join('.')} was ${JSON.stringify(before)}, is ${JSON.stringify(now)}`;
}

function isComposite(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null;
}
