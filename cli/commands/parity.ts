import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { describeMismatch, parseJson, unknownName } from '../../harness/config/index.ts';
import { ModelError, RecordError, reasonOf } from '../../harness/microscope/index.ts';
import {
  checkParity,
  type GoldenSet,
  goldenFile,
  goldenSetSchema,
  type Model,
  makeGoldenSet,
  onnxruntimeVersion,
  type Parity,
  type ParityVerdict,
  runtimeParametersSchema,
} from '../../models/index.ts';
import { models, readModel } from '../lab/index.ts';
import { exitCodes } from '../terminal/exitCodes.ts';
import { modelOption, numberOption, textOption } from '../terminal/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writeTextFile } from '../terminal/writeTextFile.ts';

interface ParityOptions {
  readonly model?: string;
  readonly write?: boolean;
  readonly threads: number;
  readonly executionProvider: string;
  readonly json?: boolean;
}

/** `semfocus parity`: tells a changed model from a changed runtime. */
export function addParityCommand(
  command: Command,
  terminal: Terminal,
  exit: (code: number) => void,
): void {
  command
    .argument('[model]', 'name of a network (semfocus models; default: all)')
    .addOption(modelOption('network of your own'))
    .option('--write', `store its answers in ${goldenFile} beside the network`)
    .addOption(
      numberOption('--threads <n>', 'threads of the processor', {
        isWhole: true,
        from: 1,
        to: 64,
      }).default(1),
    )
    .addOption(
      textOption(
        '--execution-provider <name>',
        'execution provider of onnxruntime: cpu, cuda, ...',
      ).default('cpu'),
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
The inputs are fixed; each call computes them again. Exit codes: 0 the answers
are the same within tolerance; 1 the model changed, or its runtime changed and
the answers with it; 3 ${goldenFile} is missing or belongs to other inputs.

Examples:
  semfocus parity
  semfocus parity deepfocus-384 --threads 4
  semfocus parity --model candidate/model.onnx --write`,
    )
    .action(async (name: string | undefined, options: ParityOptions) => {
      exit(await parity(name, options, terminal));
    });
}

async function parity(
  name: string | undefined,
  options: ParityOptions,
  terminal: Terminal,
): Promise<number> {
  const chosen = chooseModels(name, options.model);
  const runtime = { onnxruntime: await onnxruntimeVersion(), cpuArchitecture: arch() };
  const isJson = options.json === true;
  if (options.write === true) {
    const written: string[] = [];
    for (const model of chosen) {
      const path = goldenPath(model);
      const golden = await makeGoldenSet(model, runtime);
      await writeTextFile(path, `${JSON.stringify(golden, null, 2)}\n`);
      written.push(path);
      if (!isJson) terminal.out(`${model.card.name}: written to ${path}\n`);
    }
    if (isJson) terminal.out(`${JSON.stringify({ schema: 1, written }, null, 2)}\n`);
    return exitCodes.ok;
  }
  const { threads, executionProvider } = options;
  const parameters = runtimeParametersSchema.parse({ threads, executionProvider });
  const results: { name: string; path: string; parity: Parity }[] = [];
  for (const model of chosen) {
    const result = await checkParity(model, readGolden(model), parameters, runtime);
    results.push({ name: model.card.name, path: model.path, parity: result });
    if (!isJson) terminal.out(parityText(model.card.name, result));
  }
  if (isJson) {
    const listed = results.map(({ parity: result, ...model }) => ({ ...model, ...result }));
    terminal.out(`${JSON.stringify({ schema: 1, models: listed }, null, 2)}\n`);
  }
  return Math.max(...results.map(({ parity: { verdict } }) => codes[verdict]));
}

const codes: Record<ParityVerdict, number> = {
  same: exitCodes.ok,
  'model-changed': exitCodes.failed,
  'runtime-changed': exitCodes.failed,
  'inputs-changed': exitCodes.evidence,
};

/** The models with the hashes of their files as they are now, not of their cards. */
function chooseModels(name: string | undefined, file: string | undefined): readonly Model[] {
  if (file !== undefined) return [asItIs(readModel(file))];
  const chosen = models.filter(({ card }) => name === undefined || card.name === name);
  if (chosen.length > 0) return chosen.map(asItIs);
  const names = models.map(({ card }) => card.name);
  throw unknownName('model', name ?? '', names, 'one of your own with --model <file>');
}

function asItIs(model: Model): Model {
  let bytes: Buffer;
  try {
    bytes = readFileSync(model.path);
  } catch (cause) {
    throw new ModelError(`cannot read ${model.path}: ${reasonOf(cause)}`, { cause });
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...model, sha256, read: () => bytes };
}

function goldenPath({ path }: Model): string {
  return join(dirname(path), goldenFile);
}

/** @throws RecordError if there is none, or it is damaged. */
function readGolden(model: Model): GoldenSet {
  const path = goldenPath(model);
  const hint = 'Write it with semfocus parity --write before the network changes.';
  let value: unknown;
  try {
    value = parseJson(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new RecordError(`cannot read ${path}: ${reasonOf(cause)}`, { cause, hint });
  }
  const result = goldenSetSchema.safeParse(value);
  if (result.success) return result.data;
  const mismatch = describeMismatch(goldenSetSchema, value, result.error);
  throw new RecordError(`${path} is damaged: ${mismatch}`, { hint });
}

function parityText(name: string, result: Parity): string {
  const { verdict, columns, failure, isWithinTolerance } = result;
  const [is, was] = [result.modelSha256, result.goldenSha256].map((sha) => sha.slice(0, 12));
  const answers =
    failure !== undefined
      ? `it cannot be run: ${failure}`
      : isWithinTolerance
        ? 'its answers are the same within tolerance'
        : 'its answers differ';
  const sentences: Record<ParityVerdict, string> = {
    same: `same model (sha256:${is}), same answers within tolerance`,
    'model-changed': `MODEL CHANGED: sha256:${was} became sha256:${is}; ${answers}`,
    'runtime-changed': `RUNTIME CHANGED: same model (sha256:${is}), other answers: ${runtimeText(result)}`,
    'inputs-changed': 'INPUTS CHANGED: the stored answers belong to other inputs',
  };
  const lines = columns
    .filter(() => verdict !== 'same')
    .map(
      ({ column, difference, tolerance, isWithinTolerance: isWithin }) =>
        `  ${column}: largest difference ${difference.toPrecision(3)}, tolerance ${tolerance.toPrecision(3)}${isWithin ? '' : ', beyond it'}\n`,
    );
  return `${name}: ${sentences[verdict]}\n${lines.join('')}`;
}

function runtimeText({ runtime: now, madeWith: then }: Parity): string {
  const before = `onnxruntime ${then.onnxruntime} on ${then.cpuArchitecture} (${then.executionProvider})`;
  const after = `onnxruntime ${now.onnxruntime} on ${now.cpuArchitecture} (${now.executionProvider}, ${now.threads} ${now.threads === 1 ? 'thread' : 'threads'})`;
  return `written with ${before}, run with ${after}`;
}
