/** Our virtual drives as sg3-utils are shown them. */
import { expect } from 'vitest';
import { openDrive } from '../../src/drive/drive-session.js';
import { REAL_TIMING } from '../../src/drive/timing.js';
import type { BlankName } from '../../src/virtual/media.js';
import type { ModelName } from '../../src/virtual/models.js';
import { unhex } from '../support/hex.js';
import {
  FORMAT_UNIT,
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  writeBlocks,
  writeParameters,
} from '../support/raw-command.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';

export const able = canRun('sg_get_config');

const recordTrack = async ({ drive }: BurnBench): Promise<void> => {
  // A bridge carries no more at once.
  for (const at of [0, 16]) await writeBlocks(drive, at, numberedBlocks(16));
  await endOf(drive, SYNCHRONIZE_CACHE);
  await endOf(drive, closeCommand(1, 1));
  await endOf(drive, closeCommand(2));
};

/** A session of 32 blocks, or a format; and how many blocks can be read then. */
const RECORDED: Partial<Record<BlankName, readonly [(bench: BurnBench) => Promise<void>, number]>> = {
  // Track at once: 300 sectors at least, and two of run-out (libburn).
  'cd-r': [
    async (bench) => {
      await endOf(bench.drive, MODE_SELECT, writeParameters(0x41, 0x04, 0x08));
      await recordTrack(bench);
    },
    302,
  ],
  'dvd-rw': [
    async (bench) => {
      await endOf(bench.drive, MODE_SELECT, writeParameters(0x40, 0xc5, 0x08));
      await recordTrack(bench);
    },
    32,
  ],
  'dvd+r-dl': [recordTrack, 32],
  'bd-r': [recordTrack, 32],
  // Without spare areas, as large as it is: BA7400h blocks.
  'bd-re': [
    async ({ drive }) => {
      await endOf(drive, FORMAT_UNIT, unhex('00 02 00 08 00 ba 74 00 c4 00 08 00'));
    },
    0xba7400,
  ],
};

/** What DVD-RAM has of 4.7 GB, formatted as it is sold (ECMA-330). */
const DVD_RAM_BLOCKS = 2_236_704;

export interface Case {
  readonly model: ModelName;
  /** Nothing lies in the drive otherwise. */
  readonly medium?: BlankName;
  readonly recorded?: true;
}

/** Our models, and media of every kind of recording. */
export const CASES: readonly Case[] = [
  { model: 'cd-writer' },
  { model: 'cd-writer', medium: 'cd-r' },
  { model: 'cd-writer', medium: 'cd-r', recorded: true },
  { model: 'dvd-writer', medium: 'dvd-rw' },
  { model: 'dvd-writer', medium: 'dvd-rw', recorded: true },
  { model: 'dvd-writer', medium: 'dvd+r-dl', recorded: true },
  { model: 'bd-writer', medium: 'dvd-ram' },
  { model: 'bd-writer', medium: 'bd-r' },
  { model: 'bd-writer', medium: 'bd-r', recorded: true },
  { model: 'lying-writer', medium: 'bd-re', recorded: true },
  { model: 'lying-writer', medium: 'dvd+r-dl' },
  { model: 'usb-bridge', medium: 'dvd-ram' },
  { model: 'usb-bridge', medium: 'cd-r', recorded: true },
];

export const named = ({ model, medium, recorded }: Case): string =>
  `${model}, ${medium === undefined ? 'empty' : `${recorded ? 'recorded' : 'blank'} ${medium}`}`;

export const benchOf = async ({ model, medium, recorded }: Case): Promise<BurnBench> => {
  const bench = await burnBench({ blank: medium ?? 'cd-r', model });
  if (medium === undefined) await bench.drive.removeMedium();
  // Past what the drive is to tell of its medium.
  await bench.run('sg_turs', DEVICE);
  if (medium !== undefined && recorded) await RECORDED[medium]?.[0](bench);
  return bench;
};

/** Blocks that can be read of what lies in the drive. */
export const readableOf = ({ medium, recorded }: Case): number =>
  medium === 'dvd-ram' ? DVD_RAM_BLOCKS : ((recorded && medium && RECORDED[medium]?.[1]) ?? 0);

export const sessionOf = ({ drive }: BurnBench) => openDrive({ transport: drive, timing: REAL_TIMING });

export const succeed = async (bench: BurnBench, program: string, ...argv: string[]): Promise<string> => {
  const { status, output } = await bench.run(program, ...argv, DEVICE);
  expect(status, `${program} ${argv.join(' ')}\n${output}`).toBe(0);
  return output;
};

/** What sg3-utils end with, by their manual: sense keys 2, 5 and 6, and 9 for an opcode that is not known. */
export const NOT_READY = 2;
export const ILLEGAL_REQUEST = 5;
export const UNIT_ATTENTION = 6;
export const INVALID_OPCODE = 9;
