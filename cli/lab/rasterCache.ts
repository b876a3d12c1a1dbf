import { createHash } from 'node:crypto';
import {
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFile } from '../../harness/files/index.ts';
import type { Specimen } from '../../sim/index.ts';

/** Where rasters of specimens are kept between runs. */
export interface RasterCache {
  readonly folder: string;
  /** Of sources and runtime: others may draw other last digits. */
  readonly version: string;
  readonly mostBytes?: number;
}

/** About 100 places of 2048 x 1536 px with their margins. */
const usualMostBytes = 4e9;
/** Smaller ones are drawn as fast as they are read. */
const leastPixels = 2 ** 16;
const hashBytes = 32;
const ending = '.raster';

/**
 * A specimen whose rasters are kept in files, each under a name made of all that it depends on. A file
 * that is damaged is drawn again. What was not needed for longest goes first. Nothing depends on whether
 * a file can be written.
 *
 * @param identity - All that the specimen depends on, but the version.
 */
export function withRasterCache(
  specimen: Specimen,
  identity: string,
  { folder, version, mostBytes = usualMostBytes }: RasterCache,
): Specimen {
  return {
    name: specimen.name,
    polarity: specimen.polarity,
    emission: (xNm, yNm, footprintNm) => specimen.emission(xNm, yNm, footprintNm),
    rasterise(region) {
      const pixels = region.width * region.height;
      if (pixels < leastPixels) return specimen.rasterise(region);
      const key = sha256(JSON.stringify([version, identity, region])).toString('hex');
      const path = join(folder, `${key}${ending}`);
      const known = read(path, pixels);
      if (known !== undefined) return known;
      const drawn = specimen.rasterise(region);
      const bytes = new Uint8Array(drawn.buffer, drawn.byteOffset, drawn.byteLength);
      if (write(path, bytes)) prune(folder, mostBytes);
      return drawn;
    },
  };
}

/** `undefined` where there is none, or it is not what was written. */
function read(path: string, pixels: number): Float32Array | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
    // Was needed now.
    utimesSync(path, new Date(), new Date());
  } catch {
    return undefined;
  }
  const length = 4 * pixels;
  if (bytes.length !== length + hashBytes) return undefined;
  const data = bytes.subarray(0, length);
  if (!sha256(data).equals(bytes.subarray(length))) return undefined;
  return new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + length));
}

/**
 * At once, and not behind the back of the thread: a worker that computes gets to nothing else.
 *
 * @returns false where it cannot be written, as on a full disk.
 */
function write(path: string, bytes: Uint8Array): boolean {
  const temporary = temporaryFile(path);
  try {
    writeFileSync(temporary, Buffer.concat([bytes, sha256(bytes)]), { flag: 'wx' });
    renameSync(temporary, path);
    return true;
  } catch {
    rmSync(temporary, { force: true });
    return false;
  }
}

/** Another process may do the same at the same time. */
function prune(folder: string, mostBytes: number): void {
  try {
    const files = readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .flatMap((name) => {
        const path = join(folder, name);
        const found = statSync(path, { throwIfNoEntry: false });
        return found === undefined ? [] : [{ path, bytes: found.size, usedMs: found.mtimeMs }];
      })
      .sort((p, q) => q.usedMs - p.usedMs);
    let room = mostBytes;
    for (const { path, bytes } of files) {
      room -= bytes;
      if (room < 0) rmSync(path, { force: true });
    }
  } catch {
    // What stays is removed by the next one.
  }
}

function sha256(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
