import { inWords } from '../harness/config/index.ts';
import { ConfigError } from '../harness/microscope/index.ts';

/** What a gate can be written as. */
export const gateFormats = ['console', 'markdown', 'junit', 'json'] as const;
export type GateFormat = (typeof gateFormats)[number];

/** One report: to a file, or to stdout where there is none. */
export interface GateOutput {
  readonly format: GateFormat;
  readonly file?: string;
}

/**
 * Which reports go where. `--format` names what is printed, `--out` what is written: as `name=file`,
 * or as a file alone where one format was named. Without `--format`, the console report is printed.
 *
 * @throws ConfigError if a format is unknown or written twice, or two would share stdout.
 */
export function gateOutputs(
  formats: readonly string[] | undefined,
  files: readonly string[] = [],
): readonly GateOutput[] {
  const named = formats?.map((name) => formatNamed('--format', name));
  const written = new Map<GateFormat, string>();
  for (const text of files) {
    const [, name, file] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
    const alone = named?.length === 1 ? named[0] : undefined;
    const format = name === undefined ? alone : formatNamed('--out', name);
    if (format === undefined) {
      throw new ConfigError(
        `--out must be <format>=<file> unless --format names one format. Received ${JSON.stringify(text)}`,
      );
    }
    if (written.has(format)) {
      throw new ConfigError(`--out must name a file for each format. Received two for ${format}`);
    }
    written.set(format, file ?? text);
  }
  const printed = [...new Set(named ?? ['console' as const])].filter((name) => !written.has(name));
  if (printed.length > 1) {
    throw new ConfigError(
      `one format can be printed; give the others a file with --out <format>=<file>. Received ${inWords(printed).replace(' or ', ' and ')}`,
    );
  }
  return [
    ...printed.map((format) => ({ format })),
    ...[...written].map(([format, file]) => ({ format, file })),
  ];
}

function formatNamed(option: string, name: string): GateFormat {
  const format = gateFormats.find((one) => one === name);
  if (format !== undefined) return format;
  throw new ConfigError(
    `${option} must be ${inWords(gateFormats)}. Received ${JSON.stringify(name)}`,
  );
}
