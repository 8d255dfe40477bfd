import { beforeAll, describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder } from '../support/sources.js';
import { unreadable, useJobs } from '../support/use-jobs.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => {
  fillFolder(daemon.source, 'folder');
});

const { planned, recorded, done, waiting } = useJobs(api);

describe('a job that copies', { timeout: 120_000 }, () => {
  it('copies a disc to two others at once, proves them, and keeps no image', async () => {
    const { drive } = await recorded('dvd+r');
    const targets = [await api.addDrive({ blank: 'dvd+r' }), await api.addDrive({ blank: 'dvd+rw' })];
    const request = { type: 'copy', from: { drive }, drives: targets, copies: 2 };
    const { drives } = await planned(request);
    expect(drives).toMatchObject([
      { drive, kind: 'source', plan: { do: 'read' } },
      {
        drive: targets[0],
        kind: 'disc',
        plan: { do: 'burn', medium: 'dvd+r', closes: 'disc' },
        refusals: [],
      },
      {
        drive: targets[1],
        kind: 'disc',
        plan: { do: 'burn', medium: 'dvd+rw', willFormat: true },
        refusals: [],
      },
    ]);
    const job = await done(request);
    expect((await api.copies(job)).map(({ kind }) => kind)).toEqual(['source', 'disc', 'disc']);
    expect((await api.job(job)).copies).toMatchObject({ good: 2 });
    const original = await api.recorded(drive);
    for (const target of targets)
      expect((await api.recorded(target)).subarray(0, original.length).equals(original)).toBe(true);
    expect((await api.job(job)).image).toBeUndefined();
  });

  it('is planned for each target beforehand, refusals included', async () => {
    const { drive } = await recorded('dvd+r');
    const small = await api.addDrive({ blank: 'dvd+r', capacity: 100 });
    const { drives } = await planned({ type: 'copy', from: { drive }, drives: [drive, small] });
    expect(drives).toMatchObject([
      { drive, kind: 'source', plan: { do: 'read' } },
      { drive, kind: 'disc', refusals: [{ code: 'medium-not-blank' }] },
      { drive: small, kind: 'disc', refusals: [{ code: 'medium-too-small' }] },
    ]);
  });

  it('waits with one drive until its disc is changed, and never records on the original', async () => {
    const { drive } = await recorded('cd-rw');
    const job = await api.submit({
      type: 'copy',
      from: { drive },
      drives: [drive],
      burn: { onNonBlank: 'erase' },
      keepImage: true,
    });
    await waiting(job, 'wrong-medium');
    await api.exchange(drive, { blank: 'cd-r' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', copies: { good: 1 } });
    const { image } = await api.job(job);
    expect(image).toBeDefined();
    // It is as good as any other image: given out, and recorded once more.
    const { bytes } = await api.get(`/v1/images/${image!}/content`);
    expect(bytes.subarray(32_769, 32_774).toString()).toBe('CD001');
    await api.exchange(drive, { blank: 'cd-r' });
    await done({ type: 'image', image, drives: [drive], burn: { verify: 'full' } });
    expect((await api.recorded(drive)).subarray(0, bytes.length).equals(bytes)).toBe(true);
  });

  it('makes what is missing from what was read, when it is retried after a failure of a copy', async () => {
    const { drive } = await recorded('dvd+r');
    const target = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(target, [{ when: { opcode: 0x2a }, do: { action: 'sense', sense: '3/0C/00' } }]);
    const job = await api.submit({ type: 'copy', from: { drive }, drives: [target] });
    expect(await api.ended(job)).toMatchObject({ state: 'failed', problem: { code: 'write-failed' } });
    await api.faults(target, []);
    await api.exchange(target, { blank: 'dvd+r' });
    const { id } = (await api.post(`/v1/jobs/${job}/actions/retry`)).body as { id: string };
    expect(await api.ended(id)).toMatchObject({ state: 'completed', copies: { good: 1 } });
    const original = await api.recorded(drive);
    expect((await api.recorded(target)).subarray(0, original.length).equals(original)).toBe(true);
  });

  it('fails where its source cannot be read, and records nothing', async () => {
    const { drive } = await recorded('dvd+r');
    await api.faults(drive, [unreadable(300)]);
    const target = await api.addDrive({ blank: 'dvd+r' });
    const job = await api.submit({ type: 'copy', from: { drive }, drives: [target] });
    expect(await api.ended(job)).toMatchObject({ state: 'failed', problem: { code: 'read-incomplete' } });
    expect((await api.copies(job)).map(({ state }) => state)).toEqual(['bad', 'skipped']);
    expect((await api.drive(target)).medium!.status).toBe('empty');
    // The retry reads once more.
    await api.faults(drive, []);
    const { id } = (await api.post(`/v1/jobs/${job}/actions/retry`)).body as { id: string };
    expect(await api.ended(id)).toMatchObject({ state: 'completed', copies: { good: 1 } });
  });
});
