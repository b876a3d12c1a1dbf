import { inWords, unknownName } from '../../harness/config/index.ts';
import { ConfigError } from '../../harness/microscope/index.ts';

/** One report: to a file, or to stdout where there is none. */
export interface Output<Format extends string> {
  readonly format: Format;
  readonly file?: string;
}

/** What a command can write. */
export interface OutputRules<Format extends string> {
  readonly formats: readonly Format[];
  /** Where no format is named. One that goes to a file gives way to files that are named. */
  readonly byDefault: Format;
  /** Where a format goes that is no text to be printed; `undefined` for those that are printed. */
  readonly fileOf?: (format: Format) => string | undefined;
}

/**
 * Which reports go where. `--format` names what is printed, `--out` what is written: as `name=file`,
 * or as a file alone, whose format is the one that is named, or else that of its ending.
 *
 * @param formats - As named; `undefined` where none was.
 * @throws ConfigError if a format is unknown or written twice, an ending is that of another format or
 *   of none, or two would share stdout.
 */
export function outputsOf<Format extends string>(
  formats: readonly string[] | undefined,
  files: readonly string[],
  rules: OutputRules<Format>,
): readonly Output<Format>[] {
  const { byDefault } = rules;
  const fileOf = rules.fileOf ?? (() => undefined);
  const named = formats?.map((name) => formatNamed('--format', name, rules));
  const isFileByDefault = fileOf(byDefault) !== undefined;
  const alone = named?.length === 1 ? named[0] : undefined;
  const written = new Map<Format, string>();
  for (const text of files) {
    const [, name, file] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
    const ending = endingFormat(file ?? text, rules);
    const format = name === undefined ? (alone ?? ending) : formatNamed('--out', name, rules);
    if (format === undefined) {
      throw new ConfigError(
        `--out must be <format>=<file>, or a file that ends in ${inWords(endingsOf(rules))}. Received ${JSON.stringify(text)}`,
      );
    }
    if (ending !== undefined && !formatsOf(file ?? text).includes(format)) {
      throw new ConfigError(
        `--out must give a file of the format ${format} another ending. Received ${JSON.stringify(text)}, which is for ${ending}`,
      );
    }
    if (written.has(format)) {
      throw new ConfigError(`--out must name a file for each format. Received two for ${format}`);
    }
    written.set(format, file ?? text);
  }
  const wanted = named ?? (isFileByDefault && written.size > 0 ? [] : [byDefault]);
  const others = [...new Set(wanted)].filter((format) => !written.has(format));
  const printed = others.filter((format) => fileOf(format) === undefined);
  if (printed.length > 1) {
    throw new ConfigError(
      `one format can be printed; give the others a file with --out <format>=<file>. Received ${inWords(printed).replace(' or ', ' and ')}`,
    );
  }
  return [
    ...others.map((format) => {
      const file = fileOf(format);
      return file === undefined ? { format } : { format, file };
    }),
    ...[...written].map(([format, file]) => ({ format, file })),
  ];
}

/** Endings that say what a file is, the first of theirs; the others are named. A format without one is named, too. */
const endings: Readonly<Record<string, readonly [string, ...string[]]>> = {
  '.html': ['html', 'article'],
  '.md': ['markdown', 'article'],
  '.xml': ['junit'],
  '.csv': ['csv'],
  '.parquet': ['parquet'],
  '.json': ['json'],
};

/** Those that a file of this name may have. */
function formatsOf(file: string): readonly string[] {
  return endings[/\.[^./\\]+$/.exec(file.toLowerCase())?.[0] ?? ''] ?? [];
}

function endingFormat<Format extends string>(
  file: string,
  { formats }: OutputRules<Format>,
): Format | undefined {
  const [name] = formatsOf(file);
  return formats.find((format) => format === name);
}

function endingsOf<Format extends string>({ formats }: OutputRules<Format>): string[] {
  const known: readonly string[] = formats;
  return Object.keys(endings).filter((ending) => known.includes(endings[ending]?.[0] ?? ''));
}

function formatNamed<Format extends string>(
  option: string,
  name: string,
  { formats }: OutputRules<Format>,
): Format {
  const format = formats.find((one) => one === name);
  if (format === undefined) throw unknownName(option, name, formats);
  return format;
}
