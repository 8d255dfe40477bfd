import { type ErrorCode, SpindleError } from '../errors.js';
import { systemErrorCode } from './system-error.js';

/** What a refusal of the kernel means for a source. Whatever is not listed makes it unreadable. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  EXDEV: 'source-outside-root', // `..` or an absolute path, openat2(2)
  ENOENT: 'source-missing',
  ENOTDIR: 'source-missing',
  EINVAL: 'source-missing', // a name with a NUL, which no file can have
  ENAMETOOLONG: 'source-missing',
  ENXIO: 'source-unsupported', // a FIFO or a socket
  ENODEV: 'source-unsupported',
  ELOOP: 'source-unsupported', // a link, openat2(2)
};

/** What the system's own words would not tell. */
const REASONS: Readonly<Record<string, string>> = {
  ELOOP: 'is a symbolic link or lies behind one, and links are not followed, wherever they lead.',
  EAGAIN: 'is leased by another program, which does not give the lease back.', // O_NONBLOCK, open(2)
};

/** A failed system call on a source, as a failure that names the source. */
export const sourceError = (error: unknown, path: string): SpindleError => {
  const system = systemErrorCode(error) ?? '';
  const message = error instanceof Error ? error.message : String(error);
  const reason = REASONS[system];
  const detail = reason === undefined ? `${path || '.'}: ${message}` : `${path || '.'} ${reason}`;
  return new SpindleError(CODES[system] ?? 'source-unreadable', detail, { cause: error });
};
