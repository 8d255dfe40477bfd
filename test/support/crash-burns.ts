import { ENDLESS_WRITES, folderJob } from './sources.js';

/** The moments of recording each medium in which the worker dies, or the drive loses its power. */

const held = (when: Readonly<Record<string, unknown>>) => ({ when, do: { action: 'stall', ms: 10_000 } });

/** What a moment is held up by until somebody is killed. Block 100 is none of those by which a medium is looked at. */
export const HOLDS = {
  // The tray is locked first and unlocked last.
  load: [held({ opcode: 0x1e, nth: 1 })],
  format: [held({ opcode: 0x04 })],
  blank: [held({ opcode: 0xa1 })],
  // Optimum power calibration, or where a medium knows none: the speed, or the write parameters.
  calibrate: [held({ opcode: 0x54 }), held({ opcode: 0xb6 }), held({ opcode: 0x55 })],
  write: [ENDLESS_WRITES],
  synchronize: [held({ opcode: 0x35 })],
  close: [held({ opcode: 0x5b })],
  // What is recorded at once is closed by its flush.
  'lead-out': [held({ opcode: 0x35 })],
  verify: [held({ lba: 100, access: 'read' })],
  unload: [held({ opcode: 0x1e, nth: 2 })],
} as const;
export type Moment = keyof typeof HOLDS;

const ENDS = ['load', 'verify', 'unload'] as const;
const EVERY = ['calibrate', 'write', 'synchronize', ...ENDS] as const;
const CLOSED = [...EVERY, 'close'] as const;
const AT_ONCE = ['calibrate', 'write', 'lead-out', ...ENDS] as const;
// No speed is set, and nothing is calibrated.
const ON_DISK = ['write', 'synchronize', ...ENDS] as const;
/** What comes behind something else does not hold block 100. */
const BEHIND = ['load', 'calibrate', 'write', 'synchronize', 'unload'] as const;
const SESSION = [...BEHIND, 'close'] as const;

interface Kind {
  readonly medium: string;
  /** Those that its recording comes to. */
  readonly moments: readonly Moment[];
  /** What is put into the drive, where that is not called like the medium. */
  readonly blank?: string;
  readonly model?: string;
  /** What is done to it first. */
  readonly before?: readonly (keyof typeof BEFORE)[];
  /** How it is recorded, where that is not as it comes. */
  readonly burn?: object;
  /** The first of the blocks that nothing may alter which was recorded before. */
  readonly keepsFrom?: number;
}

export const BEFORE = {
  formatted: (drive: string) => ({ type: 'format', drives: [drive] }),
  recorded: (drive: string) => folderJob('small', undefined, { drives: [drive] }),
  begun: (drive: string) => folderJob('small', { close: 'session' }, { drives: [drive] }),
  'begun by jumps': (drive: string) =>
    folderJob('small', { close: 'session', writeMode: 'layer-jump' }, { drives: [drive] }),
} as const;

const AGAIN = { onNonBlank: 'erase' } as const;
const APPEND = { onNonBlank: 'append', close: 'session' } as const;
const GROW = { onNonBlank: 'append' } as const;

/** Media that keep sessions: the one before stays, whoever is killed. */
const APPENDED: readonly Kind[] = (
  ['cd-r', 'cd-rw', 'dvd-r', 'dvd-rw', 'dvd+r', 'dvd+r-dl', 'bd-r', 'bd-r-dl'] as const
).map((blank) => ({
  medium: `${blank} that is appended to`,
  blank,
  before: ['begun'],
  burn: APPEND,
  moments: SESSION,
  keepsFrom: 0,
}));

/** Media of which all blocks can be overwritten: of the volume before only the head is. */
const GROWN: readonly Kind[] = (
  [
    // Its format, which was stopped when the volume before was complete, goes on.
    ['dvd+rw', 'bd-writer', ['format', ...BEHIND]],
    ['dvd-ram', 'bd-writer', BEHIND],
    ['bd-re', 'bd-writer', BEHIND],
    ['removable-disk', 'disk-drive', ['load', 'write', 'synchronize', 'unload']],
  ] as const
).map(([blank, model, moments]) => ({
  medium: `${blank} whose volume grows`,
  blank,
  model,
  before: ['recorded'],
  burn: GROW,
  moments,
  keepsFrom: 32,
}));

const KINDS: readonly Kind[] = [
  { medium: 'cd-r', moments: CLOSED },
  { medium: 'cd-rw', moments: CLOSED },
  { medium: 'dvd-r', moments: CLOSED },
  { medium: 'dvd-r-dl', moments: CLOSED },
  { medium: 'dvd-rw', moments: CLOSED },
  // What was recorded before is blanked first.
  { medium: 'recorded cd-rw', blank: 'cd-rw', before: ['recorded'], burn: AGAIN, moments: ['blank'] },
  { medium: 'recorded dvd-rw', blank: 'dvd-rw', before: ['recorded'], burn: AGAIN, moments: ['blank'] },
  { medium: 'formatted dvd-rw', blank: 'dvd-rw', before: ['formatted'], moments: CLOSED },
  // Its border is opened again, since the next recording is longer.
  {
    medium: 'formatted dvd-rw that is recorded again',
    blank: 'dvd-rw',
    before: ['formatted', 'recorded'],
    burn: AGAIN,
    moments: ['format', 'close'],
  },
  {
    medium: 'formatted dvd-rw whose volume grows',
    blank: 'dvd-rw',
    before: ['formatted', 'recorded'],
    burn: GROW,
    moments: ['format', ...BEHIND, 'close'],
    keepsFrom: 32,
  },
  {
    medium: 'dvd-r-dl that is appended to by jumps',
    blank: 'dvd-r-dl',
    before: ['begun by jumps'],
    burn: { ...APPEND, writeMode: 'layer-jump' },
    moments: SESSION,
    keepsFrom: 0,
  },
  ...APPENDED,
  ...GROWN,
  { medium: 'dvd-ram', moments: EVERY },
  { medium: 'dvd+r', moments: CLOSED },
  { medium: 'dvd+r-dl', moments: CLOSED },
  { medium: 'dvd+rw', moments: ['format', ...CLOSED] },
  { medium: 'dvd+rw-dl', moments: ['format', ...CLOSED] },
  { medium: 'bd-r', moments: CLOSED },
  { medium: 'bd-r-dl', moments: CLOSED },
  { medium: 'bd-re', moments: ['format', ...EVERY] },
  { medium: 'bd-re-dl', moments: ['format', ...EVERY] },
  { medium: 'cd-r at once', blank: 'cd-r', burn: { writeMode: 'sao' }, moments: AT_ONCE },
  { medium: 'cd-rw at once', blank: 'cd-rw', burn: { writeMode: 'sao' }, moments: AT_ONCE },
  { medium: 'dvd-rw at once', blank: 'dvd-rw', burn: { writeMode: 'dao' }, moments: AT_ONCE },
  { medium: 'dvd-r at once', blank: 'dvd-r', burn: { writeMode: 'dao' }, moments: AT_ONCE },
  { medium: 'dvd-r-dl by jumps', blank: 'dvd-r-dl', burn: { writeMode: 'layer-jump' }, moments: CLOSED },
  {
    medium: 'bd-r with spares',
    blank: 'bd-r',
    burn: { spares: 'default' },
    moments: ['format', ...CLOSED],
  },
  { medium: 'bd-r-xl-100', model: 'bdxl-writer', moments: CLOSED },
  { medium: 'bd-r-xl-128', model: 'bdxl-writer', moments: CLOSED },
  { medium: 'bd-re-xl', model: 'bdxl-writer', moments: ['format', ...EVERY] },
  { medium: 'removable-disk', model: 'disk-drive', moments: ON_DISK },
  { medium: 'removable-disk-512', model: 'disk-drive', moments: ON_DISK },
  { medium: 'removable-disk-4096', model: 'disk-drive', moments: ON_DISK },
];

/** `worker`: the drive stays powered. `home`: it loses its power, and its buffer with it. */
const VICTIMS = ['worker', 'home'] as const;

export const CELLS = KINDS.flatMap((kind) =>
  kind.moments.flatMap((moment) =>
    VICTIMS.map((victim) => ({
      ...kind,
      moment,
      victim,
      title: `${victim} killed in ${moment} of a ${kind.medium}`,
    })),
  ),
);

export type Cell = (typeof CELLS)[number];
