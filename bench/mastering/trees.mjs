import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;

/** Numbers that look random and are the same in every run. */
const numbers = (seed) => {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
};

/**
 * 100,000 files of 0 to 16 KiB in a thousand directories.
 *
 * @param {string} folder
 */
export const makeSmallFiles = (folder) => {
  const next = numbers(1);
  const content = Buffer.alloc(16 * 1024 + 1, 'Spindle bench ');
  for (let directory = 0; directory < 1000; directory++) {
    const parent = path.join(folder, `directory ${directory % 40}`, `part ${directory}`);
    mkdirSync(parent, { recursive: true });
    for (let file = 0; file < 100; file++)
      writeFileSync(
        path.join(parent, `file number ${file}.data`),
        content.subarray(0, Math.floor(next() * content.length)),
      );
  }
};

/** Files and directories of `makeEmptyFiles`, its root left out. */
export const EMPTY_ENTRIES = 1_000_000;

/**
 * A million entries that are names and nothing else: empty files in a thousand directories, which lie in
 * 40 others.
 *
 * @param {string} folder
 */
export const makeEmptyFiles = (folder) => {
  let left = EMPTY_ENTRIES - 1040;
  for (let directory = 0; directory < 1000; directory++) {
    const parent = path.join(folder, `directory ${directory % 40}`, `part ${directory}`);
    mkdirSync(parent, { recursive: true });
    const files = Math.ceil(left / (1000 - directory));
    for (let file = 0; file < files; file++) writeFileSync(path.join(parent, `file number ${file}.data`), '');
    left -= files;
  }
};

/**
 * Four files of 1 GiB, all of it on the disk.
 *
 * @param {string} folder
 */
export const makeLargeFiles = (folder) => {
  mkdirSync(folder, { recursive: true });
  const next = numbers(2);
  const block = Buffer.from(Uint8Array.from({ length: MEBIBYTE }, () => next() * 256));
  for (let file = 0; file < 4; file++) {
    const fd = openSync(path.join(folder, `large ${file}.bin`), 'w');
    for (let at = 0; at < GIBIBYTE; at += block.length) writeSync(fd, block);
    closeSync(fd);
  }
};

/**
 * Sparse files of 1 GiB.
 *
 * @param {string} folder
 * @param {number} gibibytes
 */
export const makeSparseFiles = (folder, gibibytes) => {
  mkdirSync(folder, { recursive: true });
  for (let file = 0; file < gibibytes; file++) {
    const fd = openSync(path.join(folder, `sparse ${file}.bin`), 'w');
    ftruncateSync(fd, GIBIBYTE);
    closeSync(fd);
  }
};
