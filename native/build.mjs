// Builds both addons without a network: node-gyp would download headers that most installations of Node
// already have beside their executable.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const gyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
const prefix = dirname(dirname(process.execPath));
const hasHeaders = existsSync(join(prefix, 'include/node/node_api.h'));
const nodedir = process.env.npm_config_nodedir ?? (hasHeaders ? prefix : undefined);

const { status, error } = spawnSync(
  process.execPath,
  [gyp, 'rebuild', '--silent', ...(nodedir === undefined ? [] : [`--nodedir=${nodedir}`])],
  { cwd: dirname(fileURLToPath(import.meta.url)), stdio: 'inherit' },
);
if (error) throw error;
process.exitCode = status ?? 1;
