import { Option } from 'commander';
import type { Json } from '../../harness/algorithm/index.ts';
import { inWords, parseJson, readConfigFile, unknownName } from '../../harness/config/index.ts';
import type { ShardNumber } from '../../harness/experiment/store/shard/index.ts';
import {
  type Calibration,
  ConfigError,
  calibrationSchema,
  defaultCallMarginMs,
  type ProbeShape,
  probeShapes,
} from '../../harness/microscope/index.ts';
import { calibrationOf, presetNamed } from '../../sim/index.ts';

/** Unit and limits of a number on the command line. */
export interface NumberRule {
  readonly unit?: string;
  readonly isWhole?: boolean;
  /** Limits that are allowed themselves. */
  readonly from?: number;
  readonly to?: number;
  /** Limit that is not allowed itself. */
  readonly above?: number;
}

/** An option with a number; anything else than a finite one that obeys the rule is refused. */
export function numberOption(flags: string, description: string, rule: NumberRule = {}): Option {
  return parsedOption(flags, description, ruleText(rule), (text) => {
    const value = numberFrom(text);
    return obeys(value, rule) ? value : undefined;
  });
}

/** `--seed`: a root of random streams. */
export function seedOption(description: string, most = Number.MAX_SAFE_INTEGER): Option {
  return numberOption('--seed <n>', description, { isWhole: true, from: 0, to: most });
}

/** An option with one number or several different ones, separated by commas; all obey the rule. */
export function numbersOption(flags: string, description: string, rule: NumberRule = {}): Option {
  const rules = `${ruleText(rule)}, or different numbers separated by commas`;
  return parsedOption(flags, description, rules, (text) => {
    const values = text.split(',').map(numberFrom);
    const isValid =
      values.every((value) => obeys(value, rule)) && new Set(values).size === values.length;
    return isValid ? values : undefined;
  });
}

/** An option with a rectangle of whole pixels: its first column and row, its width and height. */
export function rectangleOption(flags: string, description: string): Option {
  return parsedOption(flags, description, 'four whole numbers: x,y,width,height in px', (text) => {
    const numbers = text.split(',').map(numberFrom);
    const [x = NaN, y = NaN, width = NaN, height = NaN] = numbers;
    const isValid =
      numbers.length === 4 &&
      [x, y].every((value) => obeys(value, { isWhole: true, from: 0 })) &&
      [width, height].every((value) => obeys(value, { isWhole: true, from: 1 }));
    return isValid ? { x, y, width, height } : undefined;
  });
}

/** An option with one name or several, separated by commas. */
export function namesOption(flags: string, description: string): Option {
  return parsedOption(flags, description, 'a name, or names separated by commas', (text) => {
    const names = text.split(',').map((name) => name.trim());
    return names.every((name) => name !== '') ? names : undefined;
  });
}

/** An option with a name or path of any kind but an empty one. */
export function textOption(flags: string, description: string): Option {
  return parsedOption(flags, description, 'a name or a path', (text) =>
    text.trim() === '' ? undefined : text,
  );
}

/** Which part of a plan to run, counted from 1. */
export function shardOption(): Option {
  const rule = 'I/N with I from 1 to N, e.g. 3/7';
  return parsedOption('--shard <i/n>', 'run part i of n', rule, (text): ShardNumber | undefined => {
    const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
    const [number, count] = [Number(match?.[1]), Number(match?.[2])];
    return number >= 1 && number <= count ? { number, count } : undefined;
  });
}

/** An option with one of a few words. */
export function choiceOption(
  flags: string,
  description: string,
  choices: readonly string[],
): Option {
  const option = new Option(flags, description).choices(choices);
  return option.argParser((text) => {
    if (!choices.includes(text)) throw unknownName(option.long ?? flags, text, choices);
    return text;
  });
}

/** `--psf`, everywhere the same. */
export function psfOption(description = 'shape of the probe'): Option {
  return choiceOption('--psf <shape>', description, probeShapes);
}

/** `--specimen-pixel-size`, everywhere the same. */
export function specimenPixelSizeOption(): Option {
  return numberOption('--specimen-pixel-size <nm>', 'pixel size of a specimen image', {
    from: 0.1,
    to: 10_000,
    unit: 'nm',
  }).default(10);
}

/** `--model`, everywhere the same. */
export function modelOption(description: string): Option {
  return textOption('--model <file>', `${description} (ONNX, its card.json beside it)`);
}

/** `--plugin`, everywhere the same; may be given more than once. */
export function pluginOption(): Option {
  return repeated(textOption('--plugin <file>', 'ES module with algorithms of your own'));
}

/** `--algorithm` where it adds to what runs; may be given more than once. */
export function algorithmOption(description: string): Option {
  return repeated(textOption('--algorithm <name|exec:command>', description));
}

/** `--algorithm-timeout`, everywhere the same. */
export function algorithmTimeoutOption(): Option {
  return numberOption(
    '--algorithm-timeout <s>',
    'time limit for one answer of a plugin or a program (exec:)',
    {
      above: 0,
      to: 86_400,
      unit: 's',
    },
  ).default(60);
}

/** `--call-timeout`, everywhere the same. */
export function callTimeoutOption(): Option {
  return numberOption(
    '--call-timeout <s>',
    'longest wait for an answer of the microscope, beyond its frame and settle times',
    { above: 0, to: 86_400, unit: 's' },
  ).default(defaultCallMarginMs / 1e3);
}

/** `--record`, everywhere the same. */
export function recordOption(): Option {
  return textOption('--record <folder>', 'write every frame there as TIFF, for replay:');
}

/** Every value that an option is given, in a list. */
export function repeated(option: Option): Option {
  const parse = option.parseArg;
  return option.argParser((text, previous: readonly unknown[] | undefined) => [
    ...(previous ?? []),
    parse?.(text, undefined),
  ]);
}

/** `--parameters` of an algorithm: an object in JSON. */
export function parametersOption(): Option {
  const flags = '--parameters <json>';
  return new Option(flags, "the algorithm's own parameters").argParser((text): Json => {
    try {
      return parseJson(text) as Json;
    } catch (cause) {
      throw new ConfigError(
        `--parameters must be JSON, e.g. '{"patchSidePx": 256}'. Received ${JSON.stringify(text)}`,
        { cause },
      );
    }
  });
}

/** `--preset` where one instrument is chosen; the merlin where none is. */
export function presetOption(description: string): Option {
  const option = new Option('--preset <name>', description).default('merlin');
  return option.argParser((text) => {
    presetNamed(text);
    return text;
  });
}

/** The calibration that an algorithm is given: a file's, or a preset's. */
export async function calibrationFrom(
  file: string | undefined,
  preset: string,
  psf: ProbeShape | undefined,
): Promise<Calibration> {
  if (file === undefined) return calibrationOf(preset, psf).values;
  const calibration = await readConfigFile(calibrationSchema, file, 'calibration');
  if (psf === undefined) return calibration;
  return { ...calibration, psf: psf === 'gaussian' ? 'gaussian' : 'disc' };
}

/** @param parse - Answers `undefined` to what breaks the rule. */
function parsedOption<T>(
  flags: string,
  description: string,
  rule: string,
  parse: (text: string) => T | undefined,
): Option {
  const option = new Option(flags, description);
  return option.argParser((text): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    throw new ConfigError(
      `${option.long ?? flags} must be ${rule}. Received ${JSON.stringify(text)}`,
    );
  });
}

/** `Number('')` is 0. */
function numberFrom(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function obeys(
  value: number,
  { isWhole = false, from = -Infinity, to = Infinity, above = -Infinity }: NumberRule,
): boolean {
  const isOfKind = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isOfKind && value >= from && value <= to && value > above;
}

function ruleText({ unit, isWhole = false, from, to, above }: NumberRule): string {
  const noun = isWhole ? 'a whole number' : 'a number';
  const limits =
    from !== undefined && to !== undefined
      ? [`from ${from} to ${to}`]
      : [
          ...(above === undefined ? [] : [`above ${above}`]),
          ...(from === undefined ? [] : [`of at least ${from}`]),
          ...(to === undefined ? [] : [`of at most ${to}`]),
        ];
  const bounds = limits.length === 0 ? '' : ` ${inWords(limits).replace(' or ', ' and ')}`;
  return `${noun}${bounds}${unit === undefined ? '' : ` ${unit}`}`;
}
