import type { Logger as PinoLogger } from 'pino';

/** Structured log of one process; every entry names the drive, job, copy or attempt that it is about. */
export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & {
  child(bindings: Record<string, unknown>): Logger;
};
