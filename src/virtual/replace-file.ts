import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const syncPath = (path: string): void => {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** Replaces a file so that a reader, and whoever comes after a loss of power, sees the old text or the new one. */
export const replaceFile = (path: string, text: string): void => {
  const temporary = `${path}.new`;
  writeFileSync(temporary, text, { mode: 0o600 });
  syncPath(temporary);
  renameSync(temporary, path);
  syncPath(dirname(path));
};
