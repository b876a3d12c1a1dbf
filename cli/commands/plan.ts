import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { ExpectedCost, Plan } from '../../harness/experiment/suite/index.ts';
import { shellQuoted } from '../../harness/program/index.ts';
import type { Scenario } from '../../harness/record/index.ts';
import { formatNumber, printable, textTable } from '../../reports/index.ts';
import { checkFrames } from '../run/checkFrames.ts';
import { expectedSeconds } from '../run/expectedSeconds.ts';
import { addPlanOptions, type PlanOptions, planFrom } from '../run/planFrom.ts';
import { timeText } from '../run/timeText.ts';
import { numberOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface PlanCommandOptions extends PlanOptions {
  readonly workers?: number;
  readonly json?: boolean;
}

/** `semfocus plan`: trajectories, time and dose of a run, without running it. */
export function addPlanCommand(command: Command, terminal: Terminal): void {
  addPlanOptions(command)
    .addOption(
      numberOption('--workers <n>', 'trajectories at once (default: one per core)', {
        isWhole: true,
        from: 1,
        to: 256,
      }),
    )
    .option('--json', 'print one JSON document, with the key of every trajectory')
    .addHelpText(
      'after',
      `
Takes the same options to change a suite as semfocus run. Times are estimates for
one core of the reference machine. Searches may end sooner.

Examples:
  semfocus plan release
  semfocus plan figure-5 --algorithms mapfost --preset merlin --json`,
    )
    .action(async (suite: string, options: PlanCommandOptions) => {
      const { plan, registry, own } = await planFrom(suite, options);
      // A plan needs only the names of programs.
      own.close();
      await checkFrames(plan, registry);
      const workers = Math.min(options.workers ?? availableParallelism(), plan.keys.length);
      const cost = costOf(plan, plan.suite.timing === true ? 1 : workers);
      terminal.out(
        options.json === true
          ? `${JSON.stringify({ ...cost, command: runCommand(command), trajectories: trajectoriesOf(plan) }, null, 2)}\n`
          : planText(plan, cost, runCommand(command)),
      );
    });
}

/** What trajectories of one algorithm under one condition cost together. */
interface GroupCost {
  readonly algorithm: string;
  readonly preset: string;
  readonly psf: string;
  readonly specimen: string;
  readonly dwellTimeNs: number;
  readonly count: number;
  readonly frames: number;
  /** On the specimen, of one trajectory. */
  readonly doseElectronsPerNm2: number;
  readonly beamOnS: number;
  /** Of one core. */
  readonly computeS: number;
}

interface PlanCost {
  readonly schema: 1;
  readonly suite: string;
  readonly planHash: string;
  readonly physicsVersion: string;
  readonly count: number;
  readonly frames: number;
  readonly beamOnS: number;
  readonly workers: number;
  /** About how long a run takes, s. */
  readonly wallS: number;
  readonly groups: readonly GroupCost[];
}

function costOf(plan: Plan, workers: number): PlanCost {
  const { suite, scenarios, expected, keys, planHash, physicsVersion } = plan;
  const groups = new Map<string, GroupCost>();
  let longestS = 0;
  for (const [i, scenario] of scenarios.entries()) {
    const cost = expected[i];
    if (cost === undefined) throw new RangeError(`the plan has no cost of trajectory ${i}`);
    const one = groupCost(scenario, cost);
    longestS = Math.max(longestS, one.computeS);
    const { algorithm, preset, psf, specimen, dwellTimeNs } = one;
    const key = JSON.stringify([algorithm, preset, psf, specimen, dwellTimeNs]);
    const sum = groups.get(key);
    groups.set(key, sum === undefined ? one : added(sum, one));
  }
  const all = [...groups.values()];
  const total = (of: 'frames' | 'beamOnS' | 'computeS') =>
    all.reduce((sum, group) => sum + group[of], 0);
  return {
    schema: 1,
    suite: suite.name,
    planHash,
    physicsVersion,
    count: keys.length,
    frames: total('frames'),
    beamOnS: total('beamOnS'),
    workers,
    wallS: Math.max(longestS, total('computeS') / workers),
    groups: all,
  };
}

function groupCost(scenario: Scenario, cost: ExpectedCost): GroupCost {
  const { algorithm, preset, psf, specimen, frame } = scenario;
  return {
    algorithm: algorithm.name,
    preset,
    psf,
    specimen: specimen.name,
    dwellTimeNs: frame.dwellTimeNs,
    count: 1,
    frames: cost.frames,
    doseElectronsPerNm2: cost.doseElectronsPerNm2,
    beamOnS: cost.beamOnS,
    computeS: expectedSeconds(scenario, cost),
  };
}

function added(sum: GroupCost, one: GroupCost): GroupCost {
  return {
    ...sum,
    count: sum.count + one.count,
    frames: sum.frames + one.frames,
    doseElectronsPerNm2: Math.max(sum.doseElectronsPerNm2, one.doseElectronsPerNm2),
    beamOnS: sum.beamOnS + one.beamOnS,
    computeS: sum.computeS + one.computeS,
  };
}

function trajectoriesOf({ scenarios, keys }: Plan) {
  return scenarios.map(({ algorithm, preset, psf, specimen, frame, trajectory, stratum }, i) => ({
    key: keys[i],
    algorithm: algorithm.name,
    preset,
    psf,
    specimen: specimen.name,
    dwellTimeNs: frame.dwellTimeNs,
    trajectory,
    ...(stratum !== undefined && { stratum }),
  }));
}

/** Further rows are counted only: a thousand rows are too many to read. */
const mostRows = 40;

/** The command that runs what was planned: the same words, which `semfocus run` takes as well. */
function runCommand(command: Command): string {
  // Commander keeps them as they were given, and its types do not say so.
  const { rawArgs = [] } = (command.parent ?? {}) as { rawArgs?: readonly string[] };
  const at = rawArgs.indexOf(command.name());
  const words = rawArgs.filter((word, i) => i > at && word !== '--json' && word !== '--debug');
  return ['semfocus', 'run', ...words].map(shellQuoted).join(' ');
}

function planText({ suite }: Plan, cost: PlanCost, runWith: string): string {
  const shown = cost.groups.slice(0, mostRows);
  const [head = '', ...rows] = textTable([
    ['algorithm', 'dwell', 'runs', 'frames', 'e/nm²', 'one core'],
    ...shown.map((group) => [
      group.algorithm,
      `${formatNumber(group.dwellTimeNs)} ns`,
      `${group.count}`,
      `${group.frames}`,
      formatNumber(group.doseElectronsPerNm2),
      timeText(group.computeS),
    ]),
  ]);
  const conditions = shown.map(({ preset, psf, specimen }) => `${preset}, ${psf} PSF, ${specimen}`);
  const lines = rows.flatMap((row, i) =>
    conditions[i] === conditions[i - 1] ? [row] : ['', conditions[i] ?? '', row],
  );
  const left = cost.groups.length - shown.length;
  return [
    `${printable(suite.title)}: ${cost.count} trajectories, ${cost.frames} frames, ${timeText(cost.beamOnS)} of beam`,
    '',
    head,
    ...lines,
    ...(left > 0 ? [`and ${left} more conditions; --json has them all`] : []),
    '',
    `About ${timeText(cost.wallS)} with ${cost.workers} at once.`,
    'e/nm²: dose of one trajectory that uses all its iterations.',
    `Plan ${cost.planHash.slice(0, 12)}, physics ${cost.physicsVersion}. Run it with:`,
    runWith,
    '',
  ].join('\n');
}
