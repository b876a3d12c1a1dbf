import { type Output, outputsOf } from '../terminal/outputs.ts';

/** What a gate can be written as. */
const gateFormats = ['console', 'markdown', 'junit', 'json'] as const;
export type GateFormat = (typeof gateFormats)[number];

/**
 * Which reports of a gate go where. Without `--format`, the console report is printed.
 *
 * @throws ConfigError if a format is unknown or written twice, or two would share stdout.
 */
export function gateOutputs(
  formats: readonly string[] | undefined,
  files: readonly string[] = [],
): readonly Output<GateFormat>[] {
  return outputsOf(formats, files, { formats: gateFormats, byDefault: 'console' });
}
