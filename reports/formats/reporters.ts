import { consoleReport } from './consoleReport.ts';
import { githubReport } from './githubReport.ts';
import { junitReport } from './junitReport.ts';
import { markdownReport } from './markdownReport.ts';
import { type Reporter, textReporter } from './Reporter.ts';
import { csvReporter, parquetReporter } from './tableReporters.ts';

/**
 * Every format that is made of records alone, by the name it has on the command line. HTML, which
 * shows frames as well, is not among them.
 */
export const reporters = {
  console: textReporter('tables for a terminal', ({ summary }, how) => consoleReport(summary, how)),
  markdown: textReporter('a comment on a change', markdownReport),
  junit: textReporter('a test case per trajectory', junitReport),
  github: textReporter('annotations of a workflow', githubReport),
  csv: csvReporter,
  parquet: parquetReporter,
  json: textReporter(
    'the summary that the others draw from',
    ({ summary }) => `${JSON.stringify(summary, null, 2)}\n`,
  ),
} as const satisfies Record<string, Reporter>;
