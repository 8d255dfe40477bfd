import { type ErrorCode, SpindleError } from '../errors.js';
import { systemErrorCode } from './system-error.js';

/** What a refusal of the kernel means for a source. Whatever is not listed makes it unreadable. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  EXDEV: 'source-outside-root', // `..` or an absolute path, openat2(2)
  ELOOP: 'source-outside-root', // a link on the way: it is not followed, wherever it leads
  ENOENT: 'source-missing',
  ENOTDIR: 'source-missing',
  EINVAL: 'source-missing', // a name with a NUL, which no file can have
  ENAMETOOLONG: 'source-missing',
  ENXIO: 'source-unsupported', // a FIFO or a socket
  ENODEV: 'source-unsupported',
};

/** A failed system call on a source, as a failure that names the source. */
export const sourceError = (error: unknown, path: string): SpindleError => {
  const system = systemErrorCode(error);
  const reason = error instanceof Error ? error.message : String(error);
  return new SpindleError(CODES[system ?? ''] ?? 'source-unreadable', `${path || '.'}: ${reason}`, {
    cause: error,
  });
};
