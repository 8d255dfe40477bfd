/** Everything that keeps a medium from being written, each by its own sense. */
import type { VirtualKind } from './media.js';
import { refusal } from './refusal.js';
import type { VirtualDrive } from './virtual-drive.js';

interface Protection {
  readonly cartridge: boolean;
  readonly persistent: boolean;
  /** By mode page 1Dh, until the drive is switched off. */
  readonly untilPowerDown: boolean;
}

/** Kinds of media on which protection can be recorded. */
export const PROTECTABLE: readonly VirtualKind[] = ['dvd-ram', 'dvd+rw', 'dvd+rw-dl'];

export const protectionOf = (drive: VirtualDrive): Protection => ({
  cartridge: drive.medium !== undefined && drive.tables.protection.tab,
  persistent: drive.medium !== undefined && drive.tables.protection.persistent,
  untilPowerDown: drive.pages.timeoutAndProtect.softwareWriteProtect,
});

export const isProtected = (drive: VirtualDrive): boolean =>
  Object.values(protectionOf(drive)).includes(true);

/** WRITE PROTECTED; LOGICAL UNIT SOFTWARE WRITE PROTECTED; PERSISTENT WRITE PROTECT (SPC-3 annex D). */
const SENSE: readonly (readonly [keyof Protection, string])[] = [
  ['cartridge', '7/27/00'],
  ['persistent', '7/27/04'],
  ['untilPowerDown', '7/27/02'],
];

export const requireUnprotected = (drive: VirtualDrive): void => {
  const protection = protectionOf(drive);
  const found = SENSE.find(([reason]) => protection[reason]);
  if (found) throw refusal(found[1]);
};
