import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanReport } from '../../src/api/plan-report.js';
import type { PlanOf } from '../../src/burn/plan.js';
import { runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;
let drive: string;

const spindle = (...args: string[]) => runCli(['--socket', daemon.socket, ...args]);

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

describe('the speed that a plan tells of', () => {
  const zoned = (blank: string) => api.addDrive({ model: 'zoned-writer', blank });
  const burnPlanOf = async (on: string, burn: object = {}): Promise<PlanOf<'burn'>> => {
    const { drives } = await plan(folderJob('folder', burn, { drives: [on] }));
    return drives[0]?.plan as PlanOf<'burn'>;
  };

  // 16x of DVD begins with 240/585 of it (Pioneer), 8x of two layers with 4x; a BD-RE and a DVD+R of a plain drive are recorded steadily.
  it.each([
    ['CAV', 'zoned-writer', 'dvd+r', 'cav', 22_160, 9091],
    ['zones', 'zoned-writer', 'dvd+r-dl', 'zclv', 11_080, 5540],
    ['CLV', 'zoned-writer', 'bd-re', 'clv', 8991, 8991],
    ['CLV, too,', 'bd-writer', 'dvd+r', 'clv', 22_160, 22_160],
  ] as const)('is by %s with %s and %s', async (...row) => {
    const [, model, blank, rotation, speedKBps, startKBps] = row;
    const told = await burnPlanOf(await api.addDrive({ model, blank }));
    const { parts, padding } = told.placement;
    const [part] = parts;
    expect(told).toMatchObject({ speedKBps, pace: { rotation, zones: [{ start: part!.start, startKBps }] } });
    const last = told.pace!.zones.at(-1)!;
    expect(last.end).toBe(part!.start + part!.blocks + padding - 1);
    // So small an image ends where it began.
    expect(last.endKBps / startKBps).toBeCloseTo(1, 2);
  });

  it('has zones for the speed that the drive stands at, and only its kind of rotation for another; the record has them', async () => {
    const slow = await zoned('dvd+r');
    const job = await api.submit(folderJob('folder', { speed: '8x' }, { drives: [slow] }));
    await api.ended(job);
    const [copy] = await api.copies(job);
    expect(copy!.tries[0]!.proof).toMatchObject({ pace: { rotation: 'zclv', kBps: 11_080 } });
    await api.exchange(slow, { blank: 'dvd+r' });
    expect((await burnPlanOf(slow, { speed: '8x' })).pace).toMatchObject({
      rotation: 'zclv',
      zones: [{ start: 0, startKBps: 8310, endKBps: 8310 }],
    });
    expect((await burnPlanOf(slow)).pace).toEqual({ rotation: 'cav', zones: [] });
  });

  it('is the next slower one where that may be, and the record has what the drive made of it', async () => {
    const stubborn = await zoned('dvd+r');
    const burn = { speed: '6x', adjustSpeed: true };
    const told = await burnPlanOf(stubborn, burn);
    expect(told.speedKBps).toBe(5540);
    expect(told.warnings).toContainEqual(expect.objectContaining({ code: 'speed-adjusted' }));
    // SET STREAMING and SET CD SPEED.
    const faults = [0xb6, 0xbb].map((opcode) => ({
      when: { opcode },
      do: { action: 'sense', sense: '5/20/00' },
      times: 9,
    }));
    await api.put(`/v1/virtual-drives/${stubborn}/faults`, { faults });
    const job = await api.submit(folderJob('folder', burn, { drives: [stubborn] }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed' });
    const [copy] = await api.copies(job);
    expect(copy!.tries[0]).toMatchObject({ notices: [{ code: 'speed-adjusted' }] });
    expect((await spindle('watch', job)).stdout.toString()).toContain('said that it would do so at 16x');
  });

  it('is left open where a drive tells nothing of its speeds', async () => {
    const silent = await api.addDrive({ blank: 'dvd+r' });
    // GET PERFORMANCE, MODE SENSE (10) and (6).
    const faults = [0xac, 0x5a, 0x1a].map((opcode) => ({
      when: { opcode },
      do: { action: 'sense', sense: '5/20/00' },
    }));
    await api.put(`/v1/virtual-drives/${silent}/faults`, { faults });
    const told = await burnPlanOf(silent);
    expect(told).not.toHaveProperty('pace');
    expect(told).not.toHaveProperty('speedKBps');
    expect(told.warnings).toContainEqual(expect.objectContaining({ code: 'speeds-unknown' }));
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
