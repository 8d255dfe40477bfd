import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { PlanReport } from '../../src/api/plan-report.js';
import type { BurnPlan } from '../../src/burn/plan.js';
import { sharedDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { inTurn } from '../support/sample.js';
import { folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { entriesOf } from '../support/trees.js';

// Three discs are recorded in some of these, each by a process of its own.
vi.setConfig({ testTimeout: 150_000 });

const daemon = sharedDaemon();
const { api } = daemon;

/** A folder of the root `source`, made of paths and contents. */
const folder = (name: string, files: Readonly<Record<string, string>>): void => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(daemon.source, name, file, '..'), { recursive: true });
    writeFileSync(join(daemon.source, name, file), text);
  }
};

const FIRST = { 'kept/deep/old.txt': 'old', 'kept/both.txt': 'the old one', 'gone/away.txt': 'away' };
const SECOND = { 'kept/both.txt': 'the new one', 'kept/new.txt': 'new' };
const THIRD = { 'third.txt': 'third' };

beforeAll(() => {
  folder('first', FIRST);
  folder('second', SECOND);
  folder('third', THIRD);
});

const APPEND = { onNonBlank: 'append', close: 'session' } as const;

const append = (name: string, drive: string, more: object = {}): Promise<string> =>
  api.submit(folderJob(name, APPEND, { drives: [drive], ...more }));

const begin = async (drive: string, close: 'session' | 'disc' = 'session'): Promise<void> => {
  const job = await api.submit(folderJob('first', { close }, { drives: [drive] }));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
};

interface Proof {
  readonly placement: { readonly start: number };
}

const startOf = async (job: string): Promise<number> =>
  ((await api.copies(job)).flatMap(({ tries }) => tries).at(-1)!.proof as unknown as Proof).placement.start;

/** All files that xorriso finds in the session that begins at a block of what the drive has recorded. */
const filesAt = async (drive: string, block: number): Promise<Record<string, string>> => {
  const scratch = temporaryFolder();
  const [image, extracted] = [join(scratch, 'disc.iso'), join(scratch, 'extracted')];
  writeFileSync(image, await api.recorded(drive));
  const load = ['-load', 'sbsector', String(block), '-indev', `stdio:${image}`];
  execFileSync('xorriso', ['-osirrox', 'on', ...load, '-extract', '/', extracted], { stdio: 'ignore' });
  execFileSync('chmod', ['-R', 'u+w', extracted]);
  const files = entriesOf(extracted).filter(({ kind }) => kind !== 'directory');
  return Object.fromEntries(files.map(({ path }) => [path, readFileSync(join(extracted, path), 'utf8')]));
};

const planOf = async (request: object): Promise<PlanReport> => {
  const asked = (await api.post('/v1/plans?wait=30', request)).body as PlanReport;
  return (await api.get(`/v1/plans/${asked.id}?wait=30`)).body as PlanReport;
};

describe.skipIf(!hasTool('xorriso'))('what a job appends', () => {
  it.each(inTurn(['cd-r', 'dvd+r', 'dvd-r', 'bd-r'], 2))(
    'to a %s is shown together with what was there, again and again',
    async (blank) => {
      const drive = await api.addDrive({ blank });
      await begin(drive);
      const second = await append('second', drive);
      expect(await api.ended(second)).toMatchObject({ state: 'completed', outcome: 'ok' });
      expect(await filesAt(drive, await startOf(second))).toEqual({ ...FIRST, ...SECOND });
      const third = await append('third', drive);
      expect(await api.ended(third)).toMatchObject({ state: 'completed', outcome: 'ok' });
      expect(await filesAt(drive, await startOf(third))).toEqual({ ...FIRST, ...SECOND, ...THIRD });
    },
  );

  // Such media keep no sessions: there is one volume, which grows.
  it.each(inTurn(['dvd+rw', 'dvd-ram', 'bd-re'], 1))(
    'to a %s makes its volume grow, again and again',
    async (blank) => {
      const drive = await api.addDrive({ blank });
      await begin(drive, 'disc');
      const grow = (name: string) =>
        api.submit(folderJob(name, { onNonBlank: 'append' }, { drives: [drive] }));
      expect(await api.ended(await grow('second'))).toMatchObject({ state: 'completed', outcome: 'ok' });
      expect(await filesAt(drive, 0)).toEqual({ ...FIRST, ...SECOND });
      expect(await api.ended(await grow('third'))).toMatchObject({ state: 'completed', outcome: 'ok' });
      expect(await filesAt(drive, 0)).toEqual({ ...FIRST, ...SECOND, ...THIRD });
    },
  );

  it('is shown without what the client removes, and told in the plan', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await begin(drive);
    const asked = folderJob('second', APPEND, { drives: [drive], import: { remove: ['/gone'] } });
    const plan = await planOf(asked);
    expect(plan.drives[0]?.refusals).toEqual([]);
    const burn = plan.drives[0]!.plan as BurnPlan;
    expect(burn.imports).toMatchObject({ start: 0, fileSystem: 'rock-ridge', entries: 3 });
    expect(burn.warnings.map(({ code }) => code)).not.toContain('session-hidden');
    const job = await api.submit(asked);
    await api.ended(job);
    expect(await filesAt(drive, await startOf(job))).toEqual({
      'kept/deep/old.txt': FIRST['kept/deep/old.txt'],
      ...SECOND,
    });
  });

  it('hides what was there when the client wants it so, and says so before', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    await begin(drive);
    const asked = folderJob('second', APPEND, { drives: [drive], import: false });
    const burn = (await planOf(asked)).drives[0]!.plan as BurnPlan;
    expect(burn.imports).toBeUndefined();
    expect(burn.warnings.map(({ code }) => code)).toContain('session-hidden');
    const job = await api.submit(asked);
    await api.ended(job);
    expect(await filesAt(drive, await startOf(job))).toEqual(SECOND);
  });

  it('can be read by Joliet, whose names have no more than they had', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await begin(drive);
    const job = await append('second', drive, { import: { fileSystem: 'joliet' } });
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(await filesAt(drive, await startOf(job))).toEqual({ ...FIRST, ...SECOND });
  });
});

describe('a job that appends', () => {
  it.each([
    ['replaces nothing where that is refused', { onConflict: 'refuse' }, 'name-collision'],
    ['removes only what is there', { remove: ['/nowhere'] }, 'base-path-unknown'],
    ['finds no file system that is not there', { fileSystem: 'enhanced' }, 'base-unsuitable'],
  ])('%s', async (_what, wanted, code) => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await begin(drive);
    const before = (await api.drive(drive)).medium?.recording;
    const job = await api.ended(await append('second', drive, { import: wanted }));
    expect(job).toMatchObject({ state: 'failed', problem: { code } });
    expect((await api.drive(drive)).medium?.recording).toBe(before);
  });

  it('leaves out what it cannot carry on where the client has agreed, and lists it', async () => {
    folder('linked', { 'plain.txt': 'plain' });
    symlinkSync('plain.txt', join(daemon.source, 'linked', 'link'));
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const first = await api.submit(folderJob('linked', { close: 'session' }, { drives: [drive] }));
    expect(await api.ended(first)).toMatchObject({ state: 'completed' });
    const asked = { drives: [drive], volume: { rockRidge: false } };
    const refused = await planOf(folderJob('second', APPEND, asked));
    expect(refused.problem).toMatchObject({ code: 'base-unsuitable', errors: [{ pointer: '/link' }] });

    const agreed = folderJob('second', APPEND, { ...asked, import: { skipUnsupported: true } });
    const leftOut = [{ path: '/link', leftOut: 'is a link, which needs Rock Ridge' }];
    expect((await planOf(agreed)).warnings).toEqual(leftOut);
    const { state, image } = await api.ended(await api.submit(agreed));
    expect(state).toBe('completed');
    expect((await api.get(`/v1/images/${image}`)).body).toMatchObject({ warnings: leftOut });
  });

  it('records nothing where the medium is another one, or was recorded on, since its image was made', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await begin(drive);
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    const { image } = await planOf(folderJob('second', APPEND, { drives: [drive] }));
    const other = await api.addDrive({ blank: 'dvd+r' });
    await begin(other);

    const named = (where: string) => ({ type: 'image', image, drives: [where], burn: APPEND });
    const refusals = async (where: string) => (await planOf(named(where))).drives[0]!.refusals;
    expect(await refusals(drive)).toEqual([]);
    expect(await refusals(other)).toMatchObject([{ code: 'medium-changed' }]);
    const waiting = await api.jobUntil(await api.submit(named(other)), ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'wrong-medium', drive: other }]);

    await api.exchange(drive, { blank: 'dvd+r' });
    expect((await refusals(drive)).map(({ code }) => code)).toContain('medium-changed');
    await api.exchange(drive, { medium });
    await api.ended(await append('third', drive));
    expect((await refusals(drive)).map(({ code }) => code)).toContain('medium-changed');
  });

  it('is told apart from one that begins a disc', async () => {
    const request = folderJob('second', {}, { import: {} });
    expect((await api.refused('POST', '/v1/jobs', request)).errors).toMatchObject([{ pointer: '/import' }]);
    const image = { type: 'data', sources: [{ at: '/', root: 'source', path: 'first' }], import: {} };
    expect((await api.refused('POST', '/v1/images', image)).errors).toMatchObject([{ pointer: '/import' }]);
  });

  it('waits for its turn behind another one, and then continues that one, too', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await begin(drive);
    const jobs = [await append('second', drive), await append('third', drive)];
    for (const job of jobs) expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    const last = Math.max(...(await Promise.all(jobs.map(startOf))));
    if (hasTool('xorriso')) expect(await filesAt(drive, last)).toEqual({ ...FIRST, ...SECOND, ...THIRD });
  });
});
