import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { pass } from '../named-point.js';
import { withSpace, withSpaceAsync } from './space.js';
import { systemErrorCode } from './system-error.js';
import { writeAll } from './write-all.js';

/** A directory that may be written and not read cannot be synced, nor can those of some file systems. */
const UNSYNCABLE = new Set(['EACCES', 'EINVAL']);

/** Brings the name of a file or directory to disk; until then a loss of power may take it away with all that is in it. */
export const syncName = (path: string): void => {
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

/** The same for a thread that has others to serve meanwhile. */
export const syncNameAsync = async (path: string): Promise<void> => {
  let handle: FileHandle | undefined;
  try {
    handle = await open(dirname(path), 'r');
    await handle.sync();
  } catch (error) {
    if (!UNSYNCABLE.has(systemErrorCode(error) ?? '')) throw error;
  } finally {
    await handle?.close();
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

/** The name is of one call alone: nobody who could write there has put something in its place. */
const temporaryOf = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.part`;

const begin = (path: string, mode: number): Draft => {
  const temporary = temporaryOf(path);
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
      pass('before', { at: 'file', path });
      const published = publish(temporary, path);
      syncName(path);
      pass('after', { at: 'file', path });
      return published;
    },
    discard: () => {
      close();
      rmSync(temporary, { force: true });
    },
  };
};

const DRAFT = /\.[0-9a-f]{12}\.part$/;

/** Removes what writers of this file left that were killed. Only for who knows that nobody writes it now. */
export const removeDrafts = (path: string): void => {
  for (const name of readdirSync(dirname(path)))
    if (DRAFT.test(name) && name.replace(DRAFT, '') === basename(path))
      rmSync(join(dirname(path), name), { force: true });
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

/** The same with a text: a reader, and whoever comes after a power cut, sees the old one or the new one. */
export const replaceText = (path: string, text: string): void => {
  writeFileAtomically(path, (fd) => {
    writeFileSync(fd, text);
  });
};

/** The same for a thread that has others to serve meanwhile. */
export const replaceTextAsync = async (path: string, text: string): Promise<void> => {
  const temporary = temporaryOf(path);
  const handle = await withSpaceAsync(path, () => open(temporary, 'wx', OWN_FILE));
  try {
    await withSpaceAsync(path, async () => {
      await handle.writeFile(text);
      await handle.sync();
    });
    pass('before', { at: 'file', path });
    await rename(temporary, path);
    await syncNameAsync(path);
    pass('after', { at: 'file', path });
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
};

/** Room for a file that is written later, on a disk that may be full by then. */
export interface ReservedFile {
  /** Writes as many bytes as there is room for; leaves a file that is there already, and says false. */
  write(content: Uint8Array): boolean;
  /** Gives the room back, if it was not used. */
  discard(): void;
}

/** Takes the room of a file beforehand. */
export const reserveFile = (path: string, bytes: number): ReservedFile => {
  const draft = withSpace(path, () => begin(path, OWN_FILE));
  const orDiscard = <T>(act: () => T): T => {
    try {
      return withSpace(path, act);
    } catch (error) {
      draft.discard();
      throw error;
    }
  };
  orDiscard(() => {
    writeAll(draft.fd, new Uint8Array(bytes), 0);
    fsyncSync(draft.fd);
  });
  return {
    write: (content) =>
      orDiscard(() => {
        writeAll(draft.fd, content, 0);
        return draft.publish(firstWins);
      }),
    discard: () => {
      draft.discard();
    },
  };
};

/** The same as the first for a file that takes its time and is the user's: the umask says who may read it. */
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
