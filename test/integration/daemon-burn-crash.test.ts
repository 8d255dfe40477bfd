import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Medium } from '../../src/drive/medium.js';
import type { ApiClient } from '../support/api-client.js';
import { startDaemon } from '../support/daemon.js';
import { killProcess } from '../support/processes.js';
import { sampleOf } from '../support/sample.js';
import { ENDLESS_WRITES, fillFolder, folderJob } from '../support/sources.js';

/** Daemon, worker and home start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 240_000 };

const held = (when: Readonly<Record<string, unknown>>) => ({ when, do: { action: 'stall', ms: 10_000 } });

/** What a moment is held up by until somebody is killed. Block 100 is none of those by which a medium is looked at. */
const HOLDS = {
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
} as const;
type Moment = keyof typeof HOLDS;

const EVERY = ['calibrate', 'write', 'synchronize', 'verify'] as const;
const CLOSED = [...EVERY, 'close'] as const;
const AT_ONCE = ['calibrate', 'write', 'lead-out', 'verify'] as const;

interface Kind {
  readonly medium: string;
  /** Those that its recording comes to. */
  readonly moments: readonly Moment[];
  /** What is put into the drive, where that is not called like the medium. */
  readonly blank?: string;
  readonly model?: string;
  /** How it is recorded, where that is not as it comes. */
  readonly burn?: object;
}

const AGAIN = { onNonBlank: 'erase' } as const;

const KINDS: readonly Kind[] = [
  { medium: 'cd-r', moments: CLOSED },
  { medium: 'cd-rw', moments: CLOSED },
  { medium: 'dvd-r', moments: CLOSED },
  { medium: 'dvd-r-dl', moments: CLOSED },
  { medium: 'dvd-rw', moments: CLOSED },
  // What was recorded before is blanked first.
  { medium: 'recorded cd-rw', blank: 'cd-rw', burn: AGAIN, moments: ['blank'] },
  { medium: 'recorded dvd-rw', blank: 'dvd-rw', burn: AGAIN, moments: ['blank'] },
  { medium: 'formatted dvd-rw', blank: 'dvd-rw', moments: EVERY },
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
  // No speed is set, and nothing is calibrated.
  { medium: 'removable-disk', model: 'disk-drive', moments: ['write', 'synchronize', 'verify'] },
  { medium: 'removable-disk-512', model: 'disk-drive', moments: ['write', 'synchronize', 'verify'] },
  { medium: 'removable-disk-4096', model: 'disk-drive', moments: ['write', 'synchronize', 'verify'] },
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

/** `all`, or text of the cells that are asked for; else a few each day. */
const ASKED = process.env['SPINDLE_CELL'];
const CHOSEN =
  ASKED === undefined
    ? sampleOf(CELLS, 3)
    : CELLS.filter(({ title }) => ASKED === 'all' || new RegExp(ASKED).test(title));

/** Resolves when a drive works by itself, at the end of its writing. */
const isSynchronizing = (api: ApiClient, drive: string): Promise<void> =>
  api.progressUntil(drive, ({ phase, total }) => phase === 'write' && total === 0);

/** What is done to a medium first, by the first word of its name. */
const BEFORE: Readonly<Record<string, (drive: string) => object>> = {
  formatted: (drive) => ({ type: 'format', drives: [drive] }),
  recorded: (drive) => folderJob('folder', undefined, { drives: [drive] }),
};

/** The phase that a moment comes in, where that is called otherwise. */
const PHASES: Readonly<Partial<Record<Moment, string>>> = { 'lead-out': 'close', blank: 'format' };

const begin = async ({ medium, moment, model, burn, blank = medium }: (typeof CELLS)[number]) => {
  const daemon = await startDaemon();
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 4);
  const drive = await api.addDrive({ blank, home: 'process', ...(model && { model }) });
  const before = BEFORE[medium.split(' ')[0]!]?.(drive);
  if (before) expect(await api.ended(await api.submit(before))).toMatchObject({ outcome: 'ok' });
  await api.faults(drive, HOLDS[moment]);
  const job = await api.submit(folderJob('folder', burn, { drives: [drive] }));
  if (moment === 'write') await api.working(drive, 'write');
  else if (moment === 'synchronize') await isSynchronizing(api, drive);
  else await api.inPhase(job, PHASES[moment] ?? moment);
  return { daemon, api, blank, drive, job };
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
  appendable: ({ status }) => status === 'appendable',
  'needs-erase': ({ erasable, blankness }) => erasable && !blankness.probable,
  // A DVD+R DL whose layer break was set for this recording takes no other, closed or not.
  lost: ({ states, nextWritable }) =>
    states.includes('finalized') || states.includes('damaged') || nextWritable === undefined,
};

/** When these end, the drive tells of the medium in it as of a new one. */
const ANNOUNCED: readonly Moment[] = ['format', 'blank', 'close', 'lead-out'];

/** Which medium lies there then nobody can tell, nor what one is whose drive has no power; elsewhere somebody must. */
const mayBeUnknown = ({ moment, victim }: (typeof CELLS)[number]): boolean =>
  victim === 'home' || ANNOUNCED.includes(moment);

/** An open border that nothing was recorded in waits for its first recording. */
const isUnfinished = ({ overwritable, lastSession, blankness }: Medium): boolean =>
  !overwritable && (lastSession === 'damaged' || (lastSession === 'incomplete' && !blankness.probable));

/** What was begun at once on a DVD-R has its end in its lead-in, which went with the power. */
const isBeyondRecovery = ({ kind, tracks }: Medium): boolean =>
  kind === 'dvd-r' && tracks.some(({ damaged, packets }) => damaged && packets !== true);

/** Nothing was recorded by then, nor did formatting come before. */
const isUntouched = ({ moment, moments }: (typeof CELLS)[number]): boolean =>
  moment === 'calibrate' && !moments.includes('format');

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
    const { outcome, attempt } = await killedIn(cell);
    expect(attempt).toMatchObject({ touched: false });
    expect(outcome).toBe('ok');
  });

  it.each(CHOSEN.filter((cell) => !isUntouched(cell)))(
    'is no good disc, says what is left, and there is a way on: $title',
    async (cell) => {
      const { daemon, api, blank, drive, job, outcome, attempt } = await killedIn(cell);
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
      const isTrue = TRUE_OF[after]?.(medium) ?? mayBeUnknown(cell);
      expect(isTrue, `${after} of ${medium.states.join()}`).toBe(true);

      await recordsAgain(api, drive, blank);
    },
  );
});
