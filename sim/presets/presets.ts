import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseConfig, parseJson, unknownName } from '../../harness/config/index.ts';
import { ConfigError, reasonOf } from '../../harness/microscope/index.ts';
import ideal from './ideal.json' with { type: 'json' };
import { type ImperfectionName, imperfectionNames } from './imperfections.ts';
import { mergeObjects } from './mergeObjects.ts';
import merlin from './merlin.json' with { type: 'json' };
import merlinReal from './merlin-real.json' with { type: 'json' };
import { type Preset, presetSchema } from './Preset.ts';
import random from './random.json' with { type: 'json' };
import { presetRangesSchema, randomPreset } from './randomPreset.ts';
import ultraplus from './ultraplus.json' with { type: 'json' };
import ultraplusReal from './ultraplus-real.json' with { type: 'json' };

const definitions: readonly Definition[] = [merlin, merlinReal, ultraplus, ultraplusReal, ideal];

/** A preset, or what distinguishes it from the one it extends. */
type Definition = Readonly<Record<string, unknown>>;

/** What may be changed beside imperfections. */
const currentName = 'currentNanoAmp';

/** Files that extend one another deeper than this go in a circle. */
const deepestExtension = 8;

/** The instruments that come with the project, in the order in which they are listed. */
export const presets: readonly Preset[] = definitions.map((definition) =>
  presetFrom(definition, String(definition.name), 0),
);

/**
 * A preset by what a person writes: a name, `random:SEED` or the path of a JSON file, followed by
 * any number of `~imperfection=level`. `~all=0` switches every imperfection off, `~all=bound` puts
 * those that have a bound to it; `~currentNanoAmp=0.3` sets the beam current, the way to doses below
 * that of the shortest dwell time.
 *
 * The result carries the text as its name, so that records and reports say what was changed; a
 * file's own name stands for its path.
 *
 * @throws ConfigError naming the value that is unknown or out of range, and the allowed ones.
 */
export function presetNamed(text: string): Preset {
  return named(text, 0);
}

function named(text: string, depth: number): Preset {
  if (depth > deepestExtension) {
    throw new ConfigError(
      `extends must lead to a preset without extends. Received a chain deeper than ${deepestExtension}, at ${text}`,
    );
  }
  const [base = '', ...changes] = text.split('~');
  const preset = changes.reduce(withChange, baseNamed(base, depth));
  return changes.length === 0 ? preset : { ...preset, name: [preset.name, ...changes].join('~') };
}

function baseNamed(base: string, depth: number): Preset {
  const known = definitions.find(({ name }) => name === base);
  if (known !== undefined) return presetFrom(known, base, depth);
  const [source = '', seed] = /^(random|.*\.json):(\d{1,15})$/.exec(base)?.slice(1) ?? [base];
  if (source === 'random' && seed !== undefined) return drawnFrom(random, source, seed, depth);
  if (source.endsWith('.json')) {
    const definition = readJson(source);
    return seed === undefined
      ? presetFrom(definition, source, depth)
      : drawnFrom(definition, source, seed, depth);
  }
  throw unknownName(
    'preset',
    base,
    [...definitions.map(({ name }) => String(name)), 'random:SEED'],
    'the path of a .json file',
  );
}

function presetFrom(
  { extends: parent, ...own }: Definition,
  source: string,
  depth: number,
): Preset {
  if (own.ranges !== undefined) {
    throw new ConfigError(
      `${source} describes a family of random instruments: add a seed, as in ${source}:17`,
    );
  }
  if (parent === undefined) return parseConfig(presetSchema, own, source);
  if (typeof parent !== 'string') {
    throw new ConfigError(
      `${source}: extends must be the name of a preset. Received ${JSON.stringify(parent)}`,
    );
  }
  return parseConfig(
    presetSchema,
    mergeObjects(named(besideFile(parent, source), depth + 1), own),
    source,
  );
}

/** A file that another file extends lies beside it. */
function besideFile(parent: string, source: string): string {
  const isFile = /\.json(:\d+)?(~.*)?$/.test(parent);
  return isFile && source.endsWith('.json') ? resolve(dirname(source), parent) : parent;
}

/** One instrument of a family: a preset with `ranges`. */
function drawnFrom(
  { ranges, ...definition }: Definition,
  source: string,
  seed: string,
  depth: number,
): Preset {
  if (ranges === undefined) {
    throw new ConfigError(
      `${source} must have "ranges" if a seed follows. Received ${source}:${seed}`,
    );
  }
  const base = presetFrom(definition, source, depth);
  const allowed = parseConfig(presetRangesSchema, ranges, `${source}: ranges`);
  const preset = randomPreset({ ...base, name: `${base.name}:${seed}` }, allowed, Number(seed));
  return parseConfig(presetSchema, preset, `${source}:${seed}`);
}

function readJson(path: string): Definition {
  let value: unknown;
  try {
    value = parseJson(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`cannot read the preset file ${path}: ${reasonOf(cause)}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(
      `${path} must hold a preset: an object with the fields of \`semfocus presets merlin\`, or "extends" and the fields that differ`,
    );
  }
  return value as Definition;
}

function withChange(preset: Preset, change: string): Preset {
  const [, name = change, value = ''] = /^([^=]*)=(.*)$/.exec(change) ?? [];
  if (name === 'all') {
    if (value !== '0' && value !== 'bound') {
      throw new ConfigError(`~all must be 0 or bound. Received ${JSON.stringify(value)}`);
    }
    const changed = imperfectionNames.reduce((before, one) => {
      const { bound } = preset.imperfections[one];
      if (value === '0') return withLevel(before, one, 0);
      return bound === undefined ? before : withLevel(before, one, atBound(preset, one, bound));
    }, preset);
    return parseConfig(presetSchema, changed, `~${change}`);
  }
  if (name !== currentName && !isImperfection(name)) {
    throw unknownName('imperfection', name, ['all', currentName, ...imperfectionNames]);
  }
  const level = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(level)) {
    throw new ConfigError(
      `~${name} must be followed by = and a number. Received ${JSON.stringify(change)}`,
    );
  }
  const changed =
    name === currentName
      ? { ...preset, beam: { ...preset.beam, currentNanoAmp: level } }
      : withLevel(preset, name, level);
  return parseConfig(presetSchema, changed, `~${change}`);
}

/** The bound limits the size: of the two ends, the one on the side of the level. */
function atBound(preset: Preset, name: ImperfectionName, bound: number): number {
  return preset.imperfections[name].level < 0 ? -bound : bound;
}

function withLevel(preset: Preset, name: ImperfectionName, level: number): Preset {
  const { imperfections } = preset;
  return {
    ...preset,
    imperfections: { ...imperfections, [name]: { ...imperfections[name], level } },
  };
}

function isImperfection(name: string): name is ImperfectionName {
  return imperfectionNames.some((one) => one === name);
}
