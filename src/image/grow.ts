import { fstatSync, fsyncSync, ftruncateSync, readSync } from 'node:fs';

import { SpindleError } from '../errors.js';
import { writeAll } from '../os/write-all.js';
import { BLOCK } from '../iso9660/block.js';
import { SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';
import { emitImage, type EmitOptions } from './emit.js';
import { type Base, readBase } from './import/base.js';
import { listedBase } from './import/base-digests.js';
import { fileBlocks } from './import/file-blocks.js';
import { hasGpt } from './import/partition-checks.js';
import { SECTOR, withPartitionUpTo } from '../partitions/mbr.js';
import { ANCHOR_BLOCK } from '../udf/anchor-places.js';
import { refuseUdfGrowth } from './grown-udf.js';
import { master, type MasterOptions, type Mastered } from './master.js';
import type { TreeRequest } from './master-request.js';
import { descriptorsIn } from './session-descriptors.js';

/** Sessions of overwritable media begin at whole units of 64 KiB, as growisofs and xorriso have them. */
const UNIT_BLOCKS = 32;

/** A session that is ready to be added to the volume that an image file or an overwritable medium holds. */
export interface Growth {
  readonly base: Base;
  readonly mastered: Mastered;
  /** First block of what is added. */
  readonly start: number;
}

/** A GPT has its second copy in the last sector, where it would not be any more. */
const refuseGpt = async (fd: number): Promise<void> => {
  if (await hasGpt(fileBlocks(fd)))
    throw new SpindleError(
      'base-unsuitable',
      'The image is one of a disk, too, by a GPT that would not describe it any more: make the image anew.',
    );
};

/** Lays out what continues the volume at block 0. Nothing is written yet. */
export const prepareGrowth = async (
  fd: number,
  request: Omit<TreeRequest, 'startBlock'>,
  options: Omit<MasterOptions, 'base'>,
): Promise<Growth> => {
  const { size } = fstatSync(fd);
  if (size === 0 || size % BLOCK !== 0)
    throw new SpindleError(
      'image-invalid',
      `It has ${size} bytes, which is no positive multiple of ${BLOCK}.`,
    );
  await refuseGpt(fd);
  const base = await readBase(fileBlocks(fd), { start: 0, listed: listedBase(request) });
  refuseUdfGrowth(base, request);
  const start = Math.ceil(size / BLOCK / UNIT_BLOCKS) * UNIT_BLOCKS;
  return { base, start, mastered: master({ ...request, startBlock: start }, { ...options, base }) };
};

/** Blocks at the beginning of a session that hold all of its descriptors. */
const HEAD_BYTES = 2 * UNIT_BLOCKS * BLOCK;

type WriteOptions = Omit<EmitOptions, 'write' | 'move'>;

/** Writes the session behind the volume; its first bytes. */
const writeSession = async (
  fd: number,
  { start, mastered }: Growth,
  options: WriteOptions,
): Promise<Uint8Array> => {
  const head = new Uint8Array(HEAD_BYTES);
  let position = 0;
  await emitImage(mastered.contents, {
    ...options,
    write: (bytes) => {
      if (position < head.length) head.set(bytes.subarray(0, head.length - position), position);
      writeAll(fd, bytes, start * BLOCK + position);
      position += bytes.length;
    },
  });
  fsyncSync(fd);
  return head;
};

/** Of an image that is one of a disk, too, by an MBR, the partition that the volume is in ends where the volume does. */
const lengthenPartition = (fd: number): void => {
  const first = new Uint8Array(SECTOR);
  readSync(fd, first, 0, SECTOR, 0);
  const sectors = fstatSync(fd).size / SECTOR;
  const changed = withPartitionUpTo(first, (SYSTEM_AREA_BLOCKS * BLOCK) / SECTOR, sectors);
  if (!changed) return;
  writeAll(fd, changed, 0);
  fsyncSync(fd);
};

/** From here on readers see what is new: those of ISO 9660 by the first of these writes, those of UDF by the last, as on a medium. */
const leadToSession = (fd: number, { mastered }: Growth, head: Uint8Array): void => {
  const { anchorIn } = mastered.contents;
  lengthenPartition(fd); // first of all: what readers see must never lie behind it
  writeAll(fd, descriptorsIn(head), SYSTEM_AREA_BLOCKS * BLOCK);
  fsyncSync(fd);
  if (!anchorIn) return;
  writeAll(fd, anchorIn(ANCHOR_BLOCK), ANCHOR_BLOCK * BLOCK);
  fsyncSync(fd);
};

const halfGrown = ({ mastered, start }: Growth, cause: unknown): SpindleError => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const shown = mastered.contents.anchorIn
    ? 'Its ISO 9660 may show what is new by now, and its UDF what was there: do not rely on either'
    : 'Its descriptors may be those of before, or be damaged';
  return new SpindleError(
    'volume-half-grown',
    `${reason}. The session at block ${start} is there in full. ${shown}.`,
    {
      cause,
    },
  );
};

/**
 * Writes the session behind the volume, and only when all of it is on disk, its descriptors and anchor over those of the volume: until
 * then every reader sees the volume as it was, and the file is cut to it where something fails. What fails later leaves what is new,
 * since some readers see it.
 */
export const writeGrowth = async (fd: number, growth: Growth, options: WriteOptions): Promise<void> => {
  const { size } = fstatSync(fd);
  let head;
  try {
    head = await writeSession(fd, growth, options);
  } catch (error) {
    ftruncateSync(fd, size);
    throw error;
  }
  try {
    leadToSession(fd, growth, head);
  } catch (error) {
    throw halfGrown(growth, error);
  }
};
