import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Not in node_modules, which the demo records.
  cacheDir: '.cache/vite',
  test: {
    include: ['test/**/*.test.ts'],
    // Native addons and process tests want processes of their own.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
