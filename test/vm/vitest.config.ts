import { defineConfig } from 'vitest/config';
import { patient } from '../support/patient.js';

/** Run in the guest of test/rig, which has drives of its own; `npm run test:vm`. */
export default defineConfig({
  cacheDir: '/mnt/w/vite',
  test: {
    include: ['test/vm/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false, // one kernel, one /dev/sr0
    testTimeout: patient(90_000),
    hookTimeout: patient(90_000),
  },
});
