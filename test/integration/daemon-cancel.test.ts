import { beforeAll, describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';
import { unreadable } from '../support/use-jobs.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => fillFolder(daemon.source, 'folder', 4));

/** A job whose drive has begun with a phase and is stuck in it for a while. */
const held = async (blank: string, { phase, fault }: { phase: string; fault: object }, burn = {}) => {
  const drive = await api.addDrive({ blank });
  await api.faults(drive, [fault]);
  const job = await api.submit(folderJob('folder', burn, { drives: [drive] }));
  if (phase === 'close') await api.inPhase(job, phase);
  else await api.working(drive, phase);
  return { drive, job };
};

/** CLOSE TRACK/SESSION is what closing a disc consists of. */
const stallAt = (opcode: number, ms: number): object => ({
  when: { opcode, nth: 1 },
  do: { action: 'stall', ms },
});
const CLOSE = 0x5b;

const stallInVerify = { when: { lba: 1500, access: 'read' }, do: { action: 'stall', ms: 2500 }, times: 1 };

const cancel = (job: string, force = false) => api.post(`/v1/jobs/${job}/actions/cancel`, { force });

describe('canceling', () => {
  it('a job that has not begun ends it at once, without a disc', async () => {
    const job = await api.submit(folderJob('folder', {}, { hold: true }));
    expect((await cancel(job)).body).toMatchObject({ state: 'canceled', copies: { canceled: 1 } });
    expect(await api.copies(job)).toMatchObject([{ attempts: 0 }]);
    const again = await api.refused('POST', `/v1/jobs/${job}/actions/cancel`);
    expect(again).toMatchObject({ code: 'transition-refused', status: 409 });
  });

  it('a write to a disc that can be written once is refused, and the burn goes on', async () => {
    const { job } = await held('dvd+r', { phase: 'write', fault: slowWrites(2500) });
    const problem = await api.refused('POST', `/v1/jobs/${job}/actions/cancel`);
    expect(problem).toMatchObject({ code: 'would-ruin-medium', status: 409 });
    expect(problem.title).toContain('ruins a disc');
    expect(problem.remedy).toContain('force');
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('it with force ends the copy and says that the disc is ruined', async () => {
    const { job, drive } = await held('dvd+r', { phase: 'write', fault: slowWrites(2500) });
    expect((await cancel(job, true)).body).toMatchObject({ state: 'canceling' });
    const ended = await api.ended(job);
    expect(ended).toMatchObject({ state: 'canceled', copies: { canceled: 1, good: 0 } });
    const [copy] = await api.copies(job);
    expect(copy).toMatchObject({ problem: { code: 'canceled' } });
    expect(copy!.problem!.detail).toMatch(/The medium is lost|The recording is not complete/);
    expect((await api.driveUntil(drive, ({ holding }) => holding === 'free')).medium?.status).not.toBe(
      'empty',
    );
  });

  it('a write to a rewritable disc needs no force, and the drive takes the next job', async () => {
    const { job, drive } = await held('dvd+rw', { phase: 'write', fault: slowWrites(2500) });
    await cancel(job);
    expect(await api.ended(job)).toMatchObject({ state: 'canceled' });
    const next = await api.submit(folderJob('folder', { onNonBlank: 'erase' }, { drives: [drive] }));
    expect(await api.ended(next)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('while the disc is being closed is refused even with force, and the disc becomes good', async () => {
    const { job } = await held('dvd+r', { phase: 'close', fault: stallAt(CLOSE, 2500) });
    const problem = await api.refused('POST', `/v1/jobs/${job}/actions/cancel`, { force: true });
    expect(problem).toMatchObject({ code: 'too-late-to-cancel', status: 409 });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('the verification keeps the closed disc, but does not call it good', async () => {
    const { job, drive } = await held('dvd+r', { phase: 'verify', fault: stallInVerify });
    await cancel(job);
    expect(await api.ended(job)).toMatchObject({ state: 'canceled', copies: { good: 0 } });
    const [copy] = await api.copies(job);
    expect(copy!.tries).toMatchObject([{ state: 'unproven' }]);
    expect((await api.drive(drive)).medium).toMatchObject({ status: 'complete' });
  });

  it('a disc that was left unproven so is proven by a verification later, in any drive; its own job stays as it ended', async () => {
    const { job, drive } = await held('dvd+r', { phase: 'verify', fault: stallInVerify });
    await cancel(job);
    await api.ended(job);
    const before = await api.copies(job);
    const other = await api.addDrive({});
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    await api.delete(`/v1/virtual-drives/${drive}/medium`);
    await api.insert(other, { medium });

    const verify = await api.submit({ type: 'verify', job });
    expect(await api.ended(verify)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const [copy] = await api.copies(verify);
    expect(copy).toMatchObject({ kind: 'verify', state: 'good', drive: other });
    const proof = copy!.tries.at(-1)!.proof as { verify: string; recording: string };
    expect(proof).toMatchObject({ do: 'verify', verify: 'full' });
    const [unproven] = before[0]!.tries;
    expect(proof.recording).toBe((unproven!.mediumAfter as { recording: string }).recording);
    expect(await api.copies(job)).toEqual(before);
  });

  it('a disc that was left unproven and is bad is found to be bad by a verification later', async () => {
    const { job, drive } = await held('dvd+r', { phase: 'verify', fault: stallInVerify });
    await cancel(job);
    await api.ended(job);
    await api.faults(drive, [unreadable(400)]);
    const verify = await api.submit({ type: 'verify', job, drives: [drive] });
    expect(await api.ended(verify)).toMatchObject({
      state: 'failed',
      problem: { code: 'verify-unreadable' },
    });
  });

  it('a simulated write needs no force: the disc stays blank', async () => {
    const fault = slowWrites(2500);
    const { job, drive } = await held('cd-r', { phase: 'write', fault }, { simulate: true });
    await cancel(job);
    expect(await api.ended(job)).toMatchObject({ state: 'canceled' });
    expect((await api.driveUntil(drive, ({ holding }) => holding === 'free')).medium).toMatchObject({
      status: 'empty',
    });
  });

  it('one of two copies under way with another pending ends both', async () => {
    const drive = await api.addDrive({ blank: 'dvd+rw' });
    await api.faults(drive, [slowWrites(2500)]);
    const job = await api.submit(folderJob('folder', {}, { drives: [drive], copies: 2 }));
    await api.working(drive, 'write');
    await cancel(job);
    expect(await api.ended(job)).toMatchObject({ state: 'canceled', copies: { canceled: 2 } });
  });
});
