/** The program that benches measure beside those of others: one that does not record measures nothing. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { OUR_COMMAND } from '../../bench/burn/many-drives.mjs';
import { DEVICE, buildShim, serveDrive } from '../../bench/burn/served-drive.mjs';
import { hasCompiler } from '../support/compiled.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it.skipIf(!hasCompiler())(
  'what the benches call Spindle records a disc [gcc]',
  async () => {
    const folder = temporaryFolder();
    const [image, recorded] = [join(folder, 'image.iso'), join(folder, 'recorded.iso')];
    const content = randomBytes(1 << 20);
    writeFileSync(image, content);
    const drive = await serveDrive(folder, 'dvd+r');
    const [program, ...argv] = [...OUR_COMMAND, image];
    const shim = { LD_PRELOAD: buildShim(folder), SGSHIM_SOCK: drive.socket, SGSHIM_DEV: DEVICE };
    await promisify(execFile)(program, argv, { env: { ...process.env, ...shim } });
    await drive.end(recorded);
    expect(readFileSync(recorded).subarray(0, content.length).equals(content)).toBe(true);
  },
  180_000,
);
