import type { EventEmitter } from 'node:events';
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DestinationStream, pino } from 'pino';
import type { Logger } from '../log.js';

/** One older file of this size is kept beside the present one. */
const ROTATE_BYTES = 4 << 20;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

export interface LogFile {
  readonly log: Logger;
  /** For the last lines before the process ends: they are in the file at once. */
  readonly last: Logger;
  /** Writes out what is buffered. What is being written at this moment may still be lost with the process. */
  readonly flush: () => void;
}

/** Whether it could be opened: a worker does its work without a log, too. */
const opened = (file: DestinationStream & EventEmitter): Promise<boolean> =>
  new Promise((resolve) => {
    file.once('ready', () => {
      resolve(true);
    });
    file.once('error', () => {
      resolve(false);
    });
  });

/** A log of bounded size. Lines are written behind the back of the thread that feeds the drive. */
export const openLogFile = async (
  path: string,
  level: string,
  rotateBytes = ROTATE_BYTES,
): Promise<LogFile> => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = pino.destination({ dest: path, sync: false, append: true, mode: 0o600 });
  file.on('error', () => undefined); // a full disk must not stop a burn
  if (!(await opened(file))) {
    file.destroy();
    const silent = pino({ enabled: false });
    return { log: silent, last: silent, flush: () => undefined };
  }
  let written = sizeOf(path);

  const rotate = (): void => {
    written = 0;
    try {
      renameSync(path, `${path}.1`);
      file.reopen();
    } catch {
      // The folder is gone or not ours any more: go on with the file that is open.
    }
  };

  return {
    log: pino(
      { level },
      {
        write: (line: string) => {
          if (written > rotateBytes) rotate();
          written += line.length;
          file.write(line);
        },
      },
    ),
    last: pino(
      { level },
      {
        write: (line: string) => {
          try {
            appendFileSync(path, line);
          } catch {
            // The disk is full, or the folder is gone.
          }
        },
      },
    ),
    flush: () => {
      try {
        file.flushSync();
      } catch {
        // The disk is full: nothing more can be done.
      }
    },
  };
};
