import { join } from 'node:path';
import { parseConfig, parseJson } from '../../harness/config/index.ts';
import {
  FolderLock,
  makeFolder,
  readIfPresent,
  writeAtomically,
} from '../../harness/files/index.ts';
import { readImageFile, writeTiffFile } from '../../harness/image/index.ts';
import { ConfigError, type Frame, RecordError, reasonOf } from '../../harness/microscope/index.ts';
import {
  type KeptPair,
  type PairSettings,
  type PairsManifest,
  type Place,
  pairsSchema,
} from './pairsSchema.ts';

const manifestName = 'pairs.json';
const framesName = 'frames';

/**
 * The pairs of a recalibration, in a folder: frames as TIFF files, then the manifest that names them, each whole
 * or not at all. What is in the folder is complete at every moment; a process that is killed loses the pair
 * that it was at.
 */
export class PairsFolder {
  readonly folder: string;
  readonly #lock: FolderLock;
  #manifest: PairsManifest | undefined;

  private constructor(folder: string, lock: FolderLock, manifest: PairsManifest | undefined) {
    this.folder = folder;
    this.#lock = lock;
    this.#manifest = manifest;
  }

  /**
   * @throws ConfigError if the folder cannot be written or another process is at it; RecordError if its manifest
   *   is damaged.
   */
  static async open(folder: string, onNotice: (message: string) => void): Promise<PairsFolder> {
    await makeFolder(join(folder, framesName));
    const lock = await FolderLock.acquire(
      { path: join(folder, 'pairs.lock'), what: folder, holderElsewhere: 'refuse' },
      onNotice,
    );
    try {
      return new PairsFolder(folder, lock, await readManifest(join(folder, manifestName)));
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Undefined before the first {@link begin}. */
  get manifest(): PairsManifest | undefined {
    return this.#manifest;
  }

  /**
   * Begins a set of pairs, or goes on with the one that is there.
   *
   * @throws ConfigError if that was asked for otherwise.
   */
  async begin(fresh: Omit<PairsManifest, 'places' | 'pairs'>): Promise<PairsManifest> {
    if (this.#manifest === undefined) return this.#write({ ...fresh, places: [], pairs: [] });
    assertSame(this.#manifest.settings, fresh.settings, this.folder);
    return this.#manifest;
  }

  /** Writes down what is known of a place. */
  async keepPlace(place: Place): Promise<void> {
    const manifest = this.#begun();
    const others = manifest.places.filter(({ location }) => location !== place.location);
    await this.#write({ ...manifest, places: [...others, place] });
  }

  /** Writes two frames, then the manifest that names them. */
  async keepPair(
    pair: Omit<KeptPair, 'under' | 'over'>,
    { under, over }: { readonly under: Frame; readonly over: Frame },
  ): Promise<void> {
    const manifest = this.#begun();
    const name = (which: string) =>
      `${framesName}/${String(pair.location).padStart(3, '0')}-${String(pair.pair).padStart(2, '0')}-${which}.tif`;
    const files = { under: name('under'), over: name('over') };
    await writeTiffFile(join(this.folder, files.under), under.pixels);
    await writeTiffFile(join(this.folder, files.over), over.pixels);
    await this.#write({ ...manifest, pairs: [...manifest.pairs, { ...pair, ...files }] });
  }

  /** @throws ImageFileError if a file is missing or damaged. */
  async read({ under, over }: KeptPair) {
    const { pixelSizeNm, perturbationUm } = this.#begun().settings;
    return {
      under: await readImageFile(join(this.folder, under)),
      over: await readImageFile(join(this.folder, over)),
      ...{ pixelSizeNm, perturbationUm },
    };
  }

  /** Lets another process have the folder. */
  async close(): Promise<void> {
    await this.#lock.release();
  }

  #begun(): PairsManifest {
    if (this.#manifest === undefined) throw new TypeError('no pairs have been begun');
    return this.#manifest;
  }

  async #write(manifest: PairsManifest): Promise<PairsManifest> {
    const text = `${JSON.stringify(manifest, null, 1)}\n`;
    await writeAtomically(join(this.folder, manifestName), text, { isDurable: true });
    this.#manifest = manifest;
    return manifest;
  }
}

async function readManifest(path: string): Promise<PairsManifest | undefined> {
  const bytes = await readIfPresent(path);
  if (bytes === undefined) return undefined;
  try {
    return parseConfig(pairsSchema, parseJson(bytes.toString('utf8')), path);
  } catch (cause) {
    throw new RecordError(`cannot go on from ${path}: ${reasonOf(cause)}`, {
      cause,
      hint: 'put the file right, or choose another --out',
    });
  }
}

const optionOf: Readonly<Record<keyof PairSettings, string>> = {
  instrument: '--microscope',
  width: '--width',
  height: '--height',
  pixelSizeNm: '--model (its pixel size)',
  dwellTimesNs: '--dwell',
  perturbationUm: '--model (its perturbation)',
  locations: '--locations',
  heldOut: '--held-out',
  pairs: '--pairs',
  pitchUm: '--pitch',
  rangeWorkingDistanceUm: '--range-wd',
  rangeStigmator: '--range-stig',
  seed: '--seed',
};

/** @throws ConfigError naming the first setting that differs. */
export function assertSame(kept: PairSettings, asked: PairSettings, folder: string): void {
  for (const name of Object.keys(optionOf) as (keyof PairSettings)[]) {
    const [before, now] = [JSON.stringify(kept[name]), JSON.stringify(asked[name])];
    if (before === now) continue;
    throw new ConfigError(
      `${optionOf[name]} must be ${before}, as for the pairs in ${folder}. Received ${now}`,
      { hint: 'ask for the same to go on with them, or choose another --out' },
    );
  }
}
