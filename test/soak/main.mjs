/**
 * Random jobs, cancels, faults, restarts, crashes, leases, clients and medium changes on virtual drives, for so many minutes;
 * after each act what must hold is checked against a model that shares no code with the queue and the fleet. About once
 * a minute everything comes to rest: all jobs must end, every drive must make a good disc, and when all is deleted
 * nothing may be left.
 *
 *   npm run soak -- --minutes 10 [--seed 1] [--drives 8] [--json FILE]
 *
 * A seed fixes what is chosen, not how fast things go. Exits with 1 where an invariant is violated; the folder of the
 * run is kept then.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createDaemon } from './daemon.mjs';
import { soak } from './soak.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    drives: { type: 'string', default: '8' },
    json: { type: 'string' },
  },
});
const options = {
  minutes: Number(values.minutes),
  seed: Number(values.seed),
  driveCount: Number(values.drives),
};
if (
  !(options.minutes > 0) ||
  !(options.driveCount >= 1 && options.driveCount <= 16) ||
  !Number.isInteger(options.seed)
)
  throw new RangeError('--minutes is more than 0, --drives 1 to 16, --seed a whole number');

// Sockets lie in it, whose paths must be short.
const folder = mkdtempSync(path.join(tmpdir(), 'soak-'));
// Whoever ends the run ends what it has started; nothing else of it ends by itself.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(
    signal,
    () =>
      void createDaemon(folder)
        .destroy()
        .finally(() => process.exit(130)),
  );
const summary = await soak({ folder, ...options });
writeFileSync(values.json ?? path.join(folder, 'summary.json'), `${JSON.stringify(summary, undefined, 1)}\n`);
if (summary.violations.length === 0) rmSync(folder, { recursive: true, force: true });
else console.log(`The folder of the run is kept: ${folder}`);
process.exit(summary.violations.length === 0 ? 0 : 1);
