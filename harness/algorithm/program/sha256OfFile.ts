import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ConfigError, reasonOf } from '../../microscope/index.ts';

const pieceBytes = 1 << 20;

/**
 * SHA-256 of what a file holds, read piece by piece. Regular files alone: a FIFO would keep the
 * reader for ever, a device has no end.
 *
 * @param what - What messages call the file, e.g. `cannot read weights.bin, which the program lists`.
 * @throws ConfigError if it cannot be read or is no regular file.
 */
export function sha256OfFile(path: string, what: string): string {
  let file: number | undefined;
  try {
    // Without waiting for a writer: what it is shows only once it is open.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(file).isFile()) throw new Error('it must be a regular file');
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) {
      hash.update(piece.subarray(0, length));
    }
    return hash.digest('hex');
  } catch (cause) {
    throw new ConfigError(`${what}: ${reasonOf(cause)}`, { cause });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
