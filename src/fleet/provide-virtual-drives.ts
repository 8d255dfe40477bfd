import { type Fleet } from './fleet.js';

/** What lies in the first drives, so that each kind of recording can be tried. */
const FIRST_BLANKS = ['dvd+r', 'bd-re', 'cd-r', 'dvd+rw', 'cd-rw'] as const;

/** Virtual drives for a machine without any drive, each with a blank in it, so that the product can be tried. */
export const provideVirtualDrives = async (fleet: Fleet, count: number): Promise<void> => {
  for (let number = 1; number <= count; number += 1) {
    const drive = await fleet.createVirtualDrive({
      name: `virtual-${number}`,
      model: 'bd-writer',
      home: 'worker',
      speed: 'unlimited',
      bufferBytes: 2 * 1024 * 1024,
    });
    await fleet.insert(drive, {
      blank: FIRST_BLANKS[(number - 1) % FIRST_BLANKS.length] ?? 'dvd+r',
      capacity: undefined,
    });
  }
};
