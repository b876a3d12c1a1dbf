import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'results/**', '**/*.browser.test.ts'],
    setupFiles: ['vitest.setup.ts'],
    testTimeout: 60_000,
  },
});
