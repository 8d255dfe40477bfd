import type { Opcode } from './opcodes.js';

/** How much a command may do, weakest first: ask; alter a medium or what a drive is set to; nobody knows. */
export const COMMAND_CLASSES = ['read', 'write', 'vendor'] as const;
export type CommandClass = (typeof COMMAND_CLASSES)[number];

/** What a command leaves: a medium that is to be read again, or a recording that goes on, which nobody should get into. */
export type MediumTrace = 'medium' | 'recording';

type Direction = Opcode['direction'];

interface ClassRow {
  readonly class: CommandClass;
  readonly directions: readonly Direction[];
  /** Absent where it only asks. */
  readonly leaves?: MediumTrace;
}

/** A command that no client may send, and why. */
interface Forbidden {
  readonly reason: string;
}

const asks = (...directions: Direction[]): ClassRow => ({ class: 'read', directions });
const alters = (...directions: Direction[]): ClassRow => ({ class: 'write', directions, leaves: 'medium' });
const records = (...directions: Direction[]): ClassRow => ({
  class: 'write',
  directions,
  leaves: 'recording',
});
const never = (reason: string): Forbidden => ({ reason });

const FIRMWARE = 'it replaces the firmware of the drive, or reaches behind it';
const RESERVATION = 'reservations would keep the daemon from its own drive: take a lease';
const TRAY_LOCK = 'it fights with the daemon over the tray: use the actions lock and unlock of the drive';

/**
 * By opcode and direction, as the kernel's filter for SG_IO has optical drives (scsi_cmd_allowed in drivers/scsi/scsi_ioctl.c), but for what ejects
 * and what sets the drive, which is more than asking. One opcode may mean two commands: A3h is SEND KEY to a drive and MAINTENANCE IN from it.
 */
const CLASSES: Readonly<Record<number, ClassRow | Forbidden>> = {
  0x00: asks('none'),
  0x01: asks('none'),
  0x03: asks('from-drive'),
  0x04: alters('none', 'to-drive'),
  0x0a: records('to-drive'),
  0x12: asks('from-drive'),
  0x15: alters('none', 'to-drive'),
  0x16: never(RESERVATION),
  0x17: never(RESERVATION),
  0x19: alters('none'),
  0x1a: asks('from-drive'),
  0x1b: alters('none'),
  0x1c: asks('from-drive'),
  0x1d: never(FIRMWARE),
  0x1e: never(TRAY_LOCK),
  0x23: asks('from-drive'),
  0x25: asks('from-drive'),
  0x28: asks('from-drive'),
  0x2a: records('to-drive'),
  0x2b: asks('none'),
  0x2e: records('to-drive'),
  0x2f: asks('none'),
  0x35: alters('none'),
  0x37: asks('from-drive'),
  0x3b: never(FIRMWARE),
  0x3c: asks('from-drive'),
  0x3e: asks('from-drive'),
  0x3f: records('to-drive'),
  0x42: asks('from-drive'),
  0x43: asks('from-drive'),
  0x44: asks('from-drive'),
  0x45: asks('none'),
  0x46: asks('from-drive'),
  0x47: asks('none'),
  0x48: asks('none'),
  0x4a: asks('from-drive'),
  0x4b: asks('none'),
  0x4c: alters('none', 'to-drive'),
  0x4d: asks('from-drive'),
  0x4e: asks('none'),
  0x51: asks('from-drive'),
  0x52: asks('from-drive'),
  0x53: records('none'),
  0x54: alters('none', 'to-drive'),
  0x55: alters('none', 'to-drive'),
  0x56: never(RESERVATION),
  0x57: never(RESERVATION),
  0x58: alters('none'),
  0x5a: asks('from-drive'),
  0x5b: alters('none'),
  0x5c: asks('from-drive'),
  0x5d: records('to-drive'),
  0x5e: never(RESERVATION),
  0x5f: never(RESERVATION),
  0x85: never(FIRMWARE),
  0x88: asks('from-drive'),
  0x8a: records('to-drive'),
  0x8f: asks('none'),
  0x9e: asks('from-drive'),
  0xa0: asks('from-drive'),
  0xa1: alters('none'),
  0xa2: alters('to-drive'),
  0xa3: alters('to-drive'),
  0xa4: asks('from-drive'),
  0xa5: asks('none'),
  0xa6: alters('none'),
  0xa7: alters('none'),
  0xa8: asks('from-drive'),
  0xaa: records('to-drive'),
  0xab: asks('from-drive'),
  0xac: asks('from-drive'),
  0xad: asks('from-drive'),
  0xae: records('to-drive'),
  0xb6: alters('to-drive'),
  0xb9: asks('from-drive', 'none'),
  0xba: asks('none'),
  0xbb: alters('none'),
  0xbc: asks('none'),
  0xbd: asks('from-drive'),
  0xbe: asks('from-drive', 'none'),
  0xbf: alters('to-drive'),
};

const UNKNOWN: ClassRow = {
  class: 'vendor',
  directions: ['none', 'from-drive', 'to-drive'],
  leaves: 'medium',
};

/**
 * What a command may do. A known opcode with a direction that it does not have is another command than its name says, and nobody knows it: class
 * `vendor`, as everything that no standard of optical drives has.
 */
export const commandClass = (opcode: number, direction: Direction): ClassRow | Forbidden => {
  const row = CLASSES[opcode];
  if (row === undefined) return UNKNOWN;
  return 'reason' in row || row.directions.includes(direction) ? row : UNKNOWN;
};

/** How data move by a command, where it is known and may be sent. */
export const directionsOf = (opcode: number): readonly Direction[] => {
  const row = CLASSES[opcode];
  return row && 'directions' in row ? row.directions : [];
};

/** Whether a caller who was granted a class may send commands of another. */
export const isWithin = (granted: CommandClass, needed: CommandClass): boolean =>
  COMMAND_CLASSES.indexOf(needed) <= COMMAND_CLASSES.indexOf(granted);
