import type { Logger } from '../log.js';
import type { Fleet } from './fleet.js';

/** What lies in the first drives, so that each kind of recording can be tried. */
const FIRST_BLANKS = ['dvd+r', 'bd-re', 'cd-r', 'dvd+rw', 'cd-rw'] as const;

const provideOne = async (fleet: Fleet, number: number): Promise<void> => {
  const drive = await fleet.createVirtualDrive({
    name: `virtual-${number}`,
    model: 'bd-writer',
    home: 'worker',
    speed: 'unlimited',
    bufferBytes: 2 * 1024 * 1024,
  });
  const blank = FIRST_BLANKS[(number - 1) % FIRST_BLANKS.length] ?? 'dvd+r';
  await fleet.insert(drive, { blank, capacity: undefined }, undefined);
};

/**
 * Virtual drives for a machine without any drive, each with a blank in it, so that the product can be tried. One
 * that cannot be had is no reason for the daemon not to serve.
 */
export const provideVirtualDrives = async (fleet: Fleet, count: number, log: Logger): Promise<void> => {
  for (let number = 1; number <= count; number += 1) {
    try {
      await provideOne(fleet, number);
    } catch (error) {
      log.error({ err: error, number }, 'a virtual drive could not be provided');
    }
  }
};
