import { describe, expect, it } from 'vitest';
import { planSuite } from '../../harness/experiment/suite/index.ts';
import { processProvenanceSchema, runtimeClass } from '../../harness/record/index.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { registry } from '../lab/index.ts';
import { tinySuite } from '../testing/tinySuite.ts';
import { gatherProvenance } from './gatherProvenance.ts';

const plan = planSuite(tinySuite, registry);
const learned = planSuite(
  {
    ...tinySuite,
    frame: { width: 512, height: 384 },
    algorithms: [{ name: 'deepfocus-128', iterations: 1, dwellTimesNs: [200] }],
  },
  registry,
);
const facts = { workers: 3, shard: undefined, commandLine: ['run', 'tiny'] };

describe('gatherProvenance', () => {
  it('says what ran where, in the shape in which it is stored', async () => {
    const provenance = await gatherProvenance(plan, facts);
    expect(processProvenanceSchema.parse(provenance)).toEqual(provenance);
    expect(provenance).toMatchObject({
      planHash: plan.planHash,
      semfocusVersion: packageJson.version,
      nodeVersion: process.version,
      workers: 3,
      sourceSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(Date.parse(provenance.startedAt)).toBeGreaterThan(Date.parse('2024-01-01'));
    expect(provenance).not.toHaveProperty('shard');
    expect(provenance).not.toHaveProperty('onnxruntime');
  });

  it('names the runtime of networks where some take part', async () => {
    const provenance = await gatherProvenance(learned, {
      ...facts,
      shard: { number: 2, count: 5 },
    });
    expect(provenance.shard).toEqual({ number: 2, count: 5 });
    expect(provenance.onnxruntime).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      executionProviders: ['cpu'],
      intraOpNumThreads: [1],
    });
    expect(runtimeClass(provenance)).toMatch(/^Node \d+, \w+, onnxruntime \d+\.\d+, cpu$/);
  });

  it('writes down no folder of an absolute path, and no name of the machine', async () => {
    const commandLine = ['run', '/home/me/mine.json', '--out=/scratch/out', '--model', 'm/a.onnx'];
    const provenance = await gatherProvenance(plan, { ...facts, commandLine });
    expect(provenance.commandLine).toEqual([
      'run',
      '…/mine.json',
      '--out=…/out',
      '--model',
      'm/a.onnx',
    ]);
  });
});
