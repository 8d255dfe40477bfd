import { lstatSync, mkdirSync } from 'node:fs';
import { SpindleError } from '../errors.js';

/**
 * Makes a directory, or checks that the one that is there is ours and that nobody else can put anything into it:
 * whoever could might pose as the daemon, as a worker or as a drive.
 * @throws SpindleError `configuration-invalid`.
 */
export const prepareOwnDirectory = (directory: string, mode: 0o700 | 0o755): void => {
  mkdirSync(directory, { recursive: true, mode });
  const found = lstatSync(directory);
  const forbidden = mode === 0o700 ? 0o077 : 0o022;
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & forbidden) === 0) return;
  throw new SpindleError(
    'configuration-invalid',
    `${directory} must be a directory of the service's user with mode 0${mode.toString(8)}.`,
  );
};
