// Who may import whom (docs/architecture.md), for `depcruise`, which is a part of `npm test`.

/** Which top folders a top folder may import. */
const edges = {
  harness: [],
  sim: ['harness'],
  baselines: ['harness'],
  models: ['harness'],
  reports: ['harness'],
  bench: ['harness', 'sim', 'baselines', 'models', 'reports', 'cli'],
  cli: ['harness', 'sim', 'baselines', 'models', 'reports'],
  docs: ['harness', 'sim', 'baselines', 'reports', 'cli'],
  lint: [],
};

/** Folders that others enter through `index.ts` alone. */
const houses = ['sim', 'baselines', 'models', 'reports', 'cli/lab'];

/** Folders of rooms, each entered through its own `index.ts`, by its neighbours too. */
const floors = [
  'harness',
  'harness/algorithm',
  'harness/drivers',
  'harness/experiment',
  'harness/experiment/store',
  'reports',
];

const tests = String.raw`\.test\.ts$|/testing/`;
const notShipped = `${tests}|^bench/|^docs/|^lint/|^examples/|^cli/(?:make|browser)/|^cli/build\\.js$|\\.config\\.ts$|^vitest`;
const folders = Object.keys(edges);

/** @type {Omit<import('dependency-cruiser').IRegularForbiddenRuleType, 'severity'>[]} */
const rules = [
  ...Object.entries(edges).map(([folder, allowed]) => ({
    name: `${folder}-imports`,
    comment: `${folder} may import ${allowed.join(', ') || 'no other folder'}`,
    from: { path: `^${folder}/` },
    to: {
      path: `^(?:${folders.join('|')})/`,
      pathNot: `^(?:${[folder, ...allowed].join('|')})/`,
    },
  })),
  ...houses.map((house) => ({
    name: `door-of-${house}`,
    comment: `the only door of ${house} is its index.ts`,
    from: { pathNot: `^${house}/` },
    to: { path: `^${house}/`, pathNot: `^${house}/index\\.ts$|/testing/` },
  })),
  ...floors.flatMap((floor) => {
    const room = `${floor}/[^/]+`;
    const rule = {
      name: `doors-of-${floor}`,
      comment: `the only door of a room of ${floor} is its index.ts`,
    };
    const inside = { path: `^${room}/` };
    return [
      {
        ...rule,
        from: { pathNot: `^${room}/` },
        to: { ...inside, pathNot: '/index\\.ts$|/testing/' },
      },
      {
        ...rule,
        from: { path: `^(${room})/` },
        to: { ...inside, pathNot: '^$1/|/index\\.ts$|/testing/' },
      },
    ];
  }),
  {
    name: 'no-cycle',
    comment: 'modules that need each other belong in one',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-peeking',
    comment: 'an algorithm that sees the runner, or starts programs, could reach the hidden truth',
    from: { path: '^(?:baselines|models)/', pathNot: tests },
    to: {
      path: '^harness/(?:experiment|conformance|drivers|focusing|record|series|validation|program|algorithm/(?:program|plugin|hosted))/',
    },
  },
  {
    name: 'drivers-below',
    comment: 'a driver does the calls of its instrument; what is put around it is above',
    from: { path: '^harness/drivers/', pathNot: tests },
    to: {
      path: '^harness/',
      pathNot: '^harness/(?:drivers|microscope|image|config|files|numeric|series|program)/',
    },
  },
  {
    name: 'no-node',
    comment: 'an algorithm sees pixels, not files or the process',
    from: { path: '^(?:baselines|models)/', pathNot: tests },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'one-onnxruntime',
    comment: 'only models/onnx may import onnxruntime-node',
    from: { pathNot: '^models/onnx/' },
    to: { path: 'node_modules/onnxruntime-node/' },
  },
  {
    name: 'no-tests-shipped',
    comment: 'what is shipped may not need what is kept for tests',
    from: { pathNot: notShipped },
    to: { path: '(?:^|/)testing/|\\.test\\.ts$', pathNot: 'node_modules' },
  },
  {
    name: 'no-development-packages',
    comment: 'what is shipped may not need a development dependency',
    from: { pathNot: notShipped },
    to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
  },
  {
    name: 'listed-packages',
    comment: 'package.json must list it',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
const config = {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/fixtures/' },
    // Packages for `import` alone.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
export default config;
