import { defineConfig } from 'vitest/config';

/** Tests that open pages in a real Chromium: `npm run test:browser`. */
export default defineConfig({
  test: {
    include: ['**/*.browser.test.ts'],
    exclude: ['**/node_modules/**', 'results/**'],
    setupFiles: ['vitest.setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // A page of a busy machine comes late, and that is no failure.
    expect: { poll: { timeout: 30_000 } },
    // A browser per file is enough to keep a small machine busy.
    fileParallelism: false,
  },
});
