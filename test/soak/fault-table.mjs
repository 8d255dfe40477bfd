/**
 * What can go wrong with a drive, as scripts of the virtual drive. Opcodes: 00h TEST UNIT READY, 04h FORMAT UNIT, 28h
 * READ (10), 2Ah WRITE (10), 35h SYNCHRONIZE CACHE, 51h READ DISC INFORMATION, 5Bh CLOSE TRACK/SESSION, A1h BLANK.
 */
const TEST_UNIT_READY = 0x00;
const FORMAT = 0x04;
const READ = 0x28;
const WRITE = 0x2a;
const SYNCHRONIZE = 0x35;
const CLOSE = 0x5b;
const BLANK = 0xa1;
const STEPS = [TEST_UNIT_READY, FORMAT, READ, WRITE, SYNCHRONIZE, CLOSE, BLANK, 0x1e, 0x51, 0x55, 0x5c];

const at = (opcode, nth) => ({ opcode, ...(nth !== undefined && { nth }) });
const sense = (code, deferred = false) => ({ action: 'sense', sense: code, ...(deferred && { deferred }) });
const once = (when, effect, times = 1) => [{ when, do: effect, times }];

/** Each makes a script with the help of chance. */
export const FAULTS = [
  {
    name: 'write error',
    weight: 3,
    script: (r) =>
      once(
        { lba: r.int(0, 4000), access: 'write' },
        sense(r.pick(['3/0C/00', '3/03/00', '5/21/02'])),
        r.int(1, 3),
      ),
  },
  {
    name: 'deferred write error',
    weight: 3,
    script: (r) => once(at(WRITE, r.int(1, 60)), sense('3/0C/00', true)),
  },
  {
    name: 'deferred error of the flush',
    weight: 2,
    script: () => once(at(SYNCHRONIZE, 1), sense('3/0C/00', true)),
  },
  {
    name: 'read error',
    weight: 2,
    script: (r) => once({ lba: r.int(0, 4000), access: 'read' }, sense('3/11/00'), r.int(1, 4)),
  },
  {
    name: 'flush fails',
    weight: 2,
    script: (r) => once(at(SYNCHRONIZE, 1), sense(r.pick(['3/0C/00', '4/44/00']))),
  },
  {
    name: 'close fails',
    weight: 2,
    script: (r) => once(at(CLOSE, r.int(1, 2)), sense(r.pick(['3/72/00', '4/09/00']), r.chance(0.3))),
  },
  { name: 'erase fails', weight: 1, script: (r) => once(at(r.pick([BLANK, FORMAT]), 1), sense('3/51/00')) },
  { name: 'calibration fails', weight: 1, script: () => once(at(WRITE, 1), sense('3/73/03')) },
  { name: 'write protected', weight: 1, script: (r) => once(at(WRITE, r.int(1, 5)), sense('7/27/00')) },
  {
    name: 'medium gone',
    weight: 1,
    script: (r) => once(at(r.pick([WRITE, READ]), r.int(1, 40)), sense('2/3A/01')),
  },
  {
    name: 'hardware error that stays',
    weight: 1,
    script: (r) => once(at(WRITE, r.int(1, 40)), sense('4/44/00'), 50),
  },
  {
    name: 'not ready, cause unknown',
    weight: 1,
    script: (r) => once(at(r.pick(STEPS)), sense('2/04/00'), r.int(1, 30)),
  },
  {
    name: 'hang',
    weight: 3,
    script: (r) => once(at(r.pick(STEPS), r.int(1, 8)), { action: 'hang', ms: r.int(20, 1500) }),
  },
  {
    name: 'unplug',
    weight: 3,
    script: (r) =>
      once(r.chance(0.5) ? at(WRITE, r.int(1, 60)) : { command: r.int(1, 200) }, { action: 'unplug' }),
  },
  { name: 'reset', weight: 3, script: (r) => once(at(r.pick(STEPS), r.int(1, 20)), { action: 'reset' }) },
  {
    name: 'lost write',
    weight: 3,
    script: (r) => once({ lba: r.int(0, 3000), access: 'write' }, { action: 'lost-write' }, r.int(1, 2)),
  },
  {
    name: 'early end',
    weight: 2,
    script: (r) => once({ lba: 0, access: 'write' }, { action: 'capacity', blocks: r.int(0, 2000) }),
  },
  {
    name: 'slow steps',
    weight: 12,
    script: (r) => once(at(r.pick(STEPS)), { action: 'stall', ms: r.int(100, 1500) }, r.int(2, 12)),
  },
  {
    name: 'slow writes',
    weight: 10,
    script: (r) => once(at(WRITE), { action: 'stall', ms: r.int(50, 400) }, r.int(5, 60)),
  },
  {
    name: 'slow reads',
    weight: 6,
    script: (r) => once(at(READ), { action: 'stall', ms: r.int(50, 400) }, r.int(5, 60)),
  },
];

/** What a drive says while it needs a moment (MMC-5 annex F, SPC-3 §4.5.6): the disc must become good all the same. */
export const TRANSIENT = [
  {
    name: 'long write in progress',
    script: (r) => once(at(WRITE, r.int(1, 20)), sense('2/04/08'), r.int(1, 20)),
  },
  { name: 'becoming ready', script: (r) => once(at(TEST_UNIT_READY, 1), sense('2/04/01'), r.int(1, 5)) },
  {
    name: 'operation in progress while flushing',
    script: (r) => once(at(SYNCHRONIZE, 1), sense('2/04/07'), r.int(1, 3)),
  },
  {
    name: 'long write in progress while closing',
    script: (r) => once(at(CLOSE, 1), sense('2/04/08'), r.int(1, 4)),
  },
  {
    name: 'an answer that comes late',
    script: (r) => once(at(r.pick(STEPS)), { action: 'stall', ms: r.int(100, 1500) }, 2),
  },
  {
    name: 'slow everything',
    script: (r) => STEPS.flatMap((opcode) => once(at(opcode), { action: 'stall', ms: r.int(5, 80) }, 5)),
  },
];
