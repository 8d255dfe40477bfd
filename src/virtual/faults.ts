import { z } from 'zod';
import type { Command } from '../transport/transport.js';
import { addressedBlocks, type BlockAccess } from '../scsi/command-effects.js';

const times = z.int().min(1).optional();

/** A block was to be recorded or read. */
const atBlock = z.strictObject({
  lba: z.int(),
  access: z.enum(['read', 'write', 'any']).default('any'),
});
/** The k-th command since the drive was switched on, counted from 1. */
const atCommand = z.strictObject({ command: z.int().min(1) });
/** The n-th command with an opcode, counted from 1; every one where `nth` is left out. */
const atOpcode = z.strictObject({ opcode: z.int().min(0).max(255), nth: z.int().min(1).optional() });

const sense = z
  .string()
  .regex(/^[0-9A-Fa-f]\/[0-9A-Fa-f]{2}\/[0-9A-Fa-f]{2}$/, 'is not sense like 3/0C/00')
  .transform((text) => text.toUpperCase());

const effect = z.discriminatedUnion('action', [
  /**
   * CHECK CONDITION instead of the command; `deferred`: the command is done, the next one is told; `done`: the
   * command is done and told so itself, as with a recovered error.
   */
  z.strictObject({
    action: z.literal('sense'),
    sense,
    deferred: z.boolean().default(false),
    done: z.boolean().optional(),
  }),
  /** No answer: the host gives up at the command's time-out, after `ms` where that is sooner, or never hears again. */
  z.strictObject({ action: z.literal('hang'), ms: z.int().min(0).optional() }),
  /** The command is done, its answer comes late. */
  z.strictObject({ action: z.literal('stall'), ms: z.int().min(0) }),
  /** The cable is drawn: this command and all later ones fail. */
  z.strictObject({ action: z.literal('unplug') }),
  /** A WRITE answers GOOD and records nothing: what was on the medium before stays, zeros on a blank. */
  z.strictObject({ action: z.literal('lost-write') }),
  /**
   * The clusters of a WRITE are defective: on BD with spares the drive replaces them and says nothing, elsewhere the
   * command fails with 3/0C/00.
   */
  z.strictObject({ action: z.literal('defect') }),
  /** The medium takes no block from this address on, whatever it announced. */
  z.strictObject({ action: z.literal('capacity'), blocks: z.int().min(0) }),
  /** Bus reset: buffer and mode pages are lost, the next command is told 6/29/00. */
  z.strictObject({ action: z.literal('reset') }),
]);
export type FaultEffect = z.infer<typeof effect>;

const fault = z.strictObject({
  when: z.union([atBlock, atCommand, atOpcode]),
  do: effect,
  /** How often; without it a block or an opcode without `nth` stays faulty and anything else fails once. */
  times,
});
export type Fault = z.infer<typeof fault>;

/** What goes wrong with a virtual drive, in order; the first fault that fits a command strikes. */
export const faultScript = z.array(fault).max(1000);

export interface FaultScript {
  /** Counts the command and says what strikes it. */
  next(command: Command): FaultEffect | undefined;
}

const fitsBlock = (when: z.infer<typeof atBlock>, blocks: BlockAccess | undefined): boolean =>
  blocks !== undefined &&
  when.lba >= blocks.first &&
  when.lba < blocks.first + blocks.count &&
  (when.access === 'any' || when.access === blocks.access);

interface Moment {
  readonly command: number;
  /** How often this opcode has been seen, this time included. */
  readonly nth: number;
  readonly opcode: number;
  readonly blocks: BlockAccess | undefined;
}

const fits = ({ when }: Fault, moment: Moment): boolean => {
  if ('lba' in when) return fitsBlock(when, moment.blocks);
  if ('command' in when) return moment.command >= when.command;
  return moment.opcode === when.opcode && moment.nth >= (when.nth ?? 1);
};

const limitOf = ({ when, times: given }: Fault): number => {
  if (given !== undefined) return given;
  const lasting = 'lba' in when || ('opcode' in when && when.nth === undefined);
  return lasting ? Infinity : 1;
};

export const startFaultScript = (faults: readonly Fault[]): FaultScript => {
  const left = faults.map(limitOf);
  const seen = new Map<number, number>();
  let commands = 0;
  return {
    next: (command) => {
      const opcode = command.cdb[0] ?? 0;
      const nth = (seen.get(opcode) ?? 0) + 1;
      seen.set(opcode, nth);
      commands += 1;
      if (faults.length === 0) return undefined;
      const moment = { command: commands, nth, opcode, blocks: addressedBlocks(command.cdb) };
      const index = faults.findIndex((row, at) => (left[at] ?? 0) > 0 && fits(row, moment));
      if (index < 0) return undefined;
      left[index] = (left[index] ?? 0) - 1;
      return faults[index]?.do;
    },
  };
};
