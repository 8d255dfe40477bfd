import { isSpindleError } from '../errors.js';
import { systemErrorCode } from '../os/system-error.js';
import { EXIT } from './exit-codes.js';

/**
 * Whoever reads what a command says may have had enough, as `head` has: then the command ends as well, without a word, and like a program
 * that SIGPIPE ends, which Node ignores. Not with 0, as many programs in Node do: that says here that all copies are good.
 */
export const endWithReader = (): void => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(EXIT.readerGone);
    });
};

/** The same, of an image that was written to a pipe. */
export const isReaderGone = (error: unknown): boolean =>
  isSpindleError(error) && error.code === 'canceled' && systemErrorCode(error.cause) === 'EPIPE';
