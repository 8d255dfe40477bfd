import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Medium } from '../../src/drive/medium.js';
import { startDaemon } from '../support/daemon.js';
import { killProcess } from '../support/processes.js';
import { sampleOf } from '../support/sample.js';
import { ENDLESS_WRITES, fillFolder, folderJob } from '../support/sources.js';

/** Daemon, worker and home start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 240_000 };

const MEDIA = ['dvd-r', 'formatted dvd-rw', 'dvd-ram', 'bd-r', 'dvd+r-dl'] as const;

/** What keeps a drive in a phase until somebody is killed. Block 100 is none of those by which a medium is looked at. */
const STAYS_IN = {
  write: [ENDLESS_WRITES],
  close: [{ when: { opcode: 0x5b }, do: { action: 'stall', ms: 10_000 } }],
  verify: [{ when: { lba: 100, access: 'read' }, do: { action: 'stall', ms: 10_000 } }],
} as const;
type Phase = keyof typeof STAYS_IN;
const PHASES = Object.keys(STAYS_IN) as Phase[];

/** `worker`: the drive stays powered. `home`: it loses its power, and its buffer with it. */
const VICTIMS = ['worker', 'home'] as const;

const CELLS = MEDIA.flatMap((medium) =>
  // Nothing is closed on a DVD-RAM.
  PHASES.filter((phase) => medium !== 'dvd-ram' || phase !== 'close').flatMap((phase) =>
    VICTIMS.map((victim) => ({
      medium,
      phase,
      victim,
      title: `${victim} killed in ${phase} of a ${medium}`,
    })),
  ),
);

/** `all`, or text of the cells that are asked for; else a few each day. */
const ASKED = process.env['SPINDLE_CELL'];
const CHOSEN =
  ASKED === undefined
    ? sampleOf(CELLS, 3)
    : CELLS.filter(({ title }) => ASKED === 'all' || new RegExp(ASKED).test(title));

const begin = async ({ medium, phase }: (typeof CELLS)[number]) => {
  const daemon = await startDaemon();
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 4);
  const blank = medium === 'formatted dvd-rw' ? 'dvd-rw' : medium;
  const drive = await api.addDrive({ blank, home: 'process' });
  if (medium === 'formatted dvd-rw') {
    const job = await api.submit({ type: 'format', drives: [drive] });
    expect(await api.ended(job)).toMatchObject({ outcome: 'ok' });
  }
  await api.faults(drive, STAYS_IN[phase]);
  const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
  await (phase === 'write' ? api.working(drive, 'write') : api.inPhase(job, phase));
  return { daemon, api, blank, drive, job };
};

/** What the medium's own tables say, which no drive was asked for. */
const isFinalized = (state: string, drive: string): boolean => {
  const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
  const { medium } = read(join(state, 'virtual', 'drives', drive, 'drive.json')) as { medium: string };
  return (read(join(medium, 'medium.json')) as { finalized: boolean }).finalized;
};

/** What `mediumAfter` may say of a medium that is as the drive now tells. */
const TRUE_OF: Readonly<Record<string, (medium: Medium) => boolean>> = {
  usable: ({ blankness }) => blankness.probable,
  appendable: ({ status }) => status === 'appendable',
  'needs-erase': ({ erasable, blankness }) => erasable && !blankness.probable,
  // A DVD+R DL whose layer break was set for this recording takes no other, closed or not.
  lost: ({ states, nextWritable }) =>
    states.includes('finalized') || states.includes('damaged') || nextWritable === undefined,
  unknown: () => true,
};

/** An open border that nothing was recorded in waits for its first recording. */
const isUnfinished = ({ lastSession, blankness }: Medium): boolean =>
  lastSession === 'damaged' || (lastSession === 'incomplete' && !blankness.probable);

describe('a burn in which somebody is killed', SLOW, () => {
  it.each(CHOSEN)('is no good disc, says what is left, and there is a way on: $title', async (cell) => {
    const { daemon, api, blank, drive, job } = await begin(cell);
    const victims =
      cell.victim === 'worker' ? daemon.workersOf(drive) : daemon.pidsOf('worker/virtual-home', drive);
    await killProcess(victims[0]!);

    const ended = await api.ended(job);
    expect(ended.outcome).not.toBe('ok');
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
    const after = (await api.copies(job))[0]!.tries[0]!.mediumAfter;
    expect(TRUE_OF[after?.state ?? 'unknown']!(medium), `${after?.state} of ${medium.states.join()}`).toBe(
      true,
    );

    if (isUnfinished(medium)) {
      const recovery = await api.submit({ type: 'recover', drives: [drive] });
      expect(await api.ended(recovery)).toMatchObject({ state: 'completed', outcome: 'ok' });
    }
    const left = (await api.drive(drive)).medium!;
    if (left.states.includes('finalized')) await api.exchange(drive, { blank });
    const how = left.states.includes('appendable') ? { onNonBlank: 'append' } : { onNonBlank: 'erase' };
    const again = await api.submit(folderJob('folder', how, { drives: [drive], copies: 1, maxAttempts: 1 }));
    expect(await api.ended(again)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });
});
