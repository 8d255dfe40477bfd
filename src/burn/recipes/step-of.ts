import type { InputsOf } from '../../binary/layout.js';
import { toHex } from '../../binary/hex.js';
import type { Cdb } from '../../scsi/cdb.js';
import type { Alternative, PlannedCommand, Step } from '../step.js';

/**
 * Milliseconds. WRITE: the first one calibrates, writes a lead-in or spins up, and libburn waits 200 s for any. Closing
 * may take as long as an hour.
 */
export const TIMEOUT_MS = { short: 30_000, long: 200_000, wholeOperation: 3_600_000 } as const;

/** Slow drives, and passes that nobody counted. */
const LONGER = 3;

/**
 * How long what was reckoned to take so long is waited for, in ms. It is the host's time-out as well: a command with the
 * immediate bit returns at once, but some USB bridges hold it back until all is done, and a host that gives up before
 * resets the drive.
 */
export const lastsFor = (estimateMs: number): number =>
  Math.max(TIMEOUT_MS.wholeOperation, Math.ceil(LONGER * estimateMs));

/** Of steps that the drive goes on with after it has answered. */
export const UNDERWAY = { readyWithinMs: TIMEOUT_MS.wholeOperation } as const;

/** A command as a plan shows it and the executor sends it. */
export const plannedCommand = <C extends Cdb<unknown, never>>(
  cdb: C,
  fields: InputsOf<C>,
  { data, timeoutMs = TIMEOUT_MS.short }: { data?: Uint8Array; timeoutMs?: number } = {},
): PlannedCommand => ({
  name: cdb.name,
  cdb: toHex(cdb.encode(fields as never)),
  ...(data && { data: toHex(data) }),
  timeoutMs,
});

/** A step with what most steps have in common left out. */
export const stepOf = (
  step: Pick<Step, 'do' | 'phase' | 'title'> & Partial<Omit<Step, 'do' | 'phase' | 'title'>>,
): Step => ({ alters: false, alternatives: [], readyWithinMs: 0, ...step });

/** The drive does not know the command, or not in this form. */
export const REFUSED = ['5/1A/*', '5/20/*', '5/21/*', '5/24/*', '5/26/*', '5/30/*'];

export const orElse = (command: PlannedCommand, on: string[] = REFUSED): Alternative => ({
  on,
  command,
  again: false,
});

/** Something else first, then the command once more. */
export const first = (command: PlannedCommand, on: string[]): Alternative => ({ on, command, again: true });

export const orSkip = (on: string[] = REFUSED): Alternative => ({ on, again: false });
