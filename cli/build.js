// Translates the sources; why, and why this is not TypeScript itself: docs/decisions/0001. Not packed.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {readonly [name: string, content: string]} Input */

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/semfocus');

/** What a process or a thread begins with. */
export const programs = {
  main: fileURLToPath(new URL('./main.ts', import.meta.url)),
  worker: fileURLToPath(new URL('./run/worker.ts', import.meta.url)),
  evidenceWorker: fileURLToPath(new URL('./report/evidenceWorker.ts', import.meta.url)),
  exploreWorker: fileURLToPath(new URL('./live/explore/exploreWorker.ts', import.meta.url)),
  pluginHost: fileURLToPath(new URL('./lab/pluginHost.ts', import.meta.url)),
  watchdog: fileURLToPath(new URL('./lab/watchdog.ts', import.meta.url)),
};

/** Inputs of every build beside what the programs import. */
const always = [
  fileURLToPath(import.meta.url),
  join(root, 'package.json'),
  join(root, 'node_modules/esbuild/package.json'),
];

/** Builds of other states of the sources are removed when they are older. */
const keptDays = 1;

/**
 * The folder with the programs as they are in the sources now: made before, or made now (1 s).
 *
 * A build is named after the content of all its inputs, so that a stale one is never used, and is
 * renamed into its place when it is complete, so that several processes may make it at once.
 */
export async function freshBuild() {
  const list = join(cache, 'inputs.json');
  const names = /** @type {string[] | undefined} */ (readJson(list));
  const known = names?.map((name) => /** @type {Input} */ ([name, contentOf(join(root, name))]));
  if (known !== undefined) {
    const folder = join(cache, keyOf(known));
    if (existsSync(folder)) return folder;
  }
  const draft = draftFolder();
  const inputs = await build(programs, draft);
  if (!draft.startsWith(cache)) return draft;
  const folder = join(cache, keyOf(inputs));
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another process was first.
    rmSync(draft, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  const draftList = `${draft}.json`;
  writeFileSync(draftList, JSON.stringify(inputs.map(([name]) => name)));
  renameSync(draftList, list);
  removeOld(folder);
  return folder;
}

/**
 * Bundles modules, packages left out, with what they share in files of its own.
 *
 * @param {Record<string, string>} entries - Paths of modules by the name that they get, without an ending.
 * @param {string} folder
 * @returns {Promise<Input[]>} name and content of every source that went into it.
 */
export async function build(entries, folder) {
  const esbuild = await import('esbuild');
  const inputs = new Map(always.map((path) => [path, contentOf(path)]));
  await esbuild.build({
    entryPoints: entries,
    outdir: folder,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    supported: { 'import-attributes': true },
    legalComments: 'none',
    sourcemap: true,
    sourcesContent: false,
    tsconfigRaw: {},
    logLevel: 'error',
    plugins: [
      {
        name: 'sources',
        setup({ onLoad }) {
          onLoad({ filter: /\.(ts|json)$/ }, ({ path }) => {
            const text = contentOf(path);
            inputs.set(path, text);
            if (path.endsWith('.json')) return { contents: text, loader: 'json' };
            // Files beside a source are found from where the source lies, not from the bundle. Relative,
            // because a folder may be moved or copied together with its builds.
            const here = JSON.stringify(relative(folder, path).replaceAll('\\', '/'));
            const url = `new URL(${here}, import.meta.url).href`;
            return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
          });
        },
      },
    ],
  });
  return [...inputs].map(([path, text]) => /** @type {const} */ ([relative(root, path), text]));
}

/** @param {readonly Input[]} inputs */
function keyOf(inputs) {
  const hash = createHash('sha256');
  for (const [name, text] of inputs.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${text.length}\n${text}`);
  }
  return hash.digest('hex').slice(0, 32);
}

/**
 * Of a file that may be gone.
 *
 * @param {string} path
 */
function contentOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/**
 * @param {string} path
 * @returns {unknown}
 */
function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Where the clone is read-only: a folder that is there for this process (or thread) alone. */
function draftFolder() {
  try {
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'draft-'));
    // Others than who installed may start the program as well.
    chmodSync(folder, 0o755);
    return folder;
  } catch {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'semfocus-build-'));
    // For the packages.
    symlinkSync(resolve(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }
}

/** @param {string} fresh */
function removeOld(fresh) {
  const oldest = Date.now() - keptDays * 86_400_000;
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (path === fresh || name === 'inputs.json') continue;
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? oldest) < oldest) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
