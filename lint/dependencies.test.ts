import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'semfocus-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file for every rule, with the import that the rule forbids. */
const forbidden: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'harness-imports': ['harness/image/up.ts', '../../sim/index.ts'],
  'sim-imports': ['sim/beside.ts', '../baselines/index.ts'],
  'baselines-imports': ['baselines/truth.ts', '../sim/index.ts'],
  'models-imports': ['models/up.ts', '../reports/index.ts'],
  'reports-imports': ['reports/words/beside.ts', '../../models/index.ts'],
  'cli-imports': ['cli/down.ts', '../bench/run.ts'],
  'door-of-sim': ['cli/window.ts', '../sim/optics/blur.ts'],
  'doors-of-harness': ['harness/gate/window.ts', '../numeric/fft.ts'],
  'doors-of-harness/experiment': ['harness/experiment/run/window.ts', '../suite/plan.ts'],
  'no-cycle': ['harness/numeric/one.ts', './two.ts'],
  'no-peeking': ['models/peek.ts', '../harness/experiment/suite/index.ts'],
  'no-node': ['baselines/files.ts', 'node:fs'],
  'one-onnxruntime': ['baselines/network.ts', 'onnxruntime-node'],
  'no-tests-shipped': ['sim/fake.ts', './testing/fake.ts'],
  'no-development-packages': ['sim/check.ts', 'fast-check'],
};
const others: Readonly<Record<string, string>> = {
  'harness/numeric/two.ts': "import './one.ts';",
  ...Object.fromEntries(
    [
      ...['sim/index.ts', 'baselines/index.ts', 'reports/index.ts', 'models/index.ts'],
      ...['bench/run.ts', 'sim/optics/blur.ts', 'sim/testing/fake.ts', 'harness/numeric/fft.ts'],
      ...['harness/experiment/suite/index.ts', 'harness/experiment/suite/plan.ts'],
    ].map((path) => [path, 'export {};']),
  ),
};

it('forbids with every rule what the rule is for, and nothing else', () => {
  const written = {
    ...others,
    ...Object.fromEntries(
      Object.values(forbidden).map(([path, target]) => [path, `import '${target}';`]),
    ),
    'cli/allowed.ts': "import '../sim/index.ts';\nimport 'node:fs';",
    'tsconfig.json': '{}',
    'package.json': JSON.stringify({
      dependencies: { 'onnxruntime-node': '*' },
      devDependencies: { 'fast-check': '*' },
    }),
  };
  for (const [path, text] of Object.entries(written)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/depcruise'),
    [
      ...['--config', join(root, 'lint/dependencies.js'), '--output-type', 'json'],
      ...['baselines', 'bench', 'cli', 'harness', 'models', 'reports', 'sim'],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  const found = new Set(summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`));
  const wanted = Object.entries(forbidden).map(([name, [path]]) => `${name}: ${path}`);
  expect(wanted.filter((violation) => !found.has(violation))).toEqual([]);
  const known = new Set([
    ...Object.values(forbidden).map(([path]) => path),
    'harness/numeric/two.ts',
  ]);
  expect([...found].filter((violation) => !known.has(violation.split(': ')[1] ?? ''))).toEqual([]);
});
