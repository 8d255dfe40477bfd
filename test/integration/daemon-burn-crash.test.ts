import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Medium } from '../../src/drive/medium.js';
import type { ApiClient } from '../support/api-client.js';
import { startDaemon } from '../support/daemon.js';
import { patient } from '../support/patient.js';
import { killProcess } from '../support/processes.js';
import { crashCells } from '../support/sample.js';
import { ENDLESS_WRITES, fillFolder, folderJob } from '../support/sources.js';

/** Daemon, worker and home start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: patient(240_000) };

const held = (when: Readonly<Record<string, unknown>>) => ({ when, do: { action: 'stall', ms: 10_000 } });

/** What a moment is held up by until somebody is killed. Block 100 is none of those by which a medium is looked at. */
const HOLDS = {
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
type Moment = keyof typeof HOLDS;

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

const BEFORE = {
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

const CELLS = KINDS.flatMap((kind) =>
  kind.moments.flatMap((moment) =>
    VICTIMS.map((victim) => ({
      ...kind,
      moment,
      victim,
      title: `${victim} killed in ${moment} of a ${kind.medium}`,
    })),
  ),
);

const CHOSEN = crashCells(CELLS, 3);

/** Resolves when a drive works by itself, at the end of its writing. */
const isSynchronizing = (api: ApiClient, drive: string): Promise<void> =>
  api.progressUntil(drive, ({ phase, total }) => phase === 'write' && total === 0);

/** The phase that a moment comes in, where that is called otherwise. */
const PHASES: Readonly<Partial<Record<Moment, string>>> = { 'lead-out': 'close', blank: 'format' };

const begin = async (cell: (typeof CELLS)[number]) => {
  const { medium, moment, model, burn, before = [], blank = medium } = cell;
  const daemon = await startDaemon();
  const { api } = daemon;
  fillFolder(daemon.source, 'small');
  fillFolder(daemon.source, 'folder', 4);
  const drive = await api.addDrive({ blank, home: 'process', ...(model && { model }) });
  for (const what of before)
    expect(await api.ended(await api.submit(BEFORE[what](drive)))).toMatchObject({ outcome: 'ok' });
  await api.driveUntil(drive, ({ holding }) => holding === 'free');
  const kept = cell.keepsFrom === undefined ? undefined : await api.recorded(drive);
  await api.faults(drive, HOLDS[moment]);
  const job = await api.submit(folderJob('folder', burn, { drives: [drive] }));
  if (moment === 'write') await api.working(drive, 'write');
  else if (moment === 'synchronize') await isSynchronizing(api, drive);
  else await api.inPhase(job, PHASES[moment] ?? moment);
  return { daemon, api, blank, drive, job, kept };
};

/** What the medium's own tables say, which no drive was asked for. */
const isFinalized = (state: string, drive: string): boolean => {
  const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
  const folder = join(state, 'virtual', 'drives', drive);
  const { medium } = read(join(folder, 'drive.json')) as { medium: string };
  return (read(join(folder, medium, 'medium.json')) as { finalized: boolean }).finalized;
};

/** What `mediumAfter` may say of a medium that is as the drive now tells. */
const TRUE_OF: Readonly<Record<string, (medium: Medium) => boolean>> = {
  usable: ({ blankness }) => blankness.probable,
  // Where there are no sessions, the volume before.
  appendable: ({ status, overwritable, contents }) =>
    status === 'appendable' || (overwritable && contents === 'volume'),
  'needs-erase': ({ erasable, blankness }) => erasable && !blankness.probable,
  // A DVD+R DL whose layer break was set for this recording takes no other, closed or not.
  lost: ({ states, nextWritable }) =>
    states.includes('finalized') || states.includes('damaged') || nextWritable === undefined,
};

/** While these last and after them the drive tells of the medium in it as of a new one: it is not to be told from one that was exchanged. */
const ANNOUNCED: Readonly<Record<'format' | 'close', readonly Moment[]>> = {
  format: ['format', 'blank', 'calibrate', 'write', 'synchronize', 'close', 'lead-out', 'verify', 'unload'],
  close: ['close', 'lead-out', 'verify', 'unload'],
};

/** Nobody can tell what a medium is whose drive has no power, nor which one lies there that is told of as a new one; elsewhere somebody must. */
const mayBeUnknown = ({ moment, moments, victim }: (typeof CELLS)[number], remedy = ''): boolean => {
  if (victim === 'home') return true;
  const formats = moments.includes('format') || moments.includes('blank');
  const isAnnounced = ANNOUNCED[formats ? 'format' : 'close'].includes(moment);
  return isAnnounced && remedy.includes('as drives do after that and after an exchange alike');
};

/** An open border that nothing was recorded in waits for its first recording. */
const isUnfinished = ({ overwritable, lastSession, blankness }: Medium): boolean =>
  !overwritable && (lastSession === 'damaged' || (lastSession === 'incomplete' && !blankness.probable));

/** What was begun at once on a DVD-R has its end in its lead-in, which went with the power. */
const isBeyondRecovery = ({ kind, tracks }: Medium): boolean =>
  kind === 'dvd-r' && tracks.some(({ damaged, packets }) => damaged && packets !== true);

/** Nothing was recorded by then, nor did formatting come before. */
const isUntouched = ({ moment, moments }: (typeof CELLS)[number]): boolean =>
  moment === 'load' || (moment === 'calibrate' && !moments.includes('format'));

/** What was recorded before is there still. */
const expectKept = async (
  api: ApiClient,
  { drive, kept, keepsFrom = 0 }: { drive: string; kept: Buffer | undefined; keepsFrom?: number },
): Promise<void> => {
  if (kept === undefined) return;
  const [from, to] = [keepsFrom * 2048, kept.length];
  const left = await api.recorded(drive);
  expect(left.subarray(from, to).equals(kept.subarray(from)), 'what was recorded before').toBe(true);
};

/** How the job ended, and the try in which somebody was killed. */
const killedIn = async (cell: (typeof CELLS)[number]) => {
  const begun = await begin(cell);
  const { daemon, api, drive, job } = begun;
  const victims =
    cell.victim === 'worker' ? daemon.workersOf(drive) : daemon.pidsOf('worker/virtual-home', drive);
  await killProcess(victims[0]!);
  const { outcome } = await api.ended(job);
  const [attempt] = (await api.copies(job))[0]!.tries;
  return { ...begun, outcome, attempt: attempt! };
};

/** Records once more on what is left, or on a new medium where nothing can be recorded any more. */
const recordsAgain = async (api: ApiClient, drive: string, blank: string): Promise<void> => {
  const left = (await api.drive(drive)).medium!;
  if (isBeyondRecovery(left)) await api.exchange(drive, { blank });
  else if (isUnfinished(left)) {
    const recovery = await api.submit({ type: 'recover', drives: [drive] });
    expect(await api.ended(recovery)).toMatchObject({ state: 'completed', outcome: 'ok' });
  }
  // What an attempt left is read after its end, before the drive is free again.
  const { medium } = await api.driveUntil(drive, ({ holding }) => holding === 'free');
  const { states } = medium!;
  if (states.includes('finalized')) await api.exchange(drive, { blank });
  // Half a volume cannot be continued.
  const [how, rest] = states.includes('appendable')
    ? [{ onNonBlank: 'append' }, { import: false }]
    : [{ onNonBlank: 'erase' }, {}];
  const request = folderJob('folder', how, { drives: [drive], copies: 1, maxAttempts: 1, ...rest });
  const again = await api.submit(request);
  expect(await api.ended(again)).toMatchObject({ state: 'completed', outcome: 'ok' });
};

describe('a burn in which somebody is killed', SLOW, () => {
  it.each(CHOSEN.filter(isUntouched))('begins again on the same disc: $title', async (cell) => {
    const { api, drive, kept, outcome, attempt } = await killedIn(cell);
    expect(attempt).toMatchObject({ touched: false });
    expect(outcome).toBe('ok');
    await expectKept(api, { drive, kept, keepsFrom: cell.keepsFrom ?? 0 });
  });

  it.each(CHOSEN.filter((cell) => !isUntouched(cell)))(
    'is no good disc, says what is left, and there is a way on: $title',
    async (cell) => {
      const { daemon, api, blank, drive, job, kept, outcome, attempt } = await killedIn(cell);
      expect(attempt).toMatchObject({ touched: true });
      expect(outcome).not.toBe('ok');
      // The next daemon switches the drive on again.
      if (cell.victim === 'home') await daemon.restart();
      await api.faults(drive, []);
      const ready = await api.driveUntil(
        drive,
        ({ holding, contents }) => holding === 'free' && contents === 'ready',
      );
      const medium = ready.medium!;
      if (!medium.overwritable)
        expect(medium.states.includes('finalized')).toBe(isFinalized(daemon.state, drive));
      const [{ mediumAfter } = attempt] = (await api.copies(job))[0]!.tries; // read by now
      const after = mediumAfter?.state ?? 'unknown';
      const isTrue = TRUE_OF[after]?.(medium) ?? mayBeUnknown(cell, mediumAfter?.remedy);
      expect(isTrue, `${after} of ${medium.states.join()}`).toBe(true);
      await expectKept(api, { drive, kept, keepsFrom: cell.keepsFrom ?? 0 });

      await recordsAgain(api, drive, blank);
    },
  );
});
