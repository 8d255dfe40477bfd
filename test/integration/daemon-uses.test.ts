import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { unreadable, useJobs } from '../support/use-jobs.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => {
  fillFolder(daemon.source, 'folder');
});

interface Range {
  readonly from: number;
  readonly count: number;
}

const { planned, recorded, proofOf, done, waiting } = useJobs(api);

describe('a job that erases', { timeout: 120_000 }, () => {
  it.each(['cd-rw', 'dvd+rw', 'bd-re'])(
    'makes a %s blank, proves it, and the next burn takes it',
    async (blank) => {
      const { drive } = await recorded(blank);
      const request = { type: 'erase', drives: [drive] };
      const { drives } = await planned(request);
      expect(drives[0]).toMatchObject({ plan: { do: 'erase' } });
      const job = await done({ ...request, planHash: drives[0]!.plan!.hash });
      expect(await proofOf(job)).toMatchObject({ do: 'erase', blank: true });
      expect((await api.copies(job))[0]).toMatchObject({ kind: 'erase', state: 'good', drive });
      await done(folderJob('folder', {}, { drives: [drive] }));
    },
  );

  it('fails with the reason where the medium cannot be erased: the next one is not erased in its place', async () => {
    const { drive } = await recorded('cd-r');
    expect((await planned({ type: 'erase', drives: [drive] })).drives[0]!.refusals).toMatchObject([
      { code: 'medium-not-erasable' },
    ]);
    const job = await api.submit({ type: 'erase', drives: [drive] });
    expect(await api.ended(job)).toMatchObject({ state: 'failed', problem: { code: 'medium-not-erasable' } });
    expect(await api.copies(job)).toMatchObject([{ state: 'skipped', tries: [] }]);
  });

  it('judges the disc that lies there, not the one that lay there before', async () => {
    const drive = await api.addDrive();
    await api.insert(drive, { blank: 'dvd-ram-cartridge', writeProtect: true });
    const locked = await api.submit({ type: 'erase', drives: [drive] });
    expect(await api.ended(locked)).toMatchObject({
      state: 'failed',
      problem: { code: 'medium-write-protected' },
    });
    await api.exchange(drive, { blank: 'cd-rw' });
    const other = await api.submit({ type: 'erase', drives: [drive] });
    expect(await api.ended(other)).toMatchObject({ state: 'completed' });
  });

  it('waits for a medium where there is none', async () => {
    const drive = await api.addDrive();
    const job = await api.submit({ type: 'erase', drives: [drive] });
    await waiting(job, 'insert-medium');
    await api.insert(drive, { blank: 'cd-rw' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  });

  it('must name its drives: nothing is erased because it happened to lie in one', async () => {
    expect((await api.refused('POST', '/v1/jobs', { type: 'erase' })).code).toBe('schema-violation');
    expect((await api.refused('POST', '/v1/jobs', { type: 'erase', drives: ['nowhere'] })).code).toBe(
      'drive-unknown',
    );
  });

  it('that fails says so, and its retry may use the same medium', async () => {
    const { drive } = await recorded('cd-rw');
    await api.faults(drive, [{ when: { opcode: 0xa1 }, do: { action: 'sense', sense: '4/09/00' } }]);
    const job = await api.submit({ type: 'erase', drives: [drive] });
    const failed = await api.ended(job);
    expect(failed).toMatchObject({ state: 'failed', problem: { code: 'erase-failed' } });
    await api.faults(drive, []);
    const { id } = (await api.post(`/v1/jobs/${job}/actions/retry`)).body as { id: string };
    expect(await api.ended(id)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('tries again with the same medium where it may, and does not wait for another one', async () => {
    const { drive } = await recorded('cd-rw');
    await api.faults(drive, [{ when: { opcode: 0xa1, nth: 1 }, do: { action: 'sense', sense: '4/09/00' } }]);
    const job = await api.submit({ type: 'erase', drives: [drive], maxAttempts: 2 });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const [copy] = await api.copies(job);
    expect(copy).toMatchObject({ state: 'good', tries: [{ problem: { code: 'erase-failed' } }, {}] });
  });

  it('erases one medium after the other where several are wanted', async () => {
    const { drive } = await recorded('cd-rw');
    const job = await api.submit({ type: 'erase', drives: [drive], copies: 2 });
    await waiting(job, 'wrong-medium');
    const other = await recorded('cd-rw');
    const { body } = await api.get(`/v1/virtual-drives/${other.drive}`);
    const { medium } = body as { medium: string };
    await api.delete(`/v1/virtual-drives/${other.drive}/medium`);
    await api.exchange(drive, { medium });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', copies: { good: 2 } });
  });
});

describe('a job that formats', { timeout: 120_000 }, () => {
  it('formats a BD-RE with the spare area that was asked for, and proves its size', async () => {
    const drive = await api.addDrive({ blank: 'bd-re' });
    const job = await done({
      type: 'format',
      drives: [drive],
      format: { spareArea: 'maximum', certification: 'full' },
    });
    const proof = await proofOf(job);
    expect(proof).toMatchObject({ do: 'format', formatted: true });
    expect((await api.drive(drive)).medium).toMatchObject({ formatted: true, capacity: proof['capacity'] });
    const refused = await api.submit({ type: 'format', drives: [drive], format: { formatType: 0x26 } });
    expect((await api.ended(refused)).problem).toMatchObject({ code: 'format-unsupported' });
  });
});

describe('a job that verifies', { timeout: 120_000 }, () => {
  it('compares a disc with what its job has sent, later and in another drive', async () => {
    const { drive, job } = await recorded('dvd+r', { verify: 'none' });
    const other = await api.addDrive({});
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    await api.delete(`/v1/virtual-drives/${drive}/medium`);
    await api.insert(other, { medium });
    const verify = await done({ type: 'verify', job });
    expect(await proofOf(verify)).toMatchObject({ do: 'verify', verify: 'full', verified: {} });
    expect((await api.copies(verify))[0]).toMatchObject({ kind: 'verify', drive: other });
  });

  it('compares a disc, too, at which nobody could look once it was closed', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [{ when: { lba: 400, access: 'read' }, do: { action: 'unplug' } }]);
    const job = await api.submit(folderJob('folder', { verify: 'full' }, { drives: [drive] }));
    expect(await api.ended(job)).toMatchObject({ state: 'failed', problem: { code: 'attempt-unproven' } });
    expect((await api.copies(job))[0]!.tries[0]!.mediumAfter).not.toHaveProperty('recording');
    await api.faults(drive, []);
    await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    const refused = await api.refused('POST', '/v1/jobs', { type: 'verify', job });
    expect(refused).toMatchObject({ code: 'verify-drives-unnamed', errors: [{ pointer: '/drives' }] });
    const verify = await done({ type: 'verify', job, drives: [drive] });
    expect(await proofOf(verify)).toMatchObject({ do: 'verify', verify: 'full', verified: {} });
    // Any disc may be it, and what another one holds is not what was sent.
    await api.exchange(drive, { blank: 'dvd+r' });
    await done(folderJob('folder', {}, { drives: [drive] }));
    const other = await api.ended(await api.submit({ type: 'verify', job, drives: [drive] }));
    expect(other).toMatchObject({ state: 'failed', problem: { code: 'verify-mismatch' } });
    // But for one of another kind.
    await api.exchange(drive, { blank: 'cd-r' });
    await done(folderJob('folder', {}, { drives: [drive] }));
    await waiting(await api.submit({ type: 'verify', job, drives: [drive] }), 'verify-other-medium');
  });

  it('takes no other disc than those of the job', async () => {
    const { job, drive } = await recorded('dvd+r');
    await api.exchange(drive, { blank: 'dvd+r' });
    await done(folderJob('folder', {}, { drives: [drive] }));
    const verify = await api.submit({ type: 'verify', job, drives: [drive] });
    // Recorded from the same folder at another time: the volume's dates differ, and thereby the disc.
    await waiting(verify, 'verify-other-medium');
    expect((await api.refused('POST', '/v1/jobs', { type: 'verify', job: verify })).code).toBe(
      'recording-unknown',
    );
  });

  it('names blocks and files that are bad, fails at once and does not wear the disc by trying again', async () => {
    const { drive, job } = await recorded('dvd+r');
    await api.faults(drive, [unreadable(400)]);
    const verify = await api.submit({ type: 'verify', job, drives: [drive] });
    const failed = await api.ended(verify);
    expect(failed).toMatchObject({ state: 'failed', problem: { code: 'verify-unreadable' } });
    expect(failed.problem!.detail).toContain('400');
    expect(failed.problem!.errors!.map(({ pointer }) => pointer)).toContain('/large.bin');
    expect((await api.copies(verify))[0]!.tries).toMatchObject([{ state: 'bad', touched: false }]);
  });

  it('compares with an image file beneath a root that was never sent', async () => {
    const { drive } = await recorded('dvd+r');
    const bytes = await api.recorded(drive);
    writeFileSync(join(daemon.source, 'same.iso'), bytes);
    const changed = Uint8Array.from(bytes);
    changed[300 * 2048]! ^= 1;
    writeFileSync(join(daemon.source, 'other.iso'), changed);
    const request = (path: string) => ({
      type: 'verify',
      source: { root: 'source', path },
      drives: [drive],
    });
    await done(request('same.iso'));
    const failed = await api.ended(await api.submit(request('other.iso')));
    expect(failed.problem).toMatchObject({ code: 'verify-mismatch' });
    expect(failed.problem!.errors).toMatchObject([{ message: expect.stringContaining('300') as string }]);
  });
});

describe('a job that reads', { timeout: 120_000 }, () => {
  it.each(['cd-r', 'dvd+r', 'dvd+rw'])(
    'makes an image of a %s that others can read and that can be recorded',
    async (blank) => {
      const { drive } = await recorded(blank);
      const job = await done({ type: 'read', drives: [drive] });
      const { image } = await api.job(job);
      const view = (await api.get(`/v1/images/${image!}`)).body as {
        state: string;
        type: string;
        bytes: number;
      };
      expect(view).toMatchObject({ state: 'ready', type: 'read' });
      const { bytes } = await api.get(`/v1/images/${image!}/content`);
      expect(bytes.length).toBe(view.bytes);
      const part = await api.ask('GET', `/v1/images/${image!}/content`, undefined, {
        range: 'bytes=32768-34815',
      });
      expect(part.status).toBe(206);
      expect(part.bytes.subarray(1, 6).toString()).toBe('CD001');
      expect(part.bytes.equals(bytes.subarray(32_768, 34_816))).toBe(true);

      const folder = temporaryFolder();
      writeFileSync(join(folder, 'read.iso'), bytes);
      if (hasTool('bsdtar')) {
        mkdirSync(join(folder, 'out'));
        execFileSync('bsdtar', ['-xf', join(folder, 'read.iso'), '-C', join(folder, 'out')]);
        execFileSync('diff', ['-r', join(daemon.source, 'folder'), join(folder, 'out')]);
      }
      if (hasTool('isoinfo'))
        expect(execFileSync('isoinfo', ['-d', '-i', join(folder, 'read.iso')]).toString()).toContain(
          'CD-ROM',
        );

      const target = await api.addDrive({ blank: 'dvd+r' });
      await done({ type: 'image', image, drives: [target], burn: { verify: 'full' } });
      expect((await api.recorded(target)).subarray(0, bytes.length).equals(bytes)).toBe(true);
      await done({ type: 'verify', image, drives: [target] });
      // The image is what the job was for: it stays when the job is forgotten.
      await api.delete(`/v1/jobs/${job}`);
      expect((await api.get(`/v1/images/${image!}/content`)).bytes.length).toBe(bytes.length);
    },
  );

  it('fails where blocks cannot be read; with zero-fill it keeps a map of them', async () => {
    const { drive } = await recorded('dvd+r');
    await api.faults(drive, [unreadable(300), unreadable(301), unreadable(450)]);
    const stopped = await api.ended(await api.submit({ type: 'read', drives: [drive] }));
    expect(stopped).toMatchObject({ state: 'failed', problem: { code: 'read-incomplete' } });
    expect(stopped.image).toBeUndefined();

    const read = { onUnreadable: 'zero-fill', retries: 0 };
    const job = await done({ type: 'read', drives: [drive], read });
    const { image } = await api.job(job);
    const { items } = (await api.get(`/v1/images/${image!}/unreadable`)).body as { items: Range[] };
    expect(items).toEqual([
      { from: 300, count: 2 },
      { from: 450, count: 1 },
    ]);
    expect(await proofOf(job)).toMatchObject({ unreadableBlocks: 3 });
    await api.faults(drive, []);
    const whole = await done({ type: 'read', drives: [drive] });
    const expected = Uint8Array.from(
      (await api.get(`/v1/images/${(await api.job(whole)).image!}/content`)).bytes,
    );
    for (const { from, count } of items) expected.fill(0, from * 2048, (from + count) * 2048);
    const { bytes } = await api.get(`/v1/images/${image!}/content`);
    expect(bytes.equals(expected)).toBe(true);
  });

  it('that is canceled leaves no image', async () => {
    const { drive } = await recorded('dvd+r');
    await api.faults(drive, [{ when: { lba: 64, access: 'read' }, do: { action: 'stall', ms: 3000 } }]);
    const job = await api.submit({ type: 'read', drives: [drive] });
    await api.inPhase(job, 'read');
    const { image } = await api.job(job);
    await api.post(`/v1/jobs/${job}/actions/cancel`);
    expect(await api.ended(job)).toMatchObject({ state: 'canceled' });
    expect((await api.refused('GET', `/v1/images/${image!}`)).code).toBe('image-unknown');
  });
});

describe('a job that closes', { timeout: 120_000 }, () => {
  it('finalizes an appendable disc, once', async () => {
    const { drive } = await recorded('dvd+r', { close: 'session' });
    const job = await done({ type: 'close', drives: [drive] });
    expect(await proofOf(job)).toMatchObject({ do: 'close', status: 'complete' });
    expect((await api.drive(drive)).medium!.status).toBe('complete');
    const again = await api.submit({ type: 'close', drives: [drive] });
    expect((await api.ended(again)).problem).toMatchObject({ code: 'medium-closed' });
  });
});
