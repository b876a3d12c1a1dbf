import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PerturbedPair } from '../../harness/algorithm/index.ts';
import type { GreyPixels } from '../../harness/microscope/index.ts';
import { cropGreyImage } from '../../harness/numeric/index.ts';

/** Where a peer finds a pair: files of one byte per pixel, row by row. */
export interface StoredPair {
  readonly under: string;
  readonly over: string;
  readonly width: number;
  readonly height: number;
}

/** A folder for the frames that are handed to a peer; each pair takes the place of the last one. */
export class FrameFolder {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static async create(): Promise<FrameFolder> {
    return new FrameFolder(await mkdtemp(join(tmpdir(), 'semfocus-peers-')));
  }

  /** @throws RangeError unless the frames are of 8 bit. */
  async store({ under, over }: PerturbedPair): Promise<StoredPair> {
    const [height = 0, width = 0] = under.shape;
    return {
      under: await this.#write('under.raw', under),
      over: await this.#write('over.raw', over),
      width,
      height,
    };
  }

  async remove(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true });
  }

  async #write(name: string, pixels: GreyPixels): Promise<string> {
    if (!(pixels.data instanceof Uint8Array)) {
      throw new RangeError('frames for a peer must be of 8 bit. Received 16 bit');
    }
    const path = join(this.#path, name);
    // Through a copy without strides.
    await writeFile(path, Uint8Array.from(cropGreyImage(pixels).data));
    return path;
  }
}
