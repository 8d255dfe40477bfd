import { describe, expect, it } from 'vitest';
import { startDaemon } from '../support/daemon.js';
import { killProcess } from '../support/processes.js';
import { inTurn } from '../support/sample.js';
import { fillFolder, folderJob } from '../support/sources.js';

/** Several daemons, workers and homes start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: 240_000 };

/** So few that erasing all of them takes a real drive seconds, and so many that it takes it some. */
const CAPACITY = 20_000;

/** A disc with a folder on it, recorded in no time, in a drive that takes its time and has a process of its own. */
const erasing = async (blank: string) => {
  const daemon = await startDaemon();
  const { api } = daemon;
  fillFolder(daemon.source, 'folder', 4);
  const fast = await api.addDrive({});
  await api.insert(fast, { blank, capacity: CAPACITY });
  const burn = (drive: string) => api.submit(folderJob('folder', {}, { drives: [drive] }));
  expect(await api.ended(await burn(fast))).toMatchObject({ state: 'completed', outcome: 'ok' });
  const { medium } = (await api.get(`/v1/virtual-drives/${fast}`)).body as { medium: string };
  await api.delete(`/v1/virtual-drives/${fast}/medium`);
  const drive = await api.addDrive({ home: 'process', speed: 'realtime' });
  await api.insert(drive, { medium });
  const erase = () => api.submit({ type: 'erase', drives: [drive], erase: { method: 'full' } });
  const job = await erase();
  await api.attemptUntil(job, ({ touched }) => touched);
  return { daemon, api, drive, job, erase, burn };
};

type Erasing = Awaited<ReturnType<typeof erasing>>;

const WHO = {
  worker: ({ daemon, drive }: Erasing) => daemon.workerOf(drive),
  'drive itself, by the power': ({ daemon, drive }: Erasing) =>
    daemon.pidsOf('worker/virtual-home', drive)[0]!,
} as const;

describe.each(inTurn(['cd-rw', 'dvd+rw'], 1))('a full erasure of a %s', SLOW, (blank) => {
  it.each(Object.keys(WHO) as (keyof typeof WHO)[])(
    'that loses its %s calls the disc blank only if it is; done again, it is, and takes the next recording',
    async (who) => {
      const place = await erasing(blank);
      const { api, drive, job, erase, burn } = place;
      await killProcess(WHO[who](place));
      expect(await api.ended(job)).toMatchObject({ state: 'failed' });
      const there = await api.driveUntil(
        drive,
        ({ holding, medium }) => holding === 'free' && medium !== undefined,
      );
      // Nobody may take what was half erased for a blank disc; a drive that keeps its power blanks it to the end by itself.
      const [attempt] = (await api.copies(job))[0]!.tries;
      const { state } = attempt!.mediumAfter!;
      expect(attempt).toMatchObject({ touched: true });
      expect(['usable', 'needs-erase', 'unknown']).toContain(state);
      const isBlank = there.medium!.contents === 'none' && there.medium!.tracks.every((track) => track.blank);
      if (state === 'usable') expect(isBlank).toBe(true);

      expect(await api.ended(await erase())).toMatchObject({ state: 'completed', outcome: 'ok' });
      const { medium } = await api.driveUntil(drive, ({ holding }) => holding === 'free');
      expect(medium).toMatchObject({ contents: 'none', erasable: true });
      expect(await api.ended(await burn(drive))).toMatchObject({ state: 'completed', outcome: 'ok' });
    },
  );
});
