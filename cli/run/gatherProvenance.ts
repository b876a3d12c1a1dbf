import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { arch, cpus, hostname, release, totalmem, type } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShardNumber } from '../../harness/experiment/store/shard/index.ts';
import type { Plan } from '../../harness/experiment/suite/index.ts';
import type { ProcessProvenance } from '../../harness/record/index.ts';
import { onnxruntimeVersion } from '../../models/index.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { gitState } from './gitState.ts';

/** Of the package or checkout. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a process knows of itself before it begins. */
export interface ProcessFacts {
  readonly workers: number;
  readonly shard: ShardNumber | undefined;
  readonly name?: string | undefined;
  readonly tags?: string[] | undefined;
  /** Without node and script. */
  readonly commandLine: readonly string[];
}

/** Where the records come from that this process is about to compute. */
export async function gatherProvenance(
  { planHash, scenarios }: Plan,
  { workers, shard, name, tags, commandLine }: ProcessFacts,
): Promise<ProcessProvenance> {
  const [git, lockfileSha256, sourceSha256] = await Promise.all([
    gitState(root, [...sourceFolders, 'package-lock.json']),
    sha256OfFile(join(root, 'package-lock.json')),
    sha256OfSources(),
  ]);
  const [cpu] = cpus();
  const runtimes = scenarios.flatMap(({ algorithm }) => runtimeOf(algorithm) ?? []);
  const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];
  return {
    planHash,
    ...(shard && { shard: { number: shard.number, count: shard.count } }),
    semfocusVersion: packageJson.version,
    ...git,
    ...(lockfileSha256 !== undefined && { lockfileSha256 }),
    sourceSha256,
    ...(name !== undefined && { runName: name }),
    ...(tags !== undefined && { tags }),
    commandLine: commandLine.map(withoutFolder),
    startedAt: new Date().toISOString(),
    nodeVersion: process.version,
    v8Version: process.versions.v8,
    os: `${type()} ${release()}`,
    cpuArchitecture: arch(),
    cpuModel: cpu?.model.trim() || 'unknown',
    cpuCount: Math.max(1, cpus().length),
    ramGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    hostnameHash: createHash('sha256').update(hostname()).digest('hex').slice(0, 16),
    workers,
    ...(runtimes.length > 0 && {
      onnxruntime: {
        version: await onnxruntimeVersion(),
        executionProviders: distinct(runtimes.map(({ executionProvider }) => executionProvider)),
        intraOpNumThreads: distinct(runtimes.map(({ threads }) => threads)),
      },
    }),
  };
}

/** How a network is run, from the parameters of its algorithm. */
function runtimeOf({ modelSha256, parameters }: Plan['scenarios'][number]['algorithm']) {
  if (modelSha256 === undefined) return undefined;
  const { executionProvider, threads } = (parameters ?? {}) as {
    executionProvider?: unknown;
    threads?: unknown;
  };
  return typeof executionProvider === 'string' && typeof threads === 'number'
    ? { executionProvider, threads }
    : undefined;
}

async function sha256OfFile(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** Folders that can change a result. */
const sourceFolders = ['harness', 'sim', 'baselines', 'models', 'cli'];

/** The same in a package, which has no sources. */
const packedFolders = ['harness', 'models', 'dist'];

/** Over names and contents of all sources but tests; weights have a hash of their own in each key. */
export async function sha256OfSources(): Promise<string> {
  const hash = createHash('sha256');
  const isPackage = !existsSync(join(root, 'sim'));
  for (const folder of isPackage ? packedFolders : sourceFolders) {
    const entries = await readdir(join(root, folder), { recursive: true });
    const sources = entries
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => /\.(ts|js|json|wasm)$/.test(name) && !isForTests.test(`/${name}`));
    for (const name of sources.sort()) {
      const bytes = await readFile(join(root, folder, name));
      hash.update(`${folder}/${name} ${bytes.length}\n`).update(bytes);
    }
  }
  return hash.digest('hex');
}

/** What the package leaves out. */
const isForTests = /\.test\.ts$|\/(testing|fixtures|training)\//;

/** Removes folders of this machine, also those of `--option=PATH`: they are private. */
function withoutFolder(argument: string): string {
  const [, option = '', value = argument] = /^(--[a-z-]+=)(.*)$/.exec(argument) ?? [];
  return isAbsolute(value) ? `${option}…/${basename(value)}` : argument;
}
