import { runtimeClass } from '../../../harness/record/index.ts';
import type { ReportRun } from './ReportRun.ts';
import { scrolling, tableHtml } from './tableHtml.ts';

const hashDigits = 12;

/** Every process that computed some of the records: when, where, with what. */
export function provenanceTable(runs: readonly ReportRun[]): string {
  const rows = runs.flatMap(({ summary, processes }) =>
    processes.map((one) => [
      summary.name,
      one.shard === undefined ? '–' : `${one.shard.number} of ${one.shard.count}`,
      one.startedAt.slice(0, 19).replace('T', ' '),
      one.endedAt === undefined ? 'killed' : one.endedAt.slice(0, 19).replace('T', ' '),
      one.trajectories === undefined ? '–' : String(one.trajectories),
      `${one.gitSha?.slice(0, hashDigits) ?? 'not recorded'}${one.gitDirty === true ? ' (dirty)' : ''}`,
      one.sourceSha256.slice(0, hashDigits),
      one.semfocusVersion,
      runtimeClass(one),
      `${one.cpuModel} × ${one.cpuCount}, ${one.ramGiB} GiB, ${one.os}`,
      String(one.workers),
      one.hostnameHash.slice(0, hashDigits),
      one.planHash.slice(0, hashDigits),
    ]),
  );
  if (rows.length === 0) return '';
  const head = [
    ...['run', 'shard', 'began (UTC)', 'ended', 'trajectories', 'commit', 'sources', 'semfocus'],
    ...['runtime', 'machine', 'workers', 'host (hash)', 'plan'],
  ];
  return `<h3>Processes</h3>${scrolling(
    'Processes',
    tableHtml({ head, rows: rows.map((cells) => ({ cells })) }, ' class="left"'),
  )}`;
}
