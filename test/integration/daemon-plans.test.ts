import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanReport } from '../../src/api/plan-report.js';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;
let drive: string;

beforeAll(async () => {
  fillFolder(daemon.source, 'folder', 4);
  const many = join(daemon.source, 'many');
  mkdirSync(many);
  for (let number = 0; number < 300; number += 1) writeFileSync(join(many, `${number}.txt`), 'x');
  drive = await api.addDrive({ blank: 'dvd+r' });
});

const plan = async (request: object): Promise<PlanReport> => {
  const report = (await api.post('/v1/plans?wait=30', request)).body as PlanReport;
  expect(report).toMatchObject({ state: 'ready' });
  return report;
};

const spools = (): string[] =>
  readdirSync(join(daemon.state, 'images')).filter((name) => name.endsWith('.spool'));

describe('a plan', () => {
  it.each([
    ['that asks for a spool', 'folder', { spool: 'always' }, true, 'asks for it'],
    ['of several copies', 'folder', { copies: 3 }, true, '3 copies'],
    ['of many small files', 'many', {}, true, 'small files'],
    ['of one copy of large files', 'folder', {}, false, 'large files'],
    ['that forbids a spool', 'many', { spool: 'never' }, false, 'forbids it'],
  ])('of a job %s says whether it will be spooled, and spools nothing', async (...row) => {
    const [, folder, more, spooled, reason] = row;
    const { summary, drives } = await plan(folderJob(folder, {}, { drives: [drive], ...more }));
    expect(summary).toMatchObject({ spooled, spoolReason: expect.stringContaining(reason) as string });
    expect(drives).toMatchObject([{ drive, refusals: [] }]);
    expect(spools()).toEqual([]);
  });

  it('makes an image that a job can record, though not one that insists on a spool', async () => {
    const { image } = await plan(folderJob('folder', {}, { drives: [drive], spool: 'always' }));
    const job = { type: 'image', image, drives: [drive] };
    const problem = await api.refused('POST', '/v1/jobs', { ...job, spool: 'always' });
    expect(problem).toMatchObject({ code: 'schema-violation', errors: [{ pointer: '/spool' }] });
    expect(problem.detail).toContain('has no spool');
    expect(await api.ended(await api.submit(job))).toMatchObject({ state: 'completed' });
  });

  it('refuses what a job of the same request waits for, by the same code', async () => {
    const small = await api.addDrive({ blank: 'dvd+r', capacity: 100 });
    const request = folderJob('folder', {}, { drives: [small] });
    expect((await plan(request)).drives).toMatchObject([{ refusals: [{ code: 'medium-too-small' }] }]);
    const job = await api.submit(request);
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'medium-too-small', drive: small }]);
    await api.exchange(small, { blank: 'dvd+r' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  });
});

describe('a daemon that is killed', () => {
  it('leaves no image that was made for a plan alone, but one that a job records', async () => {
    const small = await api.addDrive({ name: 'small', blank: 'dvd+r', capacity: 100 });
    const request = folderJob('folder', {}, { drives: [small] });
    const [wanted, unwanted] = [(await plan(request)).image, (await plan(request)).image];
    const job = await api.submit({ type: 'image', image: wanted, drives: [small] });
    await daemon.kill();
    await daemon.start();
    expect((await api.ask('GET', `/v1/images/${unwanted}`)).status).toBe(404);
    const files = readdirSync(join(daemon.state, 'images'));
    expect(files.filter((name) => name.startsWith(unwanted!))).toEqual([]);
    await api.exchange(small, { blank: 'dvd+r' });
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  });
});

describe('an image that was spooled', () => {
  it('is recorded by a job that asks for a spool', async () => {
    const sources = [{ at: '/', root: 'source', path: 'folder' }];
    const made = await api.post('/v1/images', { type: 'data', sources, spool: 'always' });
    const { id } = made.body as { id: string };
    await api.imageUntil(id, ({ state }) => state === 'ready');
    const other = await api.addDrive({ blank: 'dvd+r' });
    const job = await api.submit({ type: 'image', image: id, spool: 'always', drives: [other] });
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
  });
});
