import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'results/**', '**/*.browser.test.ts'],
    setupFiles: ['vitest.setup.ts'],
    // A limit for what hangs, not for what is slow: a slow machine fails no test.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Vitest leaves a core for itself, which is half of a small machine.
    maxWorkers: '100%',
    // Files of one process share the modules that are loaded. No module of ours keeps a state; what a
    // test replaces (globals, variables of the environment), it puts back.
    isolate: false,
    unstubGlobals: true,
    unstubEnvs: true,
  },
});
