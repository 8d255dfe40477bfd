// npm run faults -- [--write] [--only text]... [--missing] [--sample] [--seed N]: every fault in every phase on
// every medium; --missing: those that the page does not know yet.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { clear, clearLeft, folderOfRun } from './left-behind.mjs';

const { values } = parseArgs({
  options: {
    write: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    missing: { type: 'boolean' },
    sample: { type: 'boolean' },
    seed: { type: 'string' },
  },
});

const folder = folderOfRun();
let signaled = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    signaled = true;
    void clear(folder).finally(() => {
      process.kill(process.pid, signal); // for the second time, which nobody catches
    });
  });

await clearLeft();
mkdirSync(folder, { mode: 0o700 });

const child = spawn('npx', ['vitest', 'run', 'test/faults/faults.test.ts'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    TMPDIR: folder,
    ...(values.sample !== true && { FAULTS_ALL: '1' }),
    ...(values.write === true && { FAULTS_WRITE: '1' }),
    ...(values.missing === true && { FAULTS_MISSING: '1' }),
    ...(values.only !== undefined && { FAULTS_ONLY: values.only.join('\n') }),
    ...(values.seed !== undefined && { FAULTS_SEED: values.seed }),
  },
});
const [status] = await once(child, 'exit');
if (!signaled) await clear(folder);
process.exitCode = status ?? 1;
