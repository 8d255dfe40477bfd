import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { BUILD } from '../support/daemon-client.js';
import { ATTEMPT, WorkerRig, ended, entryOf } from '../support/worker-rig.js';

const MEBIBYTE = 1 << 20;

const withFiles = (rig: WorkerRig, bytes = 3 * MEBIBYTE): WorkerRig => {
  mkdirSync(join(rig.source, 'folder'));
  writeFileSync(join(rig.source, 'large.bin'), randomBytes(bytes));
  writeFileSync(join(rig.source, 'folder', 'small.txt'), 'small');
  return rig;
};

describe('a worker', () => {
  it('records, proves and verifies an image, and notes each step before it', async () => {
    const rig = withFiles(new WorkerRig());
    await rig.master();
    rig.start();
    const client = await rig.connect();
    expect(await client.attach()).toMatchObject({ drive: 'drive-1', build: BUILD });
    const assignment = await rig.assignment(client);
    const reply = await client.request({ do: 'start', assignment });
    expect(reply).toMatchObject({ op: 'reply', value: { attempt: { ...ATTEMPT, ended: false } } });
    const end = await ended(client);
    expect(end).toMatchObject({ result: 'good', proof: { underruns: 0, verify: 'full' } });

    const kinds = (await rig.journal())?.map((entry) => (entry.kind === 'phase' ? entry.phase : entry.kind));
    expect(kinds?.[0]).toBe('accepted');
    expect(kinds?.indexOf('touching')).toBeLessThan(kinds!.indexOf('close'));
    expect(kinds?.slice(-3)).toEqual(['verify', 'unload', 'ended']);
    expect(client.received.filter(({ op }) => op === 'progress').length).toBeGreaterThan(0);
    expect(client.received.filter(({ op }) => op === 'journal')).toHaveLength(kinds!.length);

    expect(await rig.quit(client)).toEqual([0, null]);
    const transcript = readFileSync(
      join(rig.argument.stateDir, 'transcripts', `${ATTEMPT.job}-1-1.jsonl`),
      'utf8',
    );
    expect(transcript).toContain('WRITE (10)');

    const iso = join(rig.folder, 'disc.iso');
    await exportImage(rig.medium, iso);
    expect(readFileSync(iso).includes(readFileSync(join(rig.source, 'large.bin')))).toBe(true);
  });

  it('cancels an attempt that it is just about to accept, before the medium is touched', async () => {
    const rig = withFiles(new WorkerRig());
    await rig.master();
    rig.start();
    const client = await rig.connect();
    await client.attach();
    const assignment = await rig.assignment(client);
    const started = client.request({ do: 'start', assignment });
    const canceled = client.request({ do: 'cancel', attempt: ATTEMPT, force: false });
    expect(await canceled).toMatchObject({ op: 'reply', value: { effect: 'canceling' } });
    expect(await started).toMatchObject({ op: 'reply' });
    expect(await ended(client)).toMatchObject({ result: 'withdrawn', problem: { code: 'canceled' } });
  });

  it('answers a repeated start with the state of the attempt, and forgets it when it is told to', async () => {
    const rig = withFiles(new WorkerRig());
    await rig.master();
    rig.start();
    const client = await rig.connect();
    await client.attach();
    const assignment = await rig.assignment(client);
    await client.request({ do: 'start', assignment });
    expect(await client.request({ do: 'start', assignment })).toMatchObject({
      value: { attempt: { ...ATTEMPT, ended: false } },
    });
    expect(await client.request({ do: 'forget', attempt: ATTEMPT })).toMatchObject({
      failure: { code: 'transition-refused' },
    });
    const other = { ...assignment, copy: 2 };
    expect(await client.request({ do: 'start', assignment: other })).toMatchObject({
      failure: { code: 'drive-busy' },
    });
    await ended(client);
    expect(await client.request({ do: 'start', assignment })).toMatchObject({
      value: { attempt: { ended: true, touched: true } },
    });
    await client.request({ do: 'forget', attempt: ATTEMPT });
    expect(await rig.journal()).toBeUndefined();
    expect((await client.request({ do: 'status' }))['value']).not.toHaveProperty('attempt');
  });

  it('records the same image again only if its bytes are the same, without touching the sources of a spool', async () => {
    const rig = withFiles(new WorkerRig({ blank: 'cd-rw' }));
    await rig.master('always');
    writeFileSync(join(rig.source, 'large.bin'), 'changed since');
    rig.start();
    const client = await rig.connect();
    await client.attach();
    await rig.begin(client);
    expect(await ended(client)).toMatchObject({ result: 'good' });
  });

  it('refuses a plan that does not fit any more, with the medium untouched', async () => {
    const rig = withFiles(new WorkerRig());
    await rig.master();
    rig.start();
    const client = await rig.connect();
    await client.attach();
    const assignment = { ...(await rig.assignment(client)), planHash: 'another' };
    await client.request({ do: 'start', assignment });
    expect(await ended(client)).toMatchObject({ result: 'refused', problem: { code: 'plan-stale' } });
    expect((await rig.journal())?.map(({ kind }) => kind)).toEqual(['accepted', 'ended']);
  });

  it('finishes its disc when the connection is cut, and tells the next daemon', async () => {
    const rig = withFiles(new WorkerRig({ drive: { speed: 'realtime' } }), 12 * MEBIBYTE);
    await rig.master();
    rig.start();
    const client = await rig.connect();
    await client.attach();
    await rig.begin(client);
    await client.frame(entryOf('touching'));
    client.close();
    const next = await rig.connect();
    const status = await next.attach(2);
    expect(status).toMatchObject({ attempt: { ...ATTEMPT, touched: true, ended: false } });
    expect(await ended(next)).toMatchObject({ result: 'good' });
    const { value } = await next.request({ do: 'journal', attempt: ATTEMPT, after: 2 });
    const { entries } = value as { entries: { sequence: number }[] };
    expect(entries[0]?.sequence).toBe(3);
    expect(entries).toEqual((await rig.journal())?.slice(2));
  });

  it('leaves a journal with touching and without end when it is killed in mid burn', async () => {
    const rig = withFiles(new WorkerRig({ drive: { speed: 'realtime' } }), 12 * MEBIBYTE);
    await rig.master();
    rig.start();
    const client = await rig.connect();
    await client.attach();
    await rig.begin(client);
    await client.frame(
      ({ op, progress }) => op === 'progress' && (progress as { phase: string }).phase === 'write',
    );
    rig.kill();
    await client.end();
    const kinds = (await rig.journal())?.map(({ kind }) => kind);
    expect(kinds).toContain('touching');
    expect(kinds).not.toContain('ended');

    rig.start();
    const next = await rig.connect();
    expect(await next.attach(2)).not.toHaveProperty('attempt');
    expect(await next.request({ do: 'report' })).toMatchObject({
      value: { presence: 'present', contents: 'ready' },
    });
    const assignment = { ...ATTEMPT, image: rig.image, roots: rig.roots, planHash: 'x' };
    const use = { do: 'burn', options: { verify: 'full' } };
    expect(await next.request({ do: 'start', assignment: { ...assignment, use } })).toMatchObject({
      failure: { code: 'attempt-interrupted' },
    });
  });

  it('goes on with its disc after SIGTERM and SIGHUP, and ends after it', async () => {
    const rig = withFiles(new WorkerRig({ drive: { speed: 'realtime' } }), 12 * MEBIBYTE);
    await rig.master();
    const child = rig.start();
    const client = await rig.connect();
    await client.attach();
    await rig.begin(client);
    await client.frame(entryOf('touching'));
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    expect(await client.request({ do: 'quit' })).toMatchObject({ value: { ending: false } });
    expect(await ended(client)).toMatchObject({ result: 'good' });
    expect(await rig.exit()).toEqual([0, null]);
  });
});

describe('canceling', () => {
  it('needs force once a write-once medium has been begun, and says what is lost', async () => {
    const rig = withFiles(new WorkerRig({ drive: { speed: 'realtime' } }), 40 * MEBIBYTE);
    await rig.master();
    rig.start();
    const client = await rig.connect();
    await client.attach();
    await rig.begin(client);
    await client.frame(
      ({ op, progress }) => op === 'progress' && (progress as { phase: string }).phase === 'write',
    );
    const cancel = { do: 'cancel', attempt: ATTEMPT };
    expect(await client.request({ ...cancel, force: false })).toMatchObject({
      failure: { code: 'would-ruin-medium' },
    });
    expect(await client.request({ ...cancel, force: true })).toMatchObject({
      value: { effect: 'canceling' },
    });
    const end = await ended(client);
    expect(end).toMatchObject({ result: 'bad', problem: { code: 'canceled' } });
    expect(end).toHaveProperty('medium.state');
    expect(await client.request({ ...cancel, force: true })).toMatchObject({
      failure: { code: 'transition-refused' },
    });
  });
});
