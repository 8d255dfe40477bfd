import type { BurnPlan } from '../../src/burn/plan.js';
import type { Step, Transfer } from '../../src/burn/step.js';
import { type FaultRow, type Nature, hostNature } from './fault-rows.js';

export const PHASE_NAMES = [
  'load',
  'format',
  'calibrate',
  'first write',
  'middle',
  'last write',
  'sync',
  'close',
  'verify',
] as const;
export type PhaseName = (typeof PHASE_NAMES)[number];

/** Where a fault strikes: a command by opcode and count, and the block that it addresses, if it is a WRITE. */
export interface Strike {
  readonly when: object;
  /** First block of the struck WRITE. */
  readonly block?: number;
}

const opcodeOf = ({ command }: Step): number | undefined =>
  command === undefined ? undefined : Number.parseInt(command.cdb.slice(0, 2), 16);

/** MMC-5 §6.44, §6.46. What streams sends WRITEs of two kinds, and no row of media asks for it. */
const WRITES: Readonly<Partial<Record<NonNullable<Transfer['command']>, number>>> = {
  write: 0x2a,
  'write-and-verify': 0x2e,
};

interface Write {
  readonly opcode: number;
  readonly block: number;
}

/** Each WRITE of a plan, in the order in which they are sent. */
const writesOf = ({ steps }: BurnPlan): Write[] =>
  steps.flatMap(({ transfer }) => {
    if (transfer === undefined) return [];
    const opcode = WRITES[transfer.command ?? 'write'];
    if (opcode === undefined)
      throw new TypeError(`nobody knows which WRITE is struck by ${transfer.command}`);
    const total = transfer.leading + transfer.blocks + transfer.padding;
    const head = Math.min(transfer.headLast, total);
    const from = (first: number, end: number): number[] =>
      Array.from(
        { length: Math.ceil((end - first) / transfer.perCommand) },
        (_, nth) => transfer.start + first + nth * transfer.perCommand,
      );
    return [...from(head, total), ...from(0, head)].map((block) => ({ opcode, block }));
  });

const firstOf = ({ steps }: BurnPlan, wanted: (step: Step) => boolean): Strike | undefined => {
  const opcode = steps
    .filter(wanted)
    .map(opcodeOf)
    .find((found) => found !== undefined);
  return opcode === undefined ? undefined : { when: { opcode, nth: 1 } };
};

const nthWrite = (plan: BurnPlan, choose: (writes: number) => number): Strike => {
  const writes = writesOf(plan);
  const chosen = choose(writes.length);
  const { opcode, block } = writes[chosen - 1]!;
  const nth = writes.slice(0, chosen).filter((write) => write.opcode === opcode).length;
  return { when: { opcode, nth }, block };
};

/** Of the blocks of the image, and not among those that are looked at to tell a medium from a blank one. */
const VERIFIED_BLOCK = 700;

/** The command that a phase is struck at, found in the plan; undefined where the plan has none. */
const STRIKES: Readonly<Record<PhaseName, (plan: BurnPlan) => Strike | undefined>> = {
  load: (plan) => firstOf(plan, (step) => step.phase === 'load'),
  format: (plan) => firstOf(plan, (step) => step.phase === 'format'),
  calibrate: (plan) => firstOf(plan, (step) => step.phase === 'calibrate'),
  'first write': (plan) => nthWrite(plan, () => 1),
  middle: (plan) => nthWrite(plan, (writes) => Math.ceil(writes / 2)),
  'last write': (plan) => nthWrite(plan, (writes) => writes),
  sync: (plan) => firstOf(plan, (step) => step.do === 'synchronize'),
  close: (plan) => firstOf(plan, (step) => step.phase === 'close'),
  verify: ({ placement }) => ({ when: { lba: placement.start + VERIFIED_BLOCK, access: 'read' } }),
};

export const isWriting = (phase: PhaseName): boolean =>
  phase === 'first write' || phase === 'middle' || phase === 'last write';

const OTHERS_THAT_ALTER: ReadonlySet<PhaseName> = new Set(['format', 'sync', 'close']);

/** Whether the command that is struck alters the medium, WRITE or not. */
export const isAltering = (phase: PhaseName): boolean => isWriting(phase) || OTHERS_THAT_ALTER.has(phase);

const OF_WRITES: ReadonlySet<Nature> = new Set(['lost-write', 'short']);

const known = new WeakMap<BurnPlan, ReadonlySet<PhaseName>>();

/** The phases of a plan that have a command; it is asked of each cell. */
export const phasesOf = (plan: BurnPlan): ReadonlySet<PhaseName> => {
  const phases =
    known.get(plan) ?? new Set(PHASE_NAMES.filter((phase) => STRIKES[phase](plan) !== undefined));
  known.set(plan, phases);
  return phases;
};

/** Only a WRITE can be lost, or find the end of the medium. */
export const isPossibleIn = (plan: BurnPlan, { nature }: FaultRow, phase: PhaseName): boolean =>
  phasesOf(plan).has(phase) && (isWriting(phase) || !OF_WRITES.has(nature));

const BUSY_TIMES = 3;
/** So long the drive holds a command while something is done to the machine. */
const HOLD_MS = 1000;

const effectOf = (row: FaultRow, { block = 0 }: Strike): object => {
  const told = { action: 'sense', sense: row.sense };
  const effects: Partial<Record<Nature, object>> = {
    recovered: { ...told, done: true },
    'empty-done': { ...told, done: true },
    deferred: { ...told, deferred: true },
    hang: { action: 'hang', ms: 50 },
    'hang-for-good': { action: 'hang' },
    reset: { action: 'reset' },
    unplug: { action: 'unplug' },
    'lost-write': { action: 'lost-write' },
    short: { action: 'capacity', blocks: Math.max(block, 0) },
  };
  if (hostNature(row) !== undefined) return { action: 'stall', ms: HOLD_MS };
  return effects[row.nature] ?? told;
};

const timesOf = ({ nature }: FaultRow, phase: PhaseName): object => {
  if (nature === 'medium' && phase === 'verify') return {};
  return { times: nature === 'wait' ? BUSY_TIMES : 1 };
};

/** The fault of a virtual drive that makes a cell. */
export const scriptOf = (plan: BurnPlan, row: FaultRow, phase: PhaseName): object[] => {
  const strike = STRIKES[phase](plan);
  if (strike === undefined)
    throw new TypeError(`the plan for ${plan.medium} has no command in the phase ${phase}`);
  return [{ when: strike.when, do: effectOf(row, strike), ...timesOf(row, phase) }];
};

/** Whether a command that alters the medium has been sent when a phase is struck. */
export const isAltered = (plan: BurnPlan, phase: PhaseName): boolean =>
  phase === 'format' || !(phase === 'load' || (phase === 'calibrate' && STRIKES.format(plan) === undefined));
