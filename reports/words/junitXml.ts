/** One test case of a JUnit file. */
export interface JunitCase {
  readonly name: string;
  readonly className: string;
  readonly timeS: number;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  /** Kind of failure or error, for machines. */
  readonly type?: string;
  /** What a list of failures shows. */
  readonly message: string;
  readonly output: string;
  readonly complaint: string;
}

/** Cases that belong together. */
export interface JunitSuite {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly startedAt?: string;
  readonly cases: readonly JunitCase[];
}

/**
 * JUnit XML as the parsers of build servers want it: times in seconds, one `system-out` and one
 * `system-err` per case, nothing that XML has no place for.
 */
export function junitXml(name: string, suites: readonly JunitSuite[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${attribute(name)}" ${totals(suites.flatMap(({ cases }) => cases))}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines({ name, startedAt, cases }: JunitSuite): string[] {
  const timestamp =
    startedAt === undefined ? '' : ` timestamp="${attribute(startedAt.replace(/(\.\d+)?Z$/, ''))}"`;
  return [
    `  <testsuite name="${attribute(name)}" ${totals(cases)}${timestamp}>`,
    ...cases.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function totals(cases: readonly JunitCase[]): string {
  const count = (result: JunitCase['result']) =>
    cases.filter((one) => one.result === result).length;
  const timeS = cases.reduce((sum, one) => sum + one.timeS, 0);
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds(timeS)}"`;
}

function caseLines(one: JunitCase): string[] {
  const { name, className, timeS, result, type = '', message, output, complaint } = one;
  const told = `message="${attribute(message)}"`;
  return [
    `    <testcase name="${attribute(name)}" classname="${attribute(className)}" time="${seconds(timeS)}">`,
    ...(result === 'failure' || result === 'error'
      ? [`      <${result} ${told} type="${attribute(type)}">${cdata(message)}</${result}>`]
      : []),
    ...(result === 'skipped' ? [`      <skipped ${told}/>`] : []),
    `      <system-out>${cdata(output)}</system-out>`,
    `      <system-err>${cdata(complaint)}</system-err>`,
    '    </testcase>',
  ];
}

/** To the millisecond, never in exponential notation, which some parsers do not read. */
function seconds(timeS: number): string {
  return String(Number(timeS.toFixed(3)));
}

/** Without what XML 1.0 has no place for: control characters (with them ANSI), halves of pairs. */
function legal(text: string): string {
  return text.replaceAll(
    /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
    '\ufffd',
  );
}

function attribute(text: string): string {
  return legal(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, ' ');
}

function cdata(text: string): string {
  return `<![CDATA[${legal(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
