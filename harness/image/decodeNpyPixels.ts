import { Buffer } from 'node:buffer';
import type { GreyPixels } from '../microscope/index.ts';
import { greyPixels } from '../numeric/index.ts';
import { assertDecodableSize } from './imageLimits.ts';
import { unreadableImage } from './unreadableImage.ts';

const types = /^[|<>=](?:u1|u2)$/;

/**
 * Decodes a two-dimensional NumPy array of 8 or 16 bit without sign (`numpy.save`, formats 1 to 3).
 *
 * @param bytes - Beginning with the signature.
 * @throws ImageFileError
 * @see NumPy Enhancement Proposal 1, A Simple File Format for NumPy Arrays
 */
export function decodeNpyPixels(bytes: Uint8Array, source: string): GreyPixels {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerAt = file[6] === 1 ? 10 : 12;
  if (file.length < headerAt) throw unreadableImage(source, 'its header is cut off');
  const start = headerAt + (headerAt === 10 ? file.readUInt16LE(8) : file.readUInt32LE(8));
  const header = file.toString('latin1', headerAt, Math.min(start, headerAt + 1000));
  const [, type = ''] = /'descr'\s*:\s*'([^']*)'/.exec(header) ?? [];
  const [, shape] = /'shape'\s*:\s*\(([^)]*)\)/.exec(header) ?? [];
  const [, height, width] = /^\s*(\d+)\s*,\s*(\d+)\s*,?\s*$/.exec(shape ?? '') ?? [];
  if (height === undefined || width === undefined || Number(height) * Number(width) === 0) {
    throw unreadableImage(source, `it is an array of shape (${shape}), not (height, width)`);
  }
  if (!types.test(type)) {
    throw unreadableImage(source, `its values are ${JSON.stringify(type)}, not uint8 or uint16`, {
      hint: 'save frame.astype(numpy.uint8) or frame.astype(numpy.uint16)',
    });
  }
  if (!/'fortran_order'\s*:\s*False/.test(header)) {
    throw unreadableImage(source, 'it is stored column by column', {
      hint: 'save numpy.ascontiguousarray(frame)',
    });
  }
  const bytesPerPx = type.endsWith('u2') ? 2 : 1;
  const count = Number(height) * Number(width);
  assertDecodableSize(source, `${width} x ${height} px`, count, bytesPerPx);
  if (file.length !== start + count * bytesPerPx) {
    throw unreadableImage(
      source,
      `it holds ${Math.max(0, file.length - start)} bytes of values, and ${width} x ${height} px have ${count * bytesPerPx}`,
    );
  }
  // A copy of its own, aligned as 16 bit need it.
  const values = Buffer.from(file.subarray(start));
  if (bytesPerPx === 1) return greyPixels(new Uint8Array(values), Number(width), Number(height));
  if (type.startsWith('>')) values.swap16();
  const data = new Uint16Array(new Uint8Array(values).buffer);
  return greyPixels(data, Number(width), Number(height));
}
