// No two folders need each other, tests left out (docs/architecture.md); `npm test` asks `depcruise`.

/** @type {import('dependency-cruiser').IConfiguration} */
const config = {
  forbidden: [
    {
      name: 'no-cycle-of-folders',
      comment: 'folders that need each other have no order in which to be understood',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: String.raw`\.test\.ts$|/testing/|/fixtures/` },
  },
};
export default config;
