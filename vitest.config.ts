import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { SEED } from './test/support/sample.js';

/** The worker as it is in front of a real drive. */
const EVERY_DAY = 'test/interop/worker-sg.test.ts';

/** What starts daemons and programs of others is most of the time of all tests; the burn engine alone is quick, and cells of docs/matrix.md have turns of their own. */
const SLOW = ['test/integration', 'test/interop']
  .flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`))
  .filter((file) => /(?<!\/burn-.*)\.test\.ts$/.test(file) && file !== EVERY_DAY)
  .filter((file) => !readFileSync(file, 'utf8').includes('/matrix-cell.js'));

/** SPINDLE_TURNS=5, as in CI: each of the slow files comes every fifth day. Without, all of them come. */
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
