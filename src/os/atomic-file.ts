import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { withSpace } from './space.js';
import { systemErrorCode } from './system-error.js';

/** A directory that may be written and not read cannot be synced, nor can those of some file systems. */
const UNSYNCABLE = new Set(['EACCES', 'EINVAL']);

const syncDirectory = (path: string): void => {
  let fd: number | undefined;
  try {
    fd = openSync(dirname(path), 'r');
    fsyncSync(fd);
  } catch (error) {
    if (!UNSYNCABLE.has(systemErrorCode(error) ?? '')) throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
};

/** What becomes of a complete file: it replaces what has its name, or stays away when the name is taken. */
type Publish = (temporary: string, path: string) => boolean;

const replace: Publish = (temporary, path) => {
  renameSync(temporary, path);
  return true;
};

const firstWins: Publish = (temporary, path) => {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
};

/** A file under another name, until it is complete. */
interface Draft {
  readonly fd: number;
  /** Brings it to disk and gives it its name; false where that was taken. */
  publish(publish: Publish): boolean;
  /** After a failure, wherever that was. */
  discard(): void;
}

/** The name is of this call alone: nobody who could write there has put something in its place. */
const begin = (path: string, mode: number): Draft => {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.part`;
  const fd = openSync(temporary, 'wx+', mode);
  let open = true;
  const close = (): void => {
    if (open) closeSync(fd);
    open = false;
  };
  return {
    fd,
    publish: (publish) => {
      withSpace(path, () => {
        fsyncSync(fd);
      });
      close();
      const published = publish(temporary, path);
      syncDirectory(path);
      return published;
    },
    discard: () => {
      close();
      rmSync(temporary, { force: true });
    },
  };
};

/** Files of the program are nobody else's. */
const OWN_FILE = 0o600;

const writeWhole = (path: string, fill: (fd: number) => void, publish: Publish): boolean => {
  const draft = begin(path, OWN_FILE);
  try {
    withSpace(path, () => {
      fill(draft.fd);
    });
    return draft.publish(publish);
  } catch (error) {
    draft.discard();
    throw error;
  }
};

/** Writes a file that is there in full or not at all, after a power cut too; it replaces what had its name. */
export const writeFileAtomically = (path: string, fill: (fd: number) => void): void => {
  writeWhole(path, fill, replace);
};

/** The same, but leaves a file that is there already; false says that there was one. */
export const writeFileOnce = (path: string, fill: (fd: number) => void): boolean =>
  writeWhole(path, fill, firstWins);

/** The same with a text: a reader, and whoever comes after a power cut, sees the old one or the new one. */
export const replaceText = (path: string, text: string): void => {
  writeFileAtomically(path, (fd) => {
    writeFileSync(fd, text);
  });
};

/** The same for a file that takes its time and is the user's: the umask says who may read it. */
export const writeUserFile = async (path: string, fill: (fd: number) => Promise<void>): Promise<void> => {
  const draft = begin(path, 0o666);
  try {
    await fill(draft.fd);
    draft.publish(replace);
  } catch (error) {
    draft.discard();
    throw error;
  }
};
