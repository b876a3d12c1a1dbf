/** What a network that is linear in the means of its frames computes and declares. */
export interface LinearNetwork {
  readonly inputName: string;
  readonly outputName: string;
  readonly framesPerPatch: number;
  readonly patchSidePx: number;
  /** Per output column: `bias` plus, for each frame, its factor times the mean of that frame. */
  readonly columns: readonly { readonly bias: number; readonly ofMean: readonly number[] }[];
  /** Number of patches that it is bound to; free where left out. */
  readonly patches?: number;
  /** Name of another file in which the weights are said to lie. */
  readonly weightsFile?: string;
}

/**
 * The bytes of an ONNX file: Flatten, then Gemm. Written field by field, so that a test says what its
 * network answers and needs neither Python nor trained weights.
 *
 * @see onnx/onnx onnx/onnx.proto (numbers of the fields).
 */
export function linearNetworkBytes(network: LinearNetwork): Uint8Array {
  const { inputName, outputName, framesPerPatch, patchSidePx, columns } = network;
  const area = patchSidePx ** 2;
  const weights = new Float32Array(framesPerPatch * area * columns.length);
  columns.forEach(({ ofMean }, column) => {
    for (let at = 0; at < framesPerPatch * area; at++) {
      weights[at * columns.length + column] = (ofMean[Math.floor(at / area)] ?? 0) / area;
    }
  });
  const biases = Float32Array.from(columns, ({ bias }) => bias);
  const first = network.patches ?? 'patches';
  const shape = [first, framesPerPatch, patchSidePx, patchSidePx];
  const graph = message(
    field(1, node('Flatten', [inputName], 'flat')),
    field(1, node('Gemm', ['flat', 'weights', 'biases'], outputName)),
    field(2, text('linear')),
    field(
      5,
      network.weightsFile === undefined
        ? tensor('weights', [framesPerPatch * area, columns.length], weights)
        : tensorElsewhere('weights', [framesPerPatch * area, columns.length], network.weightsFile),
    ),
    field(5, tensor('biases', [columns.length], biases)),
    field(11, valueInfo(inputName, shape)),
    field(12, valueInfo(outputName, [first, columns.length])),
  );
  const irVersion = number(1, 8);
  const opset = message(field(1, text('')), number(2, 13));
  return message(irVersion, field(7, graph), field(8, opset));
}

const float32 = 1;

function node(operator: string, inputs: readonly string[], output: string): Uint8Array {
  const wires = inputs.map((input) => field(1, text(input)));
  return message(...wires, field(2, text(output)), field(4, text(operator)));
}

function tensor(name: string, dims: readonly number[], values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer);
  const sizes = dims.map((dim) => number(1, dim));
  return message(...sizes, number(2, float32), field(8, text(name)), field(9, bytes));
}

function tensorElsewhere(name: string, dims: readonly number[], location: string): Uint8Array {
  const sizes = dims.map((dim) => number(1, dim));
  const entry = message(field(1, text('location')), field(2, text(location)));
  const external = 1;
  return message(
    ...sizes,
    number(2, float32),
    field(8, text(name)),
    field(13, entry),
    number(14, external),
  );
}

function valueInfo(name: string, shape: readonly (number | string)[]): Uint8Array {
  const dims = shape.map((dim) =>
    field(1, typeof dim === 'number' ? number(1, dim) : field(2, text(dim))),
  );
  const tensorType = message(number(1, float32), field(2, message(...dims)));
  return message(field(1, text(name)), field(2, field(1, tensorType)));
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(fields));
}

function field(index: number, content: Uint8Array): Uint8Array {
  return message(varint(8 * index + 2), varint(content.length), content);
}

function number(index: number, value: number): Uint8Array {
  return message(varint(8 * index), varint(value));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
