import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

const CHUNK = 1024 * 1024;
const FILE_BYTES = 64 * CHUNK;

/**
 * Files of random bytes, `bytes` in all, in the new directory `folder`.
 * @param {string} folder
 * @param {number} bytes
 */
export const makeSource = (folder, bytes) => {
  mkdirSync(folder);
  const chunk = new Uint8Array(CHUNK);
  for (let number = 0; number * FILE_BYTES < bytes; number += 1) {
    const file = openSync(path.join(folder, `part-${String(number).padStart(3, '0')}.bin`), 'wx');
    const size = Math.min(FILE_BYTES, bytes - number * FILE_BYTES);
    for (let at = 0; at < size; at += CHUNK)
      writeSync(file, randomFillSync(chunk), 0, Math.min(CHUNK, size - at));
    closeSync(file);
  }
};
