import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite, type LockRules } from '../../../files/index.ts';
import { ConfigError } from '../../../microscope/index.ts';
import type { ProcessProvenance } from '../../../record/index.ts';
import { type PlanHeader, planHeader } from '../../suite/index.ts';
import {
  byBeginning,
  type Partial,
  type Stored,
  type StoredLine,
  type StoreFiles,
  whichCounts,
} from '../layout/index.ts';
import { readShardFile } from './readShardFile.ts';
import { assertPlan, readShardPartial, type ShardPartial } from './readShardPartial.ts';
import { type Shard, shardText } from './Shard.ts';
import { shardHeader } from './ShardHeader.ts';
import { parseShardFileName, type ShardFileNames, shardFileNames } from './shardFileNames.ts';
import { writeShardFile } from './writeShardFile.ts';

/**
 * The files of one shard, in a folder that all shards of all plans may share: while it runs a
 * partial file, when it has come to its end one compressed file.
 *
 * Every process writes a partial file of its own and goes on from those of processes before it. So
 * two processes that run the same shard on two machines, as a cluster may start them, do no harm
 * but to the time of one. On one machine the second is refused.
 */
export class ShardFiles implements StoreFiles {
  readonly lock: LockRules;
  readonly #folder: string;
  readonly #shard: Shard;
  readonly #plan: PlanHeader;
  readonly #names: ShardFileNames;
  #earlier: readonly ShardPartial[] = [];
  /** Who made the whole file that was there. */
  #before: readonly ProcessProvenance[] = [];
  #token = '';

  constructor(folder: string, shard: Shard) {
    this.#folder = folder;
    this.#shard = shard;
    this.#plan = planHeader(shard.whole);
    this.#names = shardFileNames(shard.planHash, shard);
    this.lock = {
      path: this.#path(this.#names.lock),
      what: `${shardText(shard)} in ${folder}`,
      holderElsewhere: 'take over',
    };
  }

  async remove(): Promise<void> {
    try {
      for (const name of await readdir(this.#folder)) {
        const isTemporary = name.startsWith(this.#names.complete) && name.endsWith('.tmp');
        if (isTemporary || this.#isOurs(name)) await rm(this.#path(name), { force: true });
      }
    } catch (cause) {
      throw cannotWrite(this.#folder, cause);
    }
  }

  async open(token: string): Promise<Stored> {
    this.#token = token;
    const names = await readdir(this.#folder);
    this.#assertSameCount(names);
    const path = this.#path(this.#names.complete);
    const file = await readShardFile(path);
    if (file?.header !== undefined) assertPlan(file.header, this.#plan.planHash, path);
    const whole = file?.isWhole === true ? file : undefined;
    const lines = new Map<string, StoredLine & { readonly name: string }>();
    for (const [key, line] of whole?.lines ?? []) lines.set(key, { ...line, name: path });
    const warnings =
      file === undefined || file.isWhole
        ? []
        : [`${path} is not whole, ${file.reason}. It is made anew`];
    // Beside a whole file a partial one holds what was run again, or what its process left behind.
    let isComplete = whole !== undefined;
    const partials: ShardPartial[] = [];
    for (const name of names.filter((one) => this.#isOurs(one, 'partial')).sort()) {
      const partial = await readShardPartial(this.#path(name));
      if (partial === undefined) continue;
      if (partial.header) assertPlan(partial.header, this.#plan.planHash, partial.path);
      for (const [key, line] of partial.lines) {
        const mine = { ...line, name: partial.path };
        const other = lines.get(key);
        if (other !== undefined && whichCounts(other, mine) !== mine) continue;
        lines.set(key, mine);
        isComplete = false;
      }
      warnings.push(...partial.warnings);
      partials.push(partial);
    }
    this.#earlier = partials;
    this.#before = whole?.header.provenance ?? [];
    return { lines, isComplete, warnings };
  }

  async openPartial(by: ProcessProvenance | undefined): Promise<Partial> {
    const path = this.#path(this.#names.partial(this.#token));
    const header = JSON.stringify(shardHeader(this.#shard, this.#plan, by ? [by] : []));
    try {
      const file = await open(path, 'w');
      try {
        const bytes = Buffer.from(`${header}\n`);
        await file.appendFile(bytes);
        return { path, file, bytes: bytes.length };
      } catch (cause) {
        await file.close();
        throw cause;
      }
    } catch (cause) {
      throw cannotWrite(path, cause);
    }
  }

  async complete(lines: readonly StoredLine[], by: ProcessProvenance | undefined): Promise<void> {
    const earlier = [
      ...this.#before,
      ...this.#earlier.flatMap(({ header }) => header?.provenance ?? []),
    ];
    const header = shardHeader(
      this.#shard,
      this.#plan,
      byBeginning(by === undefined ? earlier : [...earlier, by]),
    );
    await writeShardFile(this.#path(this.#names.complete), header, lines);
    await rm(this.#path(this.#names.partial(this.#token)), { force: true });
    for (const { path, bytes } of this.#earlier) {
      // One that has grown belongs to a process that lives elsewhere, and will tidy up itself.
      const size = await stat(path).then(
        (found) => found.size,
        () => undefined,
      );
      if (size === bytes) await rm(path, { force: true });
    }
  }

  /** The file says it when it is whole; till then its first line names the process. */
  breakOff(): Promise<void> {
    return Promise.resolve();
  }

  /** How many shards there are belongs to the plan: with two answers trajectories would be run twice. */
  #assertSameCount(names: readonly string[]): void {
    const { planHash, count } = this.#shard;
    for (const name of names) {
      const other = parseShardFileName(name);
      if (other === undefined || other.plan8 !== planHash.slice(0, 8)) continue;
      if (other.count !== count) {
        throw new ConfigError(
          `${this.#folder} divides this plan into ${other.count} shards. Received ${count}`,
          {
            hint: `Divide it into ${other.count} (--shard I/${other.count}), or choose another folder with --out.`,
          },
        );
      }
    }
  }

  #isOurs(name: string, kind?: 'partial'): boolean {
    const parsed = parseShardFileName(name);
    const { planHash, number, count } = this.#shard;
    return (
      parsed !== undefined &&
      parsed.plan8 === planHash.slice(0, 8) &&
      parsed.number === number &&
      parsed.count === count &&
      (kind === undefined || parsed.kind === kind)
    );
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
