import { describe, expect, it } from 'vitest';
import type { Medium } from '../../src/drive/medium.js';
import type { ApiClient } from '../support/api-client.js';
import { startDaemon } from '../support/daemon.js';
import { patient } from '../support/patient.js';
import { killProcess } from '../support/processes.js';
import { crashCells } from '../support/sample.js';
import { fillFolder, folderJob } from '../support/sources.js';

/** Several daemons, workers and homes start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: patient(240_000) };

interface Blank {
  readonly blank: string;
  /** So few blocks that erasing all of them takes a real drive seconds, and so many that it takes it some. */
  readonly capacity: number;
  readonly model?: string;
}

const CD_RW = { blank: 'cd-rw', capacity: 20_000 };
const DVD_RW = { blank: 'dvd-rw', capacity: 20_000 };
const DVD_PLUS_RW = { blank: 'dvd+rw', capacity: 20_000 };
const DVD_RAM = { blank: 'dvd-ram', capacity: 20_000 };
const BD_R = { blank: 'bd-r', capacity: 32_768 };
const BD_RE = { blank: 'bd-re', capacity: 32_768 };
const DISK = { blank: 'removable-disk', capacity: 20_000, model: 'disk-drive' };

interface Treatment {
  readonly name: string;
  readonly request: object;
  readonly media: readonly Blank[];
  /** Of a medium that nothing was recorded on: it is treated once. */
  readonly onlyBlank?: true;
}

const ERASURE = { type: 'erase', erase: { method: 'full' } } as const;

const TREATMENTS: readonly Treatment[] = [
  {
    name: 'a full erasure',
    request: ERASURE,
    media: [CD_RW, DVD_RW, DVD_PLUS_RW, DVD_RAM, BD_RE, DISK],
  },
  { name: 'a quick erasure', request: { type: 'erase' }, media: [CD_RW, DVD_RW, DVD_PLUS_RW, BD_RE] },
  { name: 'a format', request: { type: 'format' }, media: [DVD_RW, DVD_PLUS_RW, DVD_RAM, BD_RE] },
  {
    name: 'a format without spares',
    request: { type: 'format', format: { spareArea: 'none' } },
    media: [BD_RE],
  },
  { name: 'a format', request: { type: 'format' }, media: [BD_R], onlyBlank: true },
];

/** What is about to be done to the medium is done, and the drive is not heard of again before somebody dies. */
const HELD = [0x04, 0xa1, 0x2a].map((opcode) => ({
  when: { opcode },
  do: { action: 'stall', ms: 10_000 },
  times: 1,
}));

/** `worker`: the drive stays powered. `home`: it loses its power. */
const VICTIMS = ['worker', 'home'] as const;

const CELLS = TREATMENTS.flatMap(({ media, ...treatment }) =>
  media.flatMap((medium) =>
    VICTIMS.map((victim) => ({
      ...treatment,
      ...medium,
      victim,
      title: `${victim} killed in ${treatment.name} of a ${medium.blank}`,
    })),
  ),
);
type Cell = (typeof CELLS)[number];

const recording = (drive: string): object => folderJob('folder', {}, { drives: [drive] });

/** A disc in a drive that has a process of its own and takes its time, once it was recorded in one that takes none. */
const treating = async ({ request, blank, capacity, model, onlyBlank }: Cell) => {
  const daemon = await startDaemon();
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 4);
  const fast = await api.addDrive({ ...(model && { model }) });
  await api.insert(fast, { blank, capacity });
  if (onlyBlank !== true)
    expect(await api.ended(await api.submit(recording(fast)))).toMatchObject({ outcome: 'ok' });
  const { medium } = (await api.get(`/v1/virtual-drives/${fast}`)).body as { medium: string };
  await api.delete(`/v1/virtual-drives/${fast}/medium`);
  const drive = await api.addDrive({ home: 'process', speed: 'realtime', ...(model && { model }) });
  await api.insert(drive, { medium });
  await api.faults(drive, HELD);
  const treat = () => api.submit({ ...request, drives: [drive] });
  const job = await treat();
  await api.attemptUntil(job, ({ touched }) => touched);
  return { daemon, api, drive, job, treat };
};

/** What can be overwritten is one track, whatever lies on it. */
const isBlank = ({ contents, tracks, overwritable }: Medium): boolean =>
  contents === 'none' && (overwritable || tracks.every(({ blank }) => blank));

const freeMedium = async (api: ApiClient, drive: string): Promise<Medium> => {
  const { medium } = await api.driveUntil(
    drive,
    ({ holding, contents, medium: there }) =>
      holding === 'free' && contents === 'ready' && there !== undefined,
  );
  return medium!;
};

/** What is treated once is brought into order where that went wrong; anything else is treated again. */
const treatedAgain = async (
  api: ApiClient,
  {
    drive,
    treat,
    medium,
    onlyBlank,
  }: { drive: string; medium: Medium; onlyBlank?: boolean } & {
    readonly treat: () => Promise<string>;
  },
): Promise<void> => {
  if (onlyBlank === true && medium.lastSession !== 'damaged') return;
  const again = onlyBlank === true ? await api.submit({ type: 'recover', drives: [drive] }) : await treat();
  expect(await api.ended(again)).toMatchObject({ state: 'completed', outcome: 'ok' });
};

describe('what is done to a disc without recording on it', SLOW, () => {
  it.each(crashCells(CELLS, 2))(
    'calls the disc blank only if it is; done again, it is, and takes the next recording: $title',
    async (cell) => {
      const { daemon, api, drive, job, treat } = await treating(cell);
      const killed =
        cell.victim === 'worker' ? daemon.workerOf(drive) : daemon.pidsOf('worker/virtual-home', drive)[0]!;
      await killProcess(killed);
      expect(await api.ended(job)).toMatchObject({ state: 'failed' });
      // The next daemon switches the drive on again.
      if (cell.victim === 'home') await daemon.restart();
      await api.faults(drive, []);
      // Nobody may take what was half done for a blank disc; a drive that keeps its power comes to the end by itself.
      const medium = await freeMedium(api, drive);
      const [attempt] = (await api.copies(job))[0]!.tries;
      expect(attempt).toMatchObject({ touched: true });
      const { state } = attempt!.mediumAfter!;
      // Only what can be written once can be lost.
      expect(['usable', 'needs-erase', 'unknown', ...(cell.onlyBlank ? ['lost'] : [])]).toContain(state);
      if (state === 'usable') expect(isBlank(medium)).toBe(true);

      await treatedAgain(api, { ...cell, drive, treat, medium });
      expect(isBlank(await freeMedium(api, drive))).toBe(true);
      expect(await api.ended(await api.submit(recording(drive)))).toMatchObject({
        state: 'completed',
        outcome: 'ok',
      });
    },
  );
});
