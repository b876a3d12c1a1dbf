import { type Reporter, type ReportInput, reporters } from '../../reports/index.ts';
import type { Output } from '../terminal/outputs.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

/** What records can be shown as. */
export type ReportFormat = keyof typeof reporters;

const reporterOf: Readonly<Record<ReportFormat, Reporter>> = reporters;

export const reportFormats = Object.keys(reporterOf) as ReportFormat[];

/**
 * Prints and writes reports, in the order in which they are given. One that fails keeps none of the
 * others from being written.
 *
 * @returns the files that were written.
 * @throws what the first one threw that failed, after all others were written.
 */
export async function writeReports(
  input: ReportInput,
  outputs: readonly Output<ReportFormat>[],
  { out, err, width, outColour: colour }: Terminal,
): Promise<readonly string[]> {
  const written: string[] = [];
  const errors: unknown[] = [];
  for (const { format, file } of outputs) {
    const reporter = reporterOf[format];
    try {
      if (file === undefined) {
        out(reporter.print?.(input, { colour, ...(width !== undefined && { width }) }) ?? '');
        continue;
      }
      for (const { path, content } of await reporter.files(input, file)) {
        await writeTextFile(path, content);
        written.push(path);
      }
    } catch (error) {
      errors.push(error);
    }
  }
  const [first, ...others] = errors;
  for (const error of others) err(`${error instanceof Error ? error.message : String(error)}\n`);
  if (errors.length > 0) throw first;
  return written;
}

/** True for what cannot be printed. */
export function goesToFile(format: ReportFormat): boolean {
  return reporterOf[format].print === undefined;
}
