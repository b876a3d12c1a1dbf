import { defineConfig } from 'vitest/config';

/** Tests that open pages in a real Chromium: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['**/*.browser.test.ts'],
    exclude: ['**/node_modules/**', 'results/**'],
    setupFiles: ['vitest.setup.ts'],
    // A limit for what hangs, not for what is slow: a page of a busy machine comes late.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 240_000 } },
    // A browser per file: two at once keep two cores busy.
    maxWorkers: '100%',
    isolate: false,
  },
});
