import { beforeAll, describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => fillFolder(daemon.source, 'folder', 3));

const burn = async (blank: string, options: object) => {
  const drive = await api.addDrive({ blank });
  return { drive, job: await api.submit(folderJob('folder', options, { drives: [drive] })) };
};

const proofOf = async (job: string) => (await api.copies(job))[0]!.tries[0]!.proof as Record<string, unknown>;
const phasesOf = async (job: string): Promise<Set<string>> => {
  const attempts = (await api.events()).filter(
    ({ kind, topic }) => kind === 'attempt.advanced' && topic === `jobs/${job}`,
  );
  return new Set(attempts.flatMap(({ data }) => (data as { phase?: string }).phase ?? []));
};

describe('a test write', () => {
  it('is done on CD-R, and the disc is as blank as before', async () => {
    const { drive, job } = await burn('cd-r', { simulate: true });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(await proofOf(job)).toMatchObject({ simulated: true, verify: 'none' });
    expect((await api.driveUntil(drive, ({ holding }) => holding === 'free')).medium?.status).toBe('empty');
  });

  it('is refused on a medium that knows none, which stays blank', async () => {
    const { drive, job } = await burn('dvd+r', { simulate: true });
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'simulate-unsupported', drive }]);
    expect((await api.drive(drive)).medium?.status).toBe('empty');
  });
});

describe('verification', () => {
  it('is left out when it is not wanted, and the record says so', async () => {
    const { job } = await burn('dvd+r', { verify: 'none' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const proof = await proofOf(job);
    expect(proof).toMatchObject({ verify: 'none' });
    expect(proof).not.toHaveProperty('verified');
    expect(await phasesOf(job)).not.toContain('verify');
  });

  it('is done in part when a quick one is wanted', async () => {
    fillFolder(daemon.source, 'larger', 24);
    const drive = await api.addDrive({ blank: 'bd-re' });
    const job = await api.submit(folderJob('larger', { verify: 'quick' }, { drives: [drive] }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const { verified, placement } = (await proofOf(job)) as {
      verified: { blocks: number };
      placement: { blocks: number };
    };
    expect(verified.blocks).toBeGreaterThan(0);
    expect(verified.blocks).toBeLessThan(placement.blocks);
  });
});

describe('the end of a burn', () => {
  it('gives the disc out when that is wanted', async () => {
    const { drive, job } = await burn('dvd+r', { eject: true });
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
    expect((await api.driveUntil(drive, ({ holding }) => holding === 'free')).contents).toBe('open');
  });

  it('keeps the disc in by default, with the tray unlocked', async () => {
    const { drive, job } = await burn('dvd+r', {});
    await api.ended(job);
    expect((await api.driveUntil(drive, ({ holding }) => holding === 'free')).contents).toBe('ready');
    await api.post(`/v1/drives/${drive}/actions/eject`);
    expect((await api.drive(drive)).contents).toBe('open');
  });

  it('leaves the disc appendable when only the session is to be closed', async () => {
    const { drive, job } = await burn('cd-r', { close: 'session' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
    expect((await api.driveUntil(drive, ({ holding }) => holding === 'free')).medium?.status).toBe(
      'appendable',
    );
  });
});

describe('the speed', () => {
  it('that no drive offers for the medium is refused with those that there are', async () => {
    const { drive, job } = await burn('dvd+r', { speed: 1 });
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'speed-unsupported', drive }]);
    expect(waiting.reasons[0]!.detail).toMatch(/\d{4,}/);
  });

  it('that was asked for is in the plan', async () => {
    const { job } = await burn('dvd+r', { speed: '4x' });
    await api.ended(job);
    const { items } = (await api.get(`/v1/jobs/${job}/plan`)).body as {
      items: { plan: { speedKBps: number } }[];
    };
    expect(items[0]!.plan.speedKBps).toBe(5540);
  });
});
