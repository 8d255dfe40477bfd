// npm run faults -- [--write] [--only text] [--sample] [--seed N]: every fault in every phase on every medium.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    write: { type: 'boolean' },
    only: { type: 'string' },
    sample: { type: 'boolean' },
    seed: { type: 'string' },
  },
});

const { status } = spawnSync('npx', ['vitest', 'run', 'test/faults'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...(values.sample !== true && { FAULTS_ALL: '1' }),
    ...(values.write === true && { FAULTS_WRITE: '1' }),
    ...(values.only !== undefined && { FAULTS_ONLY: values.only }),
    ...(values.seed !== undefined && { FAULTS_SEED: values.seed }),
  },
});
process.exitCode = status ?? 1;
