/**
 * What a message of `onnx.proto` (ONNX 1.16) has inside, by the number of the field: as far as
 * tensors can lie in it.
 */
const fieldsOf = {
  model: { 7: 'graph', 25: 'function' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparseTensor' },
  node: { 5: 'attribute' },
  attribute: {
    5: 'tensor',
    6: 'graph',
    10: 'tensor',
    11: 'graph',
    22: 'sparseTensor',
    23: 'sparseTensor',
  },
  sparseTensor: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'externalEntry' },
  externalEntry: {},
} as const satisfies Readonly<Record<string, Readonly<Record<number, string>>>>;
type Message = keyof typeof fieldsOf;

/** Graphs within graphs; networks have one level or two. */
const mostDepth = 100;

/**
 * Whether weights of an ONNX file lie in another file (`external_data` of a tensor).
 *
 * @param bytes - The file. What is no ONNX file has none: the runtime says what is wrong with it.
 */
export function hasExternalData(bytes: Uint8Array): boolean {
  try {
    return isExternal(bytes, 'model', 0);
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

/** @throws RangeError if the bytes are no such message. */
function isExternal(bytes: Uint8Array, message: Message, depth: number): boolean {
  if (message === 'externalEntry' || depth > mostDepth) return true;
  const fields: Readonly<Record<number, Message>> = fieldsOf[message];
  let at = 0;
  /** A whole number of up to ten bytes, seven bits each; one beyond 2^53 is too large for a length. */
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number has no end');
  };
  while (at < bytes.length) {
    const key = varint();
    switch (key % 8) {
      case 0:
        varint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        const inside = fields[Math.floor(key / 8)];
        if (at + length > bytes.length) throw new RangeError('a field is cut off');
        const part = bytes.subarray(at, at + length);
        if (inside !== undefined && isExternal(part, inside, depth + 1)) return true;
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      // Begin and end of a group, which lies in the message like its other fields.
      case 3:
      case 4:
        break;
      default:
        throw new RangeError(`wire type ${key % 8}`);
    }
  }
  return false;
}
