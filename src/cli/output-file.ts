import { accessSync, constants, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { SpindleError } from '../errors.js';
import { systemErrorCode } from '../os/system-error.js';

/** What the kernel says, in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be written by you',
  EPERM: 'may not be written by you',
  EROFS: 'lies on a file system that is read-only',
  ELOOP: 'is a link that leads nowhere',
  ENAMETOOLONG: 'has too long a name',
};

const unwritable = (what: string, cause: unknown): SpindleError => {
  const code = systemErrorCode(cause) ?? 'unknown';
  return new SpindleError('output-unwritable', `${what} ${REASONS[code] ?? `cannot be written: ${code}`}.`, {
    cause,
  });
};

const look = (file: string): Stats | undefined => {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (cause) {
    throw unwritable(file, cause);
  }
};

const requireAccess = (file: string, mode: number, what: string): void => {
  try {
    accessSync(file, mode);
  } catch (cause) {
    throw unwritable(what, cause);
  }
};

const refuseWhatIsThere = (
  file: string,
  found: Stats,
  { replaces }: { readonly replaces: boolean },
): void => {
  if (found.isDirectory()) throw new SpindleError('output-exists', `${file} is a directory.`);
  if (found.isFile() && !replaces) throw new SpindleError('output-exists', `${file} exists.`);
};

/** Of each command that writes a file. */
export const FORCE = ['--force', 'replace the output file where it exists'] as const;

/**
 * Refuses an output that could not be written, before anything is done for it: minutes of reading would be lost. Files
 * are made beside their place, so that the directory counts; devices and pipes are written as they are. `replaces`: a
 * file that is there may be replaced.
 * @throws SpindleError `output-unwritable`, `output-exists`.
 */
export const checkOutput = (
  output: string,
  { replaces = false }: { readonly replaces?: boolean | undefined } = {},
): void => {
  const file = path.resolve(output);
  const found = look(file);
  if (found) refuseWhatIsThere(file, found, { replaces });
  if (found && !found.isFile()) {
    requireAccess(file, constants.W_OK, file);
    return;
  }
  const directory = path.dirname(file);
  const around = look(directory);
  if (around && !around.isDirectory())
    throw new SpindleError('output-unwritable', `${directory} is no directory.`);
  requireAccess(directory, constants.W_OK | constants.X_OK, `The directory ${directory}`);
};
