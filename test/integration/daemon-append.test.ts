import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanReport } from '../../src/api/plan-report.js';
import type { BurnPlan } from '../../src/burn/plan.js';
import type { Attempt } from '../../src/jobs/records.js';
import { sharedDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => {
  for (const name of ['first', 'second', 'third']) fillFolder(daemon.source, name);
});

const APPEND = { onNonBlank: 'append', close: 'session' } as const;

const burn = (folder: string, drive: string, options: object = {}, more: object = {}): Promise<string> =>
  api.submit(folderJob(folder, options, { drives: [drive], ...more }));

/** What xorriso reads of /readme.txt of the session that begins at a block of what a drive recorded. */
const readmeAt = async (drive: string, block: number): Promise<string> => {
  const folder = temporaryFolder();
  const [image, file] = [join(folder, 'disc.iso'), join(folder, 'readme.txt')];
  writeFileSync(image, await api.recorded(drive));
  const load = ['-load', 'sbsector', String(block), '-indev', `stdio:${image}`];
  execFileSync('xorriso', [...load, '-osirrox', 'on', '-extract', '/readme.txt', file], { stdio: 'ignore' });
  return execFileSync('cat', [file], { encoding: 'utf8' });
};

interface Proof {
  readonly placement: { readonly start: number; readonly session: number };
}

const lastTry = async (job: string): Promise<Attempt> =>
  (await api.copies(job)).flatMap(({ tries }) => tries).at(-1)!;

const placeOf = async (job: string): Promise<Proof['placement']> =>
  ((await lastTry(job)).proof as unknown as Proof).placement;

const planOf = async (request: object): Promise<PlanReport> => {
  const asked = (await api.post('/v1/plans?wait=30', request)).body as PlanReport;
  return (await api.get(`/v1/plans/${asked.id}?wait=30`)).body as PlanReport;
};

describe('a job that appends', () => {
  it.skipIf(!hasTool('xorriso')).each([
    ['cd-r', 'tao'],
    ['cd-r', 'sao'],
    ['dvd+r', 'auto'],
  ])('adds a session to a %s (%s) that readers find at its place', async (blank, writeMode) => {
    const drive = await api.addDrive({ blank });
    await api.ended(await burn('first', drive, { close: 'session', writeMode }));
    const second = await burn('second', drive, { ...APPEND, writeMode });
    expect(await api.ended(second)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const third = await burn('third', drive, { ...APPEND, close: 'disc', writeMode });
    expect(await api.ended(third)).toMatchObject({ state: 'completed', outcome: 'ok' });

    const [at2, at3] = [await placeOf(second), await placeOf(third)];
    expect([at2.session, at3.session]).toEqual([2, 3]);
    expect(await readmeAt(drive, 0)).toBe('folder first\n');
    expect(await readmeAt(drive, at2.start)).toBe('folder second\n');
    expect(await readmeAt(drive, at3.start)).toBe('folder third\n');
  });

  it('begins a blank medium', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const job = await burn('first', drive, APPEND);
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(await placeOf(job)).toMatchObject({ session: 1, start: 0 });
  });

  it('waits with the reason where the medium is closed for good', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    await api.ended(await burn('first', drive));
    const job = await burn('second', drive, APPEND);
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'medium-not-appendable', drive }]);
  });

  it('makes its image anew when the medium has grown since, and never records one at a wrong place', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.ended(await burn('first', drive, { close: 'session' }));
    const held = await burn('second', drive, APPEND, { hold: true });
    const other = await burn('third', drive, APPEND);
    expect(await api.ended(other)).toMatchObject({ state: 'completed', outcome: 'ok' });
    await api.post(`/v1/jobs/${held}/actions/release`);
    expect(await api.ended(held)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect((await placeOf(held)).start).toBeGreaterThan((await placeOf(other)).start);
  });

  it.each([
    ['a blank medium', []],
    ['a medium that holds a session', ['first']],
  ])('makes its image anew when another one that began with it on %s came first', async (_what, before) => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    for (const folder of before) await api.ended(await burn(folder, drive, APPEND));
    const jobs = await Promise.all(['second', 'third'].map((folder) => burn(folder, drive, APPEND)));
    for (const job of jobs) expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const sessions = await Promise.all(jobs.map(async (job) => (await placeOf(job)).session));
    expect(sessions.toSorted()).toEqual([before.length + 1, before.length + 2]);
  });

  it('is for the medium that its client named, in whatever drive', async () => {
    const drives = [await api.addDrive({ blank: 'dvd+r' }), await api.addDrive({ blank: 'dvd+r' })];
    const [one, two] = drives as [string, string];
    await api.ended(await burn('first', one, { close: 'session' }));
    await api.ended(await burn('second', two, { close: 'session' }));
    const { recording } = (await api.drive(two)).medium!;
    const job = await api.submit(folderJob('third', APPEND, { recording }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect((await lastTry(job)).drive).toBe(two);
  });

  it.each([
    ['several copies', { copies: 2 }],
    ['several attempts', { maxAttempts: 2 }],
    ['no drive that is named', { drives: undefined }],
  ])('is refused with %s', async (_what, more) => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const request = folderJob('first', APPEND, { drives: [drive], ...more });
    const { errors } = await api.refused('POST', '/v1/jobs', request);
    expect(errors).toMatchObject([{ pointer: '/burn/onNonBlank' }]);
  });

  it('is planned with the place that its image would have', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    await api.ended(await burn('first', drive, { close: 'session' }));
    const plan = await planOf(folderJob('second', APPEND, { drives: [drive] }));
    expect(plan.drives).toMatchObject([
      { drive, plan: { placement: { session: 2, base: { session: 1, start: 0 } } }, refusals: [] },
    ]);
  });

  it.skipIf(!hasTool('genisoimage'))('records an image that genisoimage has made for its place', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    await api.ended(await burn('first', drive, { close: 'session' }));
    await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    const before = await planOf(folderJob('second', APPEND, { drives: [drive] }));
    const { start } = (before.drives[0]!.plan as BurnPlan).placement;
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'readme.txt'), 'by genisoimage\n');
    writeFileSync(join(folder, 'data.bin'), randomBytes(100_000));
    const at = (block: number, name: string): void => {
      const file = join(daemon.source, name);
      execFileSync('genisoimage', ['-quiet', '-R', '-C', `0,${block}`, '-o', file, folder]);
    };
    at(start + 7, 'elsewhere.iso');
    at(start, 'placed.iso');
    const job = (path: string) =>
      api.submit({ type: 'image', source: { root: 'source', path }, drives: [drive], burn: APPEND });
    const waiting = await api.jobUntil(await job('elsewhere.iso'), ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'image-misplaced', drive }]);
    await api.post(`/v1/jobs/${waiting.id}/actions/cancel`);
    expect(await api.ended(await job('placed.iso'))).toMatchObject({ state: 'completed', outcome: 'ok' });
    if (hasTool('xorriso')) expect(await readmeAt(drive, start)).toBe('by genisoimage\n');
  });
});
