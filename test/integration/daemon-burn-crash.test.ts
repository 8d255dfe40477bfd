import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Medium } from '../../src/drive/medium.js';
import type { ApiClient } from '../support/api-client.js';
import { BEFORE, CELLS, type Cell, HOLDS, type Moment } from '../support/crash-burns.js';
import { startDaemon } from '../support/daemon.js';
import { patient } from '../support/patient.js';
import { killProcess } from '../support/processes.js';
import { crashCells } from '../support/sample.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { type StoredMedium, readStoredMedium } from '../support/stored-medium.js';

/** Daemon, worker and home start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: patient(240_000) };

const CHOSEN = crashCells(CELLS, 3);

/** Resolves when a drive works by itself, at the end of its writing. */
const isSynchronizing = (api: ApiClient, drive: string): Promise<void> =>
  api.progressUntil(drive, ({ phase, total }) => phase === 'write' && total === 0);

/** The phase that a moment comes in, where that is called otherwise. */
const PHASES: Readonly<Partial<Record<Moment, string>>> = { 'lead-out': 'close', blank: 'format' };

const begin = async (cell: Cell) => {
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

/** What lies in the drive, as its files have it: no drive was asked for that. */
const storedIn = (state: string, drive: string): StoredMedium => {
  const folder = join(state, 'virtual', 'drives', drive);
  const { medium } = JSON.parse(readFileSync(join(folder, 'drive.json'), 'utf8')) as { medium: string };
  return readStoredMedium(join(folder, medium));
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
const mayBeUnknown = ({ moment, moments, victim }: Cell, remedy = ''): boolean => {
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

/** The disc is proven; but the tray stays locked, which is told with the proof. */
const isProven = ({ moment, victim }: Cell): boolean => moment === 'unload' && victim === 'home';

/** Nothing was recorded by then, nor did formatting come before. */
const isUntouched = ({ moment, moments }: Cell): boolean =>
  moment === 'load' || (moment === 'calibrate' && !moments.includes('format'));

/** How the job ended, and the try in which somebody was killed. */
const killedIn = async (cell: Cell) => {
  const begun = await begin(cell);
  const { daemon, api, drive, job } = begun;
  const victims =
    cell.victim === 'worker' ? daemon.workersOf(drive) : daemon.pidsOf('worker/virtual-home', drive);
  await killProcess(victims[0]!);
  const { outcome } = await api.ended(job);
  const [attempt] = (await api.copies(job))[0]!.tries;
  return { ...begun, outcome, attempt: attempt! };
};

type Killed = Awaited<ReturnType<typeof killedIn>>;

/** What was recorded before is there still. */
const expectKept = async ({ api, drive, kept }: Killed, { keepsFrom = 0 }: Cell): Promise<void> => {
  if (kept === undefined) return;
  const [from, to] = [keepsFrom * 2048, kept.length];
  const left = await api.recorded(drive);
  expect(left.subarray(from, to).equals(kept.subarray(from)), 'what was recorded before').toBe(true);
};

/** The drive and the medium in it as they are when nothing is wrong any more: the next daemon switches a drive on again. */
const putRight = async ({ daemon, api, drive }: Killed, { victim }: Cell): Promise<Medium> => {
  if (victim === 'home') await daemon.restart();
  await api.faults(drive, []);
  const { medium } = await api.driveUntil(
    drive,
    ({ holding, contents }) => holding === 'free' && contents === 'ready',
  );
  if (!medium!.overwritable)
    expect(medium!.states.includes('finalized')).toBe(storedIn(daemon.state, drive).tables.finalized);
  return medium!;
};

/** Each file of the folder lies on the medium as it is stored, and the drive reads what the job has sent. */
const expectWhole = async ({ daemon, api, drive, job }: Killed): Promise<void> => {
  const stored = storedIn(daemon.state, drive);
  for (const file of ['readme.txt', 'large.bin', 'deeper/still/small.bin'])
    expect(stored.contains(readFileSync(join(daemon.source, 'folder', file))), file).toBe(true);
  const verification = await api.submit({ type: 'verify', job, drives: [drive] });
  expect(await api.ended(verification)).toMatchObject({ state: 'completed', outcome: 'ok' });
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
    const killed = await killedIn(cell);
    expect(killed.attempt).toMatchObject({ touched: false });
    expect(killed.outcome).toBe('ok');
    await expectKept(killed, cell);
  });

  it.each(CHOSEN.filter(isProven))('leaves a good disc once all is proven: $title', async (cell) => {
    const killed = await killedIn(cell);
    const { api, blank, drive, outcome, attempt } = killed;
    expect(outcome).toBe('ok');
    expect(attempt).toMatchObject({ state: 'good', proof: { unloadProblem: { code: 'drive-lost' } } });
    await putRight(killed, cell);
    await expectWhole(killed);
    await expectKept(killed, cell);

    await recordsAgain(api, drive, blank);
  });

  it.each(CHOSEN.filter((cell) => !isUntouched(cell) && !isProven(cell)))(
    'is no good disc, says what is left, and there is a way on: $title',
    async (cell) => {
      const killed = await killedIn(cell);
      const { api, blank, drive, job, outcome, attempt } = killed;
      expect(attempt).toMatchObject({ touched: true });
      expect(outcome).not.toBe('ok');
      const medium = await putRight(killed, cell);
      const [{ mediumAfter } = attempt] = (await api.copies(job))[0]!.tries; // read by now
      const after = mediumAfter?.state ?? 'unknown';
      const isTrue = TRUE_OF[after]?.(medium) ?? mayBeUnknown(cell, mediumAfter?.remedy);
      expect(isTrue, `${after} of ${medium.states.join()}`).toBe(true);
      await expectKept(killed, cell);

      await recordsAgain(api, drive, blank);
    },
  );
});
