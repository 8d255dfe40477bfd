import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { portOf } from '../../src/drive/discovery.js';
import type { IdempotencyKey, Store } from '../../src/jobs/store/store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import {
  aDataJob,
  aDrive,
  aReadyJob,
  assigned,
  DIGEST,
  openTestStore,
  openTestTransactions,
  seeDrives,
} from '../support/test-store.js';

const KEY = { route: 'POST /v1/jobs', key: 'order-88231', digest: DIGEST };
const OTHER_DIGEST = 'b'.repeat(64);

describe('a job that is asked for again with the same key', () => {
  it('is made once, though fifty ask at the same time', async () => {
    const store = await openTestStore();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => store.createJob(aDataJob(), 'uid:1000', { idempotency: KEY })),
    );
    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await store.listJobs({ limit: 200 })).items).toHaveLength(1);
    expect((await store.eventLog()).head).toBe(1);
  });

  it('gets the answer of the first time, whatever became of the job', async () => {
    const store = await openTestStore();
    const first = await store.createJob(aDataJob(), 'uid:1000', { idempotency: KEY });
    await store.cancelJob(first.job.id);
    const again = await store.createJob(aDataJob(), 'uid:1000', { idempotency: KEY });
    expect(again).toEqual({ job: first.job, replayed: true });
  });

  it('is refused with another body, and another job for another client', async () => {
    const store = await openTestStore();
    const { job } = await store.createJob(aDataJob(), 'uid:1000', { idempotency: KEY });
    const other = { ...KEY, digest: OTHER_DIGEST };
    await expect(store.createJob(aDataJob(), 'uid:1000', { idempotency: other })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    const theirs = await store.createJob(aDataJob(), 'uid:1001', { idempotency: other });
    expect(theirs.job.id).not.toBe(job.id);
  });

  it('leaves the key free when it was refused', async () => {
    const store = await openTestStore();
    const wrong = store.createJob(aDataJob({ drives: ['none'] }), 'uid:1000', { idempotency: KEY });
    await expect(wrong).rejects.toMatchObject({ code: 'drive-unknown' });
    const { replayed } = await store.createJob(aDataJob(), 'uid:1000', {
      idempotency: { ...KEY, digest: OTHER_DIGEST },
    });
    expect(replayed).toBe(false);
  });
});

describe('a job that is retried again with the same key', () => {
  const RETRY = { ...KEY, route: 'POST /v1/jobs/:id/actions/retry' };
  const retry = (store: Store, job: string) => store.retryJob(job, 'uid:1000', { idempotency: RETRY });

  it('is retried once, though the daemon was killed before it could answer', async () => {
    const path = join(temporaryFolder(), 'spindle.db');
    const first = await openTestStore(path);
    const { job } = await first.createJob(aDataJob(), 'uid:1000');
    await first.cancelJob(job.id);
    const made = await retry(first, job.id);
    expect(made).toMatchObject({ replayed: false, job: { retryOf: job.id } });
    await first.close();

    const next = await openTestStore(path);
    await next.beginGeneration();
    expect(await retry(next, job.id)).toEqual({ job: made.job, replayed: true });
    expect((await next.listJobs({ limit: 9 })).items).toHaveLength(2);
  });

  it('leaves the key free when it was refused', async () => {
    const store = await openTestStore();
    const { job } = await store.createJob(aDataJob(), 'uid:1000');
    await expect(retry(store, job.id)).rejects.toMatchObject({ code: 'transition-refused' });
    await store.cancelJob(job.id);
    expect(await retry(store, job.id)).toMatchObject({ replayed: false });
  });
});

describe('another request with a key', () => {
  const key: IdempotencyKey = { principal: 'uid:1000', route: 'POST /v1/tokens', key: 'k1', digest: DIGEST };
  const answer = { status: 201, headers: { location: '/v1/tokens/1' }, body: { id: '1' } };

  it('is in flight until it is answered, then gets the same answer again', async () => {
    const store = await openTestStore();
    expect(await store.beginIdempotent(key)).toBeUndefined();
    await expect(store.beginIdempotent(key)).rejects.toMatchObject({ code: 'idempotency-key-in-flight' });
    await store.finishIdempotent(key, answer);
    expect(await store.beginIdempotent(key)).toEqual(answer);
  });

  it('may come again when it failed, or when the daemon died over it', async () => {
    const store = await openTestStore();
    await store.beginIdempotent(key);
    await store.abandonIdempotent(key);
    expect(await store.beginIdempotent(key)).toBeUndefined();
    await store.beginGeneration();
    expect(await store.beginIdempotent(key)).toBeUndefined();
  });
});

describe('a lease', () => {
  const request = { drive: 'one', principal: 'uid:1000', name: 'ripper', ttlMs: 60_000, bound: false };

  it('counts how often its holder takes it and ends when it was released as often', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const { id } = await store.takeLease(request);
    expect(await store.takeLease(request)).toMatchObject({ id, count: 2 });
    expect(await store.releaseLease(id, 'uid:1000')).toMatchObject({ count: 1 });
    expect(await store.releaseLease(id, 'uid:1000')).toBeUndefined();
    expect(await store.leaseOf('one')).toBeUndefined();
  });

  it('tells others who holds the drive, and is theirs to neither renew nor release', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const { id } = await store.takeLease(request);
    const refused = store.takeLease({ ...request, principal: 'uid:1001' });
    await expect(refused).rejects.toMatchObject({ code: 'drive-leased' });
    await expect(refused).rejects.toThrow(/ripper of uid:1000/);
    await expect(store.renewLease(id, 'uid:1001', 1)).rejects.toMatchObject({ code: 'lease-unknown' });
    await expect(store.releaseLease(id, 'uid:1001')).rejects.toMatchObject({ code: 'lease-unknown' });
  });

  it('cannot be had of a drive at work or of none', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    await assigned(store, await aReadyJob(store), 'one');
    await expect(store.takeLease(request)).rejects.toMatchObject({ code: 'drive-busy' });
    await expect(store.takeLease({ ...request, drive: 'none' })).rejects.toMatchObject({
      code: 'drive-unknown',
    });
  });

  it('expires, is renewed and is broken, and each is told', () => {
    let elapsed = 1000;
    const { act, told } = openTestTransactions(() => elapsed);
    act(({ seeDrives: see }) => see([aDrive('one')]));
    const { id, expiresAt } = act(({ takeLease }) => takeLease(request));
    elapsed += request.ttlMs - 1;
    expect(act(({ expireLeases }) => expireLeases())).toEqual([]);
    const renewed = act(({ renewLease }) => renewLease(id, 'uid:1000', 3_600_000));
    expect(renewed.expiresAt > expiresAt).toBe(true);
    elapsed += 3_599_999;
    expect(act(({ expireLeases }) => expireLeases())).toEqual([]);
    elapsed += 1;
    expect(act(({ expireLeases }) => expireLeases())).toMatchObject([{ id }]);
    act(({ takeLease }) => takeLease(request));
    expect(act(({ breakLease }) => breakLease('one'))).toMatchObject({ drive: 'one' });
    expect(act(({ breakLease }) => breakLease('one'))).toBeUndefined();
    expect(told.map(({ kind }) => kind)).toEqual([
      'drive.appeared',
      'lease.taken',
      'lease.renewed',
      'lease.expired',
      'lease.taken',
      'lease.broken',
    ]);
  });

  it('that is bound to a WebSocket does not outlive the daemon; another one does', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one', 'two');
    await store.takeLease({ ...request, bound: true });
    const kept = await store.takeLease({ ...request, drive: 'two' });
    await store.beginGeneration();
    expect(await store.listLeases()).toEqual([kept]);
  });
});

describe('a token', () => {
  const token = { name: 'kiosk', scopes: ['jobs:read'], secretHash: DIGEST };

  it('is found by the hash of its secret until it is revoked', async () => {
    const store = await openTestStore();
    const { id } = await store.createToken(token);
    expect(await store.findToken(DIGEST)).toMatchObject({ id, name: 'kiosk', scopes: ['jobs:read'] });
    expect(await store.findToken(OTHER_DIGEST)).toBeUndefined();
    await store.touchToken(id);
    expect((await store.listTokens())[0]).toHaveProperty('lastUsedAt');
    await store.revokeToken(id);
    expect(await store.findToken(DIGEST)).toBeUndefined();
    await expect(store.revokeToken(id)).rejects.toMatchObject({ code: 'token-unknown' });
  });

  it('is not found when it has expired', async () => {
    const store = await openTestStore();
    await store.createToken({ ...token, expiresAt: '2020-01-01T00:00:00.000Z' });
    expect(await store.findToken(DIGEST)).toBeUndefined();
  });

  it('never shows its secret or the hash of it', async () => {
    const store = await openTestStore();
    await store.createToken(token);
    expect(
      JSON.stringify([await store.listTokens(), await store.eventsSince(0, { limit: 10 })]),
    ).not.toContain(DIGEST);
  });
});

describe('a drive', () => {
  it('is told as matched, never silently, when it comes back at another port', async () => {
    const store = await openTestStore();
    const found = {
      transport: 'sg',
      location: { port: 'ata-1', device: '/dev/sr0' },
      identity: { vendor: 'PIONEER', product: 'BDR-212M', revision: '1.03', serial: 'S1' },
    } as const;
    const [first] = await store.seeDrives([found]);
    const [again] = await store.seeDrives([found]);
    expect(again).toMatchObject({ id: first!.id, rev: 1, name: 'PIONEER BDR-212M' });
    const [moved] = await store.seeDrives([{ ...found, location: { port: 'ata-2', device: '/dev/sr0' } }]);
    expect(moved).toMatchObject({ id: first!.id, rev: 2, location: { port: 'ata-2' } });
    const told = await store.eventsSince(0, { limit: 10 });
    expect(told.map(({ kind }) => kind)).toEqual(['drive.appeared', 'drive.matched']);
    expect(told[1]).toMatchObject({ data: { previous: { location: { port: 'ata-1' } } } });
  });

  it('is no new one at each look though its twin without a serial is at the same port', async () => {
    const store = await openTestStore();
    const cable = '/sys/devices/pci0000:00/0000:00:1f.2/ata2/host1';
    const twin = (device: string, place: string) => ({
      transport: 'sg' as const,
      location: { port: portOf(`${cable}/${place}`), device },
      identity: { vendor: 'PIONEER', product: 'BDR-212M', revision: '1.03' },
    });
    const twins = [twin('/dev/sr0', 'target1:0:0/1:0:0:0'), twin('/dev/sr1', 'target1:0:1/1:0:1:0')];
    const ids = async () => (await store.seeDrives(twins)).map(({ id }) => id);
    const first = await ids();
    expect(await ids()).toEqual(first);
    expect(await store.listDrives()).toHaveLength(2);
  });

  it('is changed only at the revision that was read', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    expect(await store.patchDrive('one', { name: 'top', accepting: false }, 1)).toMatchObject({
      name: 'top',
      rev: 2,
    });
    await expect(store.patchDrive('one', { name: 'left' }, 1)).rejects.toMatchObject({
      code: 'precondition-failed',
    });
  });

  it('that is virtual holds a medium that no other one holds, and goes with it', async () => {
    const store = await openTestStore();
    const row = { home: 'worker', settings: { speed: 'unlimited' } } as const;
    await store.createVirtualDrive({ id: 'one', ...row, medium: 'm1' });
    await seeDrives(store, 'one');
    const second = { id: 'two', ...row, medium: 'm1' };
    await expect(store.createVirtualDrive(second)).rejects.toMatchObject({ code: 'virtual-medium-in-use' });
    await expect(store.createVirtualDrive({ id: 'one', ...row })).rejects.toMatchObject({
      code: 'drive-exists',
    });
    expect(await store.patchVirtualDrive('one', { medium: null })).not.toHaveProperty('medium');
    await store.createVirtualDrive(second);
    await store.removeVirtualDrive('one');
    expect(await store.listDrives()).toEqual([]);
    expect(await store.listVirtualDrives()).toMatchObject([second]);
  });

  it('cannot be removed while it works', async () => {
    const store = await openTestStore();
    await store.createVirtualDrive({ id: 'one', home: 'worker', settings: { speed: 'unlimited' } });
    await seeDrives(store, 'one');
    await assigned(store, await aReadyJob(store), 'one');
    await expect(store.removeVirtualDrive('one')).rejects.toMatchObject({ code: 'drive-busy' });
  });
});
