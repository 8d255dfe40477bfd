import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import { serveSocket } from '../../src/transport/serve-socket.js';
import type { Command } from '../../src/transport/transport.js';
import { type ExportSelection, exportImage } from '../../src/virtual/medium/export-image.js';
import type { VirtualTarget } from '../../src/virtual/virtual-target.js';
import { hex } from '../support/hex.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type VirtualDriveChoice, aVirtualDrive } from '../support/virtual-drive.js';
import { SHIM_DEVICE, shimEnvironment } from './shim/shim.js';
import { hasCompiler } from '../support/compiled.js';

const TIMEOUT_MS = 150_000;

/** Whether a program can be run under the shim here. */
export const canRun = (program: string): boolean =>
  hasCompiler() && spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

export interface Ran {
  readonly status: number;
  /** Standard output and standard error. */
  readonly output: string;
}

/** A virtual drive that other people's programs see as SHIM_DEVICE. */
export interface BurnBench {
  readonly drive: VirtualTarget;
  readonly folder: string;
  readonly mediumFolder: string;
  /** Runs a program with its arguments in the bench's folder. */
  readonly run: (program: string, ...argv: readonly string[]) => Promise<Ran>;
  /** The same before anybody has heard what the drive is to tell of its medium. */
  readonly runAtOnce: (program: string, ...argv: readonly string[]) => Promise<Ran>;
  /** What the medium holds as an image. */
  readonly recorded: (selection?: ExportSelection) => Promise<Buffer>;
  /** A file of so many random blocks in the bench's folder; its bytes. */
  readonly randomFile: (name: string, blocks: number, blockBytes?: number) => Buffer;
  /** Hex CDBs and their endings, in order. */
  readonly log: readonly string[];
}

/** Runs a program that sees what is served on the socket as SHIM_DEVICE. */
export const runProgram = (
  folder: string,
  socket: string,
  program: string,
  argv: readonly string[],
): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(
      program,
      [...argv],
      { cwd: folder, env: shimEnvironment(socket), timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ status, output: `${stdout}\n${stderr}` });
      },
    );
    child.stdin?.end();
  });

const TEST_UNIT_READY: Command = {
  name: 'TEST UNIT READY',
  cdb: new Uint8Array(6),
  direction: 'none',
  timeoutMs: TIMEOUT_MS,
};
const MOST_TRIES = 20;

/** What the kernel does when a program opens the drive: unit attentions and a loading medium are its matter. */
const openAsKernel = async (drive: VirtualTarget): Promise<void> => {
  for (let tries = 0; tries < MOST_TRIES; tries++)
    if ((await drive.execute(TEST_UNIT_READY)).status === 'good') return;
};

export const burnBench = async (choice: VirtualDriveChoice): Promise<BurnBench> => {
  const folder = join(temporaryFolder(), 'bench');
  mkdirSync(folder);
  const { drive, mediumFolder } = aVirtualDrive(choice);
  const socket = join(folder, 's');
  const log: string[] = [];
  const execute = async (command: Command) => {
    const answer = await drive.execute(command);
    const end = answer.status === 'check-condition' ? hex(answer.sense.subarray(2, 14)) : answer.status;
    log.push(`${hex(command.cdb)}: ${end}`);
    return answer;
  };
  const server = await serveSocket(socket, { execute });
  onTestFinished(() => server.close());
  let exports = 0;
  return {
    drive,
    folder,
    mediumFolder,
    log,
    run: async (program, ...argv) => {
      await openAsKernel(drive);
      return runProgram(folder, socket, program, argv);
    },
    runAtOnce: (program, ...argv) => runProgram(folder, socket, program, argv),
    recorded: async (selection) => {
      exports += 1;
      const file = join(folder, `export-${exports}`);
      await exportImage(mediumFolder, file, selection);
      return readFileSync(file);
    },
    randomFile: (name, blocks, blockBytes = 2048) => {
      const bytes = randomBytes(blocks * blockBytes);
      writeFileSync(join(folder, name), bytes);
      return bytes;
    },
  };
};

export const DEVICE = SHIM_DEVICE;
