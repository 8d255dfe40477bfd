import { expect } from 'vitest';
import type { sharedDaemon } from './daemon.js';
import { folderJob } from './sources.js';

/** A fault: the block cannot be read. */
export const unreadable = (lba: number): object => ({
  when: { lba, access: 'read' },
  do: { action: 'sense', sense: '3/11/00' },
});

/** What tests of the uses of a drive ask of a daemon. */
export const useJobs = (api: ReturnType<typeof sharedDaemon>['api']) => {
  const planned = async (request: object) =>
    (await api.post('/v1/plans?wait=30', request)).body as {
      state: string;
      drives: { plan?: { do: string; hash: string }; refusals: { code: string }[] }[];
    };

  /** A drive with a disc on which the folder was recorded. */
  const recorded = async (blank: string, burn: object = {}, more: object = {}) => {
    const drive = await api.addDrive({ blank, ...more });
    const job = await api.submit(folderJob('folder', burn, { drives: [drive] }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    return { drive, job };
  };

  const proofOf = async (job: string): Promise<Record<string, unknown>> =>
    (await api.copies(job))[0]!.tries.at(-1)!.proof as Record<string, unknown>;

  const done = async (request: object): Promise<string> => {
    const job = await api.submit(request);
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    return job;
  };

  const waiting = (job: string, code: string) =>
    api.jobUntil(
      job,
      ({ state, reasons }) => state === 'waiting' && reasons.some((why) => why.code === code),
    );

  return { planned, recorded, proofOf, done, waiting };
};
