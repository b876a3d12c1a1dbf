import { modelNotes, printable } from '../words/index.ts';
import { articleReporter } from './articleReporter.ts';
import { consoleReport } from './consoleReport.ts';
import { githubReport } from './githubReport.ts';
import { htmlReporter } from './htmlReporter.ts';
import { junitReport } from './junitReport.ts';
import { markdownReport } from './markdownReport.ts';
import { type Reporter, textReporter } from './Reporter.ts';
import { csvReporter, parquetReporter } from './tableReporters.ts';

/** Every format, by the name that it has on the command line. */
export const reporters = {
  html: htmlReporter,
  console: textReporter('tables for a terminal', ({ summary, runs }, how) =>
    [
      consoleReport(summary, how),
      ...modelNotes(runs.map((run) => run.summary)).map((note) => `${printable(note)}.\n`),
    ].join(''),
  ),
  markdown: textReporter('a comment on a change', markdownReport),
  junit: textReporter('a test case per trajectory', junitReport),
  github: textReporter('annotations of a workflow', githubReport),
  csv: csvReporter,
  parquet: parquetReporter,
  json: textReporter(
    'the summary that the others draw from',
    ({ summary }) => `${JSON.stringify(summary, null, 2)}\n`,
  ),
  article: articleReporter,
} as const satisfies Record<string, Reporter>;
