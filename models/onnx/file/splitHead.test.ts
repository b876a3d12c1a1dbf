import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../harness/microscope/index.ts';
import { linearModel } from '../../testing/linearModel.ts';
import { shippedModel } from '../../testing/shippedModel.ts';
import { ModelProtoSchema } from './onnx_pb.ts';
import { splitHead } from './splitHead.ts';

const { path, ...shipped } = shippedModel('deepfocus-128');
const read = () => Uint8Array.from(shipped.read());
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
const graphOf = (bytes: Uint8Array) => fromBinary(ModelProtoSchema, bytes).graph!;
const tensorsOf = (bytes: Uint8Array) =>
  new Map(graphOf(bytes).initializer.map((tensor) => [tensor.name ?? '', tensor]));
const headNames = ['head.0.weight.half', 'head.0.bias', 'head.2.weight.half'].concat(
  ...['head.2.bias', 'head.4.weight', 'head.4.bias'],
);

describe('splitHead', () => {
  it('finds the layers of the article behind the encoder', () => {
    const { head, encoder } = splitHead(read(), path);
    expect(head.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [140, 100],
      [100, 50],
      [50, 3],
    ]);
    expect(head.every(({ weights }) => weights.some((value) => value !== 0))).toBe(true);
    expect([...tensorsOf(encoder).keys()].filter((name) => name.startsWith('head'))).toEqual([]);
    expect(graphOf(encoder).node.filter(({ opType }) => opType === 'Gemm')).toEqual([]);
  });

  it('changes the tensors of the head alone; every other byte of a tensor and every node stays', () => {
    const split = splitHead(read(), path);
    const changed = split.head.map((layer) => ({
      ...layer,
      weights: layer.weights.map((value) => value + 0.125),
      biases: layer.biases.map((value) => value - 0.25),
    }));
    const bytes = split.withHead(changed);
    const [before, after] = [tensorsOf(read()), tensorsOf(bytes)];
    const differing = [...before].flatMap(([name, { rawData }]) =>
      isSame(rawData!, after.get(name)!.rawData!) ? [] : name,
    );
    expect(differing.sort()).toEqual(headNames.sort());
    expect(bytes).toHaveLength(read().length);
    // With the tensors of before it is the file of before, as the library writes it.
    const put = fromBinary(ModelProtoSchema, bytes);
    put.graph!.initializer = graphOf(read()).initializer;
    const plain = toBinary(ModelProtoSchema, fromBinary(ModelProtoSchema, read()));
    expect(isSame(toBinary(ModelProtoSchema, put), plain)).toBe(true);
    const { head } = splitHead(bytes, path);
    head.forEach(({ weights, biases }, i) => {
      // Stored in 16 bits where they were before.
      weights.forEach((value, at) => {
        const wanted = changed[i]!.weights[at]!;
        expect(Math.abs(value - wanted)).toBeLessThan(1e-3 * Math.max(1, Math.abs(wanted)));
      });
      expect(biases).toEqual(changed[i]!.biases);
    });
  });

  it('gives back a file whose head is as it was, with the fields that it does not know', () => {
    const split = splitHead(read(), path);
    const given = fromBinary(ModelProtoSchema, read());
    expect(isSame(split.withHead(split.head), toBinary(ModelProtoSchema, given))).toBe(true);
    expect(given.$unknown?.length).toBeGreaterThan(0);
    expect(given.graph?.$unknown?.length).toBeGreaterThan(0);
  });

  it('refuses what has no such head, and what is no ONNX file', () => {
    const linear = linearModel({ kind: 'correction', columns: [{ bias: 0, ofMean: [1, 0] }] });
    expect(() => splitHead(linear.read(), 'linear.onnx')).toThrow(
      'linear.onnx must end in two or more fully connected layers (Gemm) in a row. Found 1',
    );
    expect(() => splitHead(Uint8Array.of(255, 255, 255), 'noise.onnx')).toThrow(ModelError);
    expect(() => splitHead(new Uint8Array(0), 'empty.onnx')).toThrow('It holds no graph');
  });

  it('refuses weights of another type, and sizes that do not fit each other', () => {
    const double = fromBinary(ModelProtoSchema, read());
    double.graph!.initializer.find(({ name }) => name === 'head.4.weight')!.dataType = 11;
    expect(() => splitHead(toBinary(ModelProtoSchema, double), 'double.onnx')).toThrow(
      'double.onnx must keep the weights of its head as float32 or float16 (raw_data). Found head.4.weight of data type 11 with 600 bytes for 150 values',
    );
    const narrow = fromBinary(ModelProtoSchema, read());
    narrow.graph!.initializer.find(({ name }) => name === 'head.4.weight')!.dims = [2n, 75n];
    expect(() => splitHead(toBinary(ModelProtoSchema, narrow), 'narrow.onnx')).toThrow(
      'Layer 3 of its head takes 75 values, the one before gives 50',
    );
  });
});
