import { closeSync, constants, fdatasync, openSync, readFileSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { bootId } from '../../os/boot-id.js';

const syncFile = promisify(fdatasync);

/** How far data and map of a track have come to our disk: `BOOT-ID UNITS`, in a file of its own that is always as long. */
export interface SyncedEnd {
  /** By a start of the machine before this one: what came behind it may be there in part or not at all. */
  readonly ofEarlierBoot: number | undefined;
  keep(units: number): Promise<void>;
  close(): void;
}

const UNITS_DIGITS = 12;

const endOfEarlierBoot = (fd: number): number | undefined => {
  const [boot, units] = readFileSync(fd, 'latin1').split(' ');
  return boot === '' || boot === bootId() || units === undefined ? undefined : Number(units);
};

export const openSyncedEnd = (path: string): SyncedEnd => {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  let kept: number | undefined;
  return {
    ofEarlierBoot: endOfEarlierBoot(fd),
    keep: async (units) => {
      if (units === kept) return;
      writeSync(fd, `${bootId()} ${String(units).padStart(UNITS_DIGITS, '0')}\n`, 0);
      await syncFile(fd);
      kept = units;
    },
    close: () => {
      closeSync(fd);
    },
  };
};
