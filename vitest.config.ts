import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { SEED } from './test/support/sample.js';

/** Of what starts daemons, which is most of the time of all tests. None of them has cells of docs/matrix.md. */
const SLOW = readdirSync('test/integration')
  .filter((file) => /^(daemon|cli|draft|api|drive|verify|worker|write)-.*\.test\.ts$/.test(file))
  .map((file) => `test/integration/${file}`);

/** SPINDLE_TURNS=5, as CI has it: each of the slow files comes every fifth day. Without, all of them come. */
const TURNS = Number(process.env['SPINDLE_TURNS'] ?? 1);
const notToday = SLOW.filter((_, index) => (index + SEED) % TURNS !== 0);

export default defineConfig({
  // Not in node_modules, which the demo records.
  cacheDir: '.cache/vite',
  test: {
    include: ['test/**/*.test.ts'],
    // For the guest of test/rig; `npm run test:vm`.
    exclude: ['test/vm/**', ...notToday],
    // Native addons and process tests want processes of their own. Files share them, one after the other: to import everything
    // anew for each file takes as long as the tests do.
    pool: 'forks',
    isolate: false,
    // Most of the time goes into waiting for drives and for programs of others, not into computing.
    maxWorkers: 4,
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
