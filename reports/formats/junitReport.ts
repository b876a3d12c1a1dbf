import type { TrajectoryRecord } from '../../harness/record/index.ts';
import { groupRecords, type RecordGroup } from '../summary/index.ts';
import {
  algorithmLabel,
  conditionLabel,
  endText,
  formatNumber,
  hasSeveralSeeds,
  isBroken,
  type JunitCase,
  type JunitSuite,
  junitXml,
  stigmatorUnit,
  trajectoryName,
} from '../words/index.ts';
import type { ReportInput } from './Reporter.ts';
import { verdictText } from './verdictText.ts';

/**
 * Records as JUnit XML: a suite per algorithm and condition, a case per trajectory, and one case for
 * whether all that was planned is there.
 *
 * `failure`: it did not get there; the type is the failure class. `error`: it broke (exception,
 * timeout), or trajectories are missing. To decline rightly is a success, and passes: `skipped` would
 * say that it was not run. The time of a case is what it took on the computer.
 */
export function junitReport(input: ReportInput): string {
  return junitXml('semfocus', [
    evidenceSuite(input),
    ...groupRecords(input.records).map((group) => groupSuite(group, input)),
  ]);
}

function evidenceSuite(input: ReportInput): JunitSuite {
  const { missing, notices } = input;
  const isWhole = missing === 0;
  const one: JunitCase = {
    name: 'all trajectories are there',
    className: 'semfocus.evidence',
    timeS: 0,
    result: isWhole ? 'passed' : 'error',
    type: 'missing',
    message: isWhole ? '' : `${missing} planned trajectories have no record`,
    output: verdictText(input),
    complaint: notices.join('\n'),
  };
  return { name: 'evidence', cases: [one] };
}

function groupSuite(group: RecordGroup, { seedNames }: ReportInput): JunitSuite {
  const { records, condition } = group;
  const name = `${algorithmLabel(group)}: ${conditionLabel(condition)}`;
  const about = { seedNames, hasSeveralSeeds: hasSeveralSeeds(records) };
  const startedAt = records.map(({ timing }) => timing.startedAt).sort()[0];
  return {
    name,
    ...(startedAt !== undefined && { startedAt }),
    cases: records.map((record) => ({
      name: trajectoryName(record, about),
      // With the case's own name this is what parsers tell cases apart by.
      className: `semfocus.${name}`,
      timeS: record.timing.wallS,
      result: record.failureClass === undefined ? 'passed' : isBroken(record) ? 'error' : 'failure',
      type: record.failureClass ?? '',
      message: endText(record),
      output: outputOf(record),
      complaint: record.message ?? '',
    })),
  };
}

/** How it went, a line per iteration. */
function outputOf(record: TrajectoryRecord): string {
  return [
    `key ${record.key}`,
    ...record.iterations.map(({ iteration, residual, framesTotal, doseElectronsPerNm2Total }) => {
      const { workingDistanceUm, stigmatorX, stigmatorY } = residual;
      return `iteration ${iteration}: wd ${formatNumber(workingDistanceUm)} µm, stig x ${formatNumber(stigmatorX)}, stig y ${formatNumber(stigmatorY)} ${stigmatorUnit}, ${framesTotal} frames, ${formatNumber(doseElectronsPerNm2Total)} e/nm²`;
    }),
    endText(record),
  ].join('\n');
}
