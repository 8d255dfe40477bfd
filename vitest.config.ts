import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Not in node_modules, which the demo records.
  cacheDir: '.cache/vite',
  test: {
    include: ['test/**/*.test.ts'],
    // For the guest of test/rig; `npm run test:vm`.
    exclude: ['test/vm/**'],
    // Native addons and process tests want processes of their own.
    pool: 'forks',
    // Most of the time goes into waiting for drives and for programs of others, not into computing.
    maxWorkers: 4,
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
