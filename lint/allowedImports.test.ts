import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import allowed from './allowedImports.json' with { type: 'json' };
import { checkImports, type SourceText } from './checkImports.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = {
  runtime: Object.keys({ ...packageJson.dependencies, ...packageJson.optionalDependencies }),
  development: Object.keys(packageJson.devDependencies),
};

function sourcesOf(folder: string): SourceText[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[tj]s$/.test(name) && !/\.d\.[cm]?ts$/.test(name))
    .map((name) => {
      const path = `${folder}/${name.replaceAll('\\', '/')}`;
      return { path, text: readFileSync(join(root, path), 'utf8') };
    });
}

const check = (path: string, text: string) => checkImports([{ path, text }], packages);

describe('imports of the project', () => {
  // Every folder there is, not those listed alone: a new one has to be listed to import anything.
  const withoutSources = new Set(['node_modules', 'results', 'dist']);
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .filter((name) => !withoutSources.has(name));
  const sources = folders.flatMap((folder) => sourcesOf(folder));

  it('were all found', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(folders).toEqual(expect.arrayContaining(Object.keys(allowed)));
    expect(sources.some(({ path }) => path === 'harness/microscope/Microscope.ts')).toBe(true);
  });

  it('run one way and through doors', () => {
    expect(checkImports(sources, packages)).toEqual([]);
  });
});

describe('the checker of imports', () => {
  it.each([
    ['harness/numeric/a.ts', "import { x } from '../../sim/index.ts';"],
    ['sim/a.ts', "import type { X } from '../baselines/index.ts';"],
    ['baselines/spectral/a.ts', "import { x } from '../../sim/index.ts';"],
    ['models/onnx/a.ts', "export * from '../../reports/index.ts';"],
    ['reports/a.ts', "import { x } from '../models/index.ts';"],
    ['bench/a.ts', "import { x } from '../cli/index.ts';"],
    ['cli/a.ts', "import { x } from '../bench/index.ts';"],
    ['lint/a.ts', "import { x } from '../harness/numeric/index.ts';"],
  ])('reports a forbidden folder in %s', (path, text) => {
    expect(check(path, text)).toEqual([expect.stringMatching(/^\S+:1 imports .*: \w+ may import/)]);
  });

  it('reports a dynamic import, with its line', () => {
    expect(check('sim/a.ts', "\n\nconst m = await import('../reports/index.ts');")).toEqual([
      'sim/a.ts:3 imports ../reports/index.ts: sim may import harness',
    ]);
  });

  it.each([
    "const m = require('../reports/index.ts');",
    'const m = await import(`../reports/index.ts`);',
    "export type { X } from '../reports/index.ts';",
    "import '../reports/index.ts';",
  ])('reports any other way to load a module: %s', (text) => {
    expect(check('sim/a.ts', text)).toHaveLength(1);
  });

  it('reports a folder that is not listed', () => {
    expect(check('tools/a.ts', "import { x } from '../sim/index.ts';")).toEqual([
      'tools/a.ts:1 imports ../sim/index.ts: tools is not listed in lint/allowedImports.json',
    ]);
  });

  it('reports an import type', () => {
    expect(check('sim/a.ts', "type X = import('../reports/index.ts').X;")).toHaveLength(1);
  });

  it('reports a way in beside the door, also between two rooms of harness', () => {
    expect(check('sim/a.ts', "import { x } from '../harness/numeric/jinc.ts';")).toEqual([
      'sim/a.ts:1 imports ../harness/numeric/jinc.ts: the only door of harness/numeric is harness/numeric/index.ts',
    ]);
    expect(
      check('harness/experiment/a.ts', "import { x } from '../numeric/jinc.ts';"),
    ).toHaveLength(1);
  });

  it('lets the documents start the program and measure as the tests do, and no other way in', () => {
    const allowedWays = [
      "import { main } from '../../cli/main.ts';",
      "import { x } from '../../sim/testing/realism/index.ts';",
    ];
    expect(check('docs/make/a.ts', allowedWays.join('\n'))).toEqual([]);
    expect(check('docs/make/a.ts', "import { x } from '../../cli/lab/registry.ts';")).toEqual([
      'docs/make/a.ts:1 imports ../../cli/lab/registry.ts: the only door of cli is cli/main.ts',
    ]);
    expect(check('docs/make/a.ts', "import { x } from '../../sim/Instrument.ts';")).toHaveLength(1);
  });

  it('keeps algorithms away from the runner', () => {
    expect(check('baselines/a.ts', "import { x } from '../harness/experiment/index.ts';")).toEqual([
      expect.stringMatching(/sees nothing of the experiment runner/),
    ]);
  });

  it('keeps algorithms away from what starts programs, and others from its files', () => {
    const text = (path: string) => `import { x } from '${path}';`;
    const inner = 'harness/algorithm/program';
    expect(check('baselines/a.ts', text(`../${inner}/index.ts`))).toEqual([
      `baselines/a.ts:1 imports ../${inner}/index.ts: an algorithm sees nothing of ${inner}`,
    ]);
    expect(check('cli/a.ts', text(`../${inner}/index.ts`))).toEqual([]);
    expect(check('cli/a.ts', text(`../${inner}/protocol.ts`))).toHaveLength(1);
    expect(check('harness/algorithm/a.ts', text('./program/protocol.ts'))).toHaveLength(1);
    expect(check(`${inner}/a.ts`, text('../correctByPairs.ts'))).toEqual([]);
  });

  it.each(['node:fs/promises', 'fs', 'node:crypto', 'node:worker_threads'])(
    'keeps algorithms away from %s, but not their tests',
    (name) => {
      const text = `const m = await import('${name}');`;
      for (const path of ['baselines/a.ts', 'models/onnx/a.ts']) {
        expect(check(path, text)).toEqual([expect.stringMatching(/no module of Node/)]);
      }
      for (const path of ['baselines/a.test.ts', 'baselines/testing/a.ts', 'harness/image/a.ts']) {
        expect(check(path, text)).toEqual([]);
      }
    },
  );

  it('reports packages that are not listed, development ones in shipped code, and a second way to ONNX Runtime', () => {
    expect(check('sim/a.ts', "import x from 'left-pad';")).toHaveLength(1);
    expect(check('sim/a.ts', "import { it } from 'vitest';")).toHaveLength(1);
    expect(check('sim/a.test.ts', "import { it } from 'vitest';")).toEqual([]);
    expect(check('baselines/a.ts', "import * as ort from 'onnxruntime-node';")).toHaveLength(1);
  });

  it('lets through what is allowed', () => {
    expect(
      check(
        'sim/optics/a.ts',
        "import { jinc } from '../../harness/numeric/index.ts';\nimport { b } from './b.ts';\nimport { readFile } from 'node:fs/promises';\nimport { z } from 'zod';",
      ),
    ).toEqual([]);
  });
});
