import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Float16Array } from '@petamoriken/float16';
import { ModelError, reasonOf } from '../../../harness/microscope/index.ts';
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

/** A fully connected layer: `outputs` sums over `inputs` values each, and a bias. */
export interface LinearLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, inputs], row by row. */
  readonly weights: Float32Array;
  /** [outputs]. */
  readonly biases: Float32Array;
}

/** A network cut at the input of its fully connected layers. */
export interface SplitNetwork {
  /** The ONNX file of what lies before: patches in, `features` [patches, inputs of the first layer] out. */
  readonly encoder: Uint8Array;
  /** Name of the encoder's output. */
  readonly features: string;
  /** The layers behind it in their order, a ReLU between them. */
  readonly head: readonly LinearLayer[];
  /**
   * The ONNX file with other weights in its head, rounded to the type that the file keeps each tensor in.
   * All other tensors and all nodes are the bytes that they were.
   *
   * @param head - Of the same sizes.
   */
  withHead(head: readonly LinearLayer[]): Uint8Array;
}

/** `TensorProto.DataType` of ONNX. */
const dataTypes = { float32: 1, float16: 10 } as const;

/**
 * Cuts an ONNX file at the input of its fully connected layers (Gemm). A layer may be used several times, as
 * in a network that reads a pair in both orders.
 *
 * @param path - For messages.
 * @throws ModelError if the file is no ONNX file, or its last layers are no such head.
 */
export function splitHead(bytes: Uint8Array, path: string): SplitNetwork {
  const model = parsed(bytes, path);
  const graph = graphOf(model, path);
  const layers = headLayers(graph);
  const [first] = layers;
  if (first === undefined || layers.length < 2) {
    throw new ModelError(
      `${path} must end in two or more fully connected layers (Gemm) in a row. Found ${layers.length}`,
      {
        hint: 'choose one of the networks that semfocus models lists with corrections, e.g. deepfocus-384',
      },
    );
  }
  const head = layers.map(({ weights, biases }) => ({
    inputs: Number(weights.dims[1]),
    outputs: Number(weights.dims[0]),
    weights: valuesOf(weights, path),
    biases: valuesOf(biases, path),
  }));
  head.forEach(({ inputs }, i) => {
    const before = head[i - 1];
    if (before === undefined || before.outputs === inputs) return;
    throw new ModelError(
      `${path} must have layers that fit each other. Layer ${i + 1} of its head takes ${inputs} values, the one before gives ${before.outputs}`,
    );
  });
  return {
    encoder: encoderBytes(bytes, path, first.input, head[0]!.inputs),
    features: first.input,
    head,
    withHead(changed) {
      const copy = parsed(bytes, path);
      headLayers(graphOf(copy, path)).forEach(({ weights, biases }, i) => {
        setValues(weights, changed[i]!.weights);
        setValues(biases, changed[i]!.biases);
      });
      return toBinary(ModelProtoSchema, copy);
    },
  };
}

function parsed(bytes: Uint8Array, path: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new ModelError(`${path} must be an ONNX file: ${reasonOf(cause)}`, { cause });
  }
}

function graphOf({ graph }: ModelProto, path: string): GraphProto {
  if (graph === undefined) throw new ModelError(`${path} must be an ONNX file. It holds no graph`);
  return graph;
}

interface FoundLayer {
  /** Name of the value that its first use takes. */
  readonly input: string;
  readonly weights: TensorProto;
  readonly biases: TensorProto;
}

/** The last run of Gemm layers with weights of their own, each once, in the order of the graph. */
function headLayers(graph: GraphProto): FoundLayer[] {
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  // Weights of 16 bits reach their layer through a cast.
  for (const { opType, input, output } of graph.node) {
    const from = tensors.get(input[0] ?? '');
    if (opType === 'Cast' && from !== undefined) tensors.set(output[0] ?? '', from);
  }
  const layers = new Map<string, FoundLayer>();
  for (const { opType, input } of graph.node) {
    if (opType === 'Conv') layers.clear();
    const [from = '', weightName = '', biasName = ''] = input;
    const [weights, biases] = [tensors.get(weightName), tensors.get(biasName)];
    if (opType !== 'Gemm' || weights?.dims.length !== 2 || biases === undefined) continue;
    if (!layers.has(weightName)) layers.set(weightName, { input: from, weights, biases });
  }
  return [...layers.values()];
}

/** The nodes that a value is made by, and no others. */
function encoderBytes(
  bytes: Uint8Array,
  path: string,
  features: string,
  width: number,
): Uint8Array {
  const model = parsed(bytes, path);
  const graph = graphOf(model, path);
  const makers = new Map<string, NodeProto>(
    graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)),
  );
  const needed = new Set<NodeProto>();
  const names = new Set<string>();
  const pending = [features];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    names.add(name);
    const node = makers.get(name);
    if (node === undefined || needed.has(node)) continue;
    needed.add(node);
    pending.push(...node.input);
  }
  graph.node = graph.node.filter((node) => needed.has(node));
  graph.initializer = graph.initializer.filter(({ name = '' }) => names.has(name));
  const dim = [{ dimParam: 'patches' }, { dimValue: BigInt(width) }];
  const type = { tensorType: { elemType: dataTypes.float32, shape: { dim } } };
  graph.output = [create(ValueInfoProtoSchema, { name: features, type })];
  return toBinary(ModelProtoSchema, model);
}

function valuesOf({ name, dataType, rawData, dims }: TensorProto, path: string): Float32Array {
  // A view needs an aligned start.
  const buffer = Uint8Array.from(rawData ?? []).buffer;
  const count = dims.reduce((product, length) => product * Number(length), 1);
  const values =
    dataType === dataTypes.float16 && buffer.byteLength === 2 * count
      ? Float32Array.from(new Float16Array(buffer))
      : dataType === dataTypes.float32 && buffer.byteLength === 4 * count
        ? new Float32Array(buffer)
        : undefined;
  if (values !== undefined) return values;
  throw new ModelError(
    `${path} must keep the weights of its head as float32 or float16 (raw_data). Found ${name} of data type ${dataType} with ${buffer.byteLength} bytes for ${count} values`,
    { hint: 'export the network again, as models/training does' },
  );
}

function setValues(tensor: TensorProto, values: Float32Array): void {
  const stored = tensor.dataType === dataTypes.float16 ? Float16Array.from(values) : values;
  tensor.rawData = new Uint8Array(
    stored.buffer as ArrayBuffer,
    stored.byteOffset,
    stored.byteLength,
  ).slice();
}
