import { defineConfig } from 'vitest/config';

/** Run in the guest of test/rig, which has drives of its own; `npm run test:vm`. */
export default defineConfig({
  cacheDir: '/mnt/w/vite',
  test: {
    include: ['test/vm/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false, // one kernel, one /dev/sr0
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
