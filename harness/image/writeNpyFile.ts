import { writeAtomically } from '../files/index.ts';

/** What NumPy calls the types of arrays that can be written. */
const descriptions = [
  [Uint8Array, '|u1'],
  [Uint16Array, '<u2'],
  [Float32Array, '<f4'],
] as const;
/** The data begin at a multiple of this. */
const alignment = 64;

/**
 * Writes a row-major array as NumPy reads it (`numpy.load`), in format 1.0.
 *
 * @param shape - One length per axis; their product is the number of values.
 * @throws RangeError if data and shape do not fit each other.
 * @throws ConfigError if the file cannot be written.
 * @see NumPy Enhancement Proposal 1, A Simple File Format for NumPy Arrays
 */
export function writeNpyFile(
  path: string,
  data: Uint8Array | Uint16Array | Float32Array,
  shape: readonly number[],
): Promise<void> {
  return writeAtomically(path, encodeNpy(data, shape));
}

function encodeNpy(
  data: Uint8Array | Uint16Array | Float32Array,
  shape: readonly number[],
): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== data.length) {
    throw new RangeError(
      `data must hold ${shape.join(' x ')} values. Received ${data.length} values`,
    );
  }
  const description = descriptions.find(([type]) => data instanceof type)?.[1];
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${description}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const prefix = 10;
  const length = Math.ceil((prefix + text.length + 1) / alignment) * alignment - prefix;
  const header = `${text.padEnd(length - 1)}\n`;
  const bytes = Buffer.alloc(prefix + length + data.byteLength);
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(length, prefix - 2);
  bytes.write(header, prefix, 'latin1');
  // Every machine that Node runs on is little-endian.
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).copy(bytes, prefix + length);
  return bytes;
}
