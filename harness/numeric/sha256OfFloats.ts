import { createHash } from 'node:crypto';

/** SHA-256 of numbers as little-endian float32, in hexadecimal: whether two machines hold the same. */
export function sha256OfFloats(values: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) bytes.setFloat32(4 * i, value, true);
  return createHash('sha256').update(new Uint8Array(bytes.buffer)).digest('hex');
}
