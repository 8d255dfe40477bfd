import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { askHand } from '../../dist/worker/hand.js';
import { watchMachine } from './machine-load.mjs';
import { DEVICE, serveDrive } from './served-drive.mjs';

const OURS = fileURLToPath(new URL('./ours.mjs', import.meta.url));
/** As workers run: `fleet/spawn-drive-process.ts`. */
export const OUR_COMMAND = [process.execPath, '--no-opt', '--max-semi-space-size=1', OURS, DEVICE];

/**
 * @typedef {object} Setup
 * @property {string} scratch
 * @property {string} library of the shim
 * @property {string} image
 * @property {string} blank
 * @property {'unlimited' | 'realtime'} speed of the drives
 * @property {string} asked `max`, or a factor such as `12x`
 */

/** @typedef {{ readonly wall: number, readonly cpu: number, readonly underruns: number, readonly load: import('./machine-load.mjs').Load }} Run */

/** One drive more, and what our engine spent on it. @param {Setup} setup @param {number} number */
const provide = async ({ scratch, library, image, blank, speed, asked }, number) => {
  const folder = path.join(scratch, `drive-${number}`);
  const drive = await serveDrive(folder, blank, speed);
  const report = path.join(scratch, `time-${number}`);
  const variables = [`LD_PRELOAD=${library}`, `SGSHIM_SOCK=${drive.socket}`, `SGSHIM_DEV=${DEVICE}`];
  return {
    burn: async () => {
      const argv = ['-f', '%U %S', '-o', report, 'env', ...variables, ...OUR_COMMAND, image, asked];
      const child = spawn('/usr/bin/time', argv, { stdio: ['ignore', 'ignore', 'inherit'] });
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`drive ${number} did not record`);
      const [user = 0, system = 0] = readFileSync(report, 'utf8').trim().split(' ').map(Number);
      return user + system;
    },
    underruns: async () => (await askHand(drive.socket)).underruns,
    end: async () => {
      await drive.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** So many drives record the image at the same time. @param {Setup} setup @param {number} count @returns {Promise<Run>} */
export const recordOn = async (setup, count) => {
  const drives = [];
  try {
    for (let number = 0; number < count; number++) drives.push(await provide(setup, number));
    const loadSince = watchMachine();
    const began = performance.now();
    const spent = await Promise.all(drives.map(({ burn }) => burn()));
    const wall = (performance.now() - began) / 1000;
    const load = loadSince();
    const underruns = await Promise.all(drives.map((drive) => drive.underruns()));
    const sum = (/** @type {readonly number[]} */ values) =>
      values.reduce((total, value) => total + value, 0);
    return { wall, cpu: sum(spent), underruns: sum(underruns), load };
  } finally {
    await Promise.all(drives.map(({ end }) => end()));
  }
};
