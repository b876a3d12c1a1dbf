import { z } from 'zod';
import { parseConfig } from '../../config/index.ts';
import { ConfigError, isSemfocusError } from '../../microscope/index.ts';
import type { ProgramHost } from '../../program/index.ts';
import {
  AlgorithmProgram,
  type ProgramHello,
  type ProgramIdentity,
  programProtocol,
} from '../program/index.ts';
import { userNameSchema } from '../userName.ts';
import { perturbationUmOf } from '../withDefaults.ts';
import { pluginSource } from './pluginSource.ts';

const describedSchema = z.strictObject({
  name: userNameSchema,
  version: z.string().min(1).max(60),
  summary: z.string().min(1).max(300),
  parameters: z.record(z.string(), z.json()),
  files: z.array(z.string()).max(1000).default([]),
});

/** What the process of a plugin tells of its module; of functions their type. */
const announcementSchema = z.strictObject({
  exports: z.array(z.string()),
  algorithms: z.array(z.unknown()).optional(),
});

/**
 * Loads a plugin once, in a process of its own, to see which algorithms it has.
 *
 * @param path - Of the module, from the present folder.
 * @param start - As for {@link pluginSource}.
 * @throws ConfigError if there is no such file, it cannot be loaded, or it exports no algorithms.
 */
export async function inspectPlugin(
  path: string,
  start: readonly string[],
  host: ProgramHost,
): Promise<readonly ProgramIdentity[]> {
  const source = pluginSource(path, start);
  // Refuses what cannot be read before it is loaded.
  source.sha256([]);
  let introduction: unknown;
  try {
    const program = await AlgorithmProgram.start(source, host);
    await program.close();
    introduction = program.introduction;
  } catch (cause) {
    if (!isSemfocusError(cause, 'AlgorithmError', 'Timeout')) throw cause;
    const why = cause.message.replace(`${source.title}: `, '');
    throw new ConfigError(`the plugin ${path} cannot be loaded: ${why}`, {
      cause,
      ...(cause.hint !== undefined && { hint: cause.hint }),
    });
  }
  const announced = parseConfig(announcementSchema, introduction, source.title);
  return hellosFrom(announced, source.title).map((hello) => ({
    hello,
    sha256: source.sha256(hello.files),
  }));
}

/** @throws ConfigError naming what is missing or is not as it should be. */
function hellosFrom(
  { exports, algorithms = [] }: z.infer<typeof announcementSchema>,
  plugin: string,
): readonly ProgramHello[] {
  if (algorithms.length === 0) {
    const names = exports.toSorted().join(', ');
    throw new ConfigError(
      `${plugin} must export a list of algorithms: export const algorithms = [...]. Received ${names === '' ? 'no export' : `the exports ${names}`}`,
      { hint: 'docs/own-algorithms.md shows one' },
    );
  }
  return algorithms.map((algorithm, i) => helloFrom(algorithm, `${plugin}: algorithms[${i}]`));
}

function helloFrom(algorithm: unknown, place: string): ProgramHello {
  if (typeof algorithm !== 'object' || algorithm === null) {
    throw new ConfigError(`${place} must be an object. Received ${JSON.stringify(algorithm)}`);
  }
  const { createEstimator, run, ...described } = algorithm as { [name: string]: unknown };
  const hello = parseConfig(describedSchema, described, place);
  const kinds = [createEstimator, run].filter((kind) => kind !== undefined);
  if (kinds.length !== 1 || kinds[0] !== 'function') {
    throw new ConfigError(
      `${place} (${hello.name}) must have one of two functions: createEstimator(calibration, parameters), or run(context, parameters). Received ${kinds.length === 0 ? 'neither' : kinds.length === 2 ? 'both' : kinds[0]}`,
    );
  }
  if (createEstimator !== undefined) perturbationUmOf(hello.parameters, hello.name);
  return { protocol: programProtocol, kind: run === undefined ? 'pair' : 'free', ...hello };
}
