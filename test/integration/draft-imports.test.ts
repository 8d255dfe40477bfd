import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Answer } from '../support/api-client.js';
import { sharedDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { hasTool } from '../support/has-tool.js';
import { until } from '../support/processes.js';
import { inTurn } from '../support/sample.js';
import { folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { entriesOf } from '../support/trees.js';
import { readUdf } from '../support/udf-reader.js';
import { writeFiles } from '../support/write-files.js';

// Discs are recorded, each by a process of its own.
vi.setConfig({ testTimeout: 150_000 });

// Of a worker that is stopped nobody hears before a test is over.
const daemon = sharedDaemon({ workers: { silenceLimitMs: 3_600_000 } });
const { api } = daemon;

const FIRST = {
  'kept/deep/old.txt': 'old',
  'kept/both.txt': 'the old one',
  'gone/away.txt': 'away',
  'long.bin': 'long'.repeat(3000),
};
const SECOND = { 'later.txt': 'later' };

beforeAll(() => {
  writeFiles(join(daemon.source, 'first'), FIRST);
  writeFiles(join(daemon.source, 'second'), SECOND);
});

/** Such media keep no sessions: there is one volume, which grows. */
const OVERWRITTEN: ReadonlySet<string> = new Set(['dvd+rw', 'dvd-ram', 'bd-re']);

const APPEND = { onNonBlank: 'append', close: 'session' } as const;

const record = async (drive: string, name = 'first', burn: object = {}, more: object = {}): Promise<void> => {
  const request = folderJob(name, { close: 'session', ...burn }, { drives: [drive], ...more });
  expect(await api.ended(await api.submit(request))).toMatchObject({ state: 'completed', outcome: 'ok' });
};

/** A drive with a disc that holds FIRST. */
const recorded = async (blank: string, more: object = {}): Promise<string> => {
  const drive = await api.addDrive({ blank });
  await record(drive, 'first', OVERWRITTEN.has(blank) ? { close: 'disc' } : {}, more);
  return drive;
};

const burnOf = (draft: DraftClient, drive: string, burn: object = APPEND): object => ({
  type: 'image',
  image: draft.id,
  drives: [drive],
  burn,
});

const burn = async (draft: DraftClient, drive: string, options: object = APPEND): Promise<number> => {
  const job = await api.submit(burnOf(draft, drive, options));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  const proof = (await api.copies(job)).flatMap(({ tries }) => tries).at(-1)!.proof;
  return (proof as unknown as { readonly placement: { readonly start: number } }).placement.start;
};

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

/** Files and contents as the reader of the tests finds them by the UDF of the session at a block. */
const udfFilesAt = async (drive: string, session: number): Promise<Record<string, string>> =>
  Object.fromEntries(
    readUdf(await api.recorded(drive), { session })
      .files.filter(({ type }) => type === 5)
      .map(({ path, content }) => [path.slice(1), content.toString()]),
  );

interface Size {
  readonly bytes: number;
  readonly blocks: number;
  readonly medium: { readonly blocks: number; readonly free: number };
}

const sizeOf = async (draft: DraftClient, query = ''): Promise<Size> =>
  (await api.get(`${draft.path}/size${query}`)).body as Size;

/** A draft that has everything done to what it has imported that can be done to entries. */
const edited = async (drive: string, volume: object = {}, more: object = {}): Promise<DraftClient> => {
  const draft = await DraftClient.begin(daemon, { volume });
  await draft.put('/kept/both.txt', 'the new one');
  await draft.make({ do: 'import', drive, ...more });
  await draft.make(
    { do: 'move', from: '/kept/deep/old.txt', to: '/moved/here.txt' },
    { do: 'remove', at: '/gone' },
  );
  expect((await draft.put('/kept/sent.txt', 'sent')).status).toBe(200);
  return draft;
};
const EDITED = {
  'moved/here.txt': 'old',
  'kept/both.txt': 'the new one',
  'kept/sent.txt': 'sent',
  'long.bin': FIRST['long.bin'],
};

describe.skipIf(!hasTool('xorriso'))('a draft that begins with what a disc has', () => {
  it.each(inTurn(['cd-r', 'dvd+r', 'dvd-r', 'bd-r'], 1))(
    'is changed like any other, and becomes the next session of the %s',
    async (blank) => {
      const drive = await recorded(blank);
      const draft = await edited(drive);
      const { entry } = await draft.list('/long.bin');
      expect(entry).toMatchObject({ kind: 'file', bytes: 12_000, takenOver: true });
      expect((await api.get(`${draft.path}/tree/content?path=/long.bin`)).bytes.toString()).toBe(
        FIRST['long.bin'],
      );
      expect((await draft.list('/kept/sent.txt')).entry.takenOver).toBeUndefined();
      const told = await sizeOf(draft, `?drive=${drive}`);
      expect(told.medium.free).toBe(told.medium.blocks - told.blocks);
      const { state, problem, bytes } = await draft.seal();
      expect({ state, problem, bytes }).toEqual({ state: 'ready', problem: undefined, bytes: told.bytes });
      const start = await burn(draft, drive);
      expect(start).toBeGreaterThan(0);
      expect(await filesAt(drive, start)).toEqual(EDITED);
      expect(await filesAt(drive, 0)).toEqual(FIRST);
    },
  );

  it.each(inTurn(['dvd+rw', 'dvd-ram', 'bd-re'], 1))('makes the volume of a %s grow', async (blank) => {
    const drive = await recorded(blank);
    const draft = await edited(drive);
    const { bytes } = await sizeOf(draft);
    expect(await draft.seal()).toMatchObject({ state: 'ready', bytes });
    await burn(draft, drive, { onNonBlank: 'append' });
    expect(await filesAt(drive, 0)).toEqual(EDITED);
  });

  it('goes on with an earlier session by the file system that is wanted', async () => {
    const drive = await recorded('dvd+r');
    await record(drive, 'second', APPEND);
    const draft = await DraftClient.begin(daemon);
    await draft.make({ do: 'import', drive, session: 1, fileSystem: 'joliet' });
    expect((await draft.names()).sort()).toEqual(['gone', 'kept', 'long.bin']);
    expect((await draft.image()).madeFor?.imported).toMatchObject({
      fileSystem: 'joliet',
      fileSystems: ['rock-ridge', 'joliet', 'iso9660'],
      startBlock: 0,
      volumeIdentifier: 'first',
      entries: 7,
    });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
    expect(await filesAt(drive, await burn(draft, drive))).toEqual(FIRST);
  });
});

describe('a draft that continues UDF', () => {
  it.each(inTurn(['dvd+r', 'dvd+rw'], 1))('shows by it what the %s had, and what is new', async (blank) => {
    const volume = { udf: { revision: '2.01' } };
    const drive = await recorded(blank, { volume });
    const draft = await edited(drive, volume, { fileSystem: 'udf' });
    const { bytes } = await sizeOf(draft);
    expect(await draft.seal()).toMatchObject({ state: 'ready', bytes });
    const start = await burn(draft, drive, blank === 'dvd+r' ? APPEND : { onNonBlank: 'append' });
    expect(await udfFilesAt(drive, blank === 'dvd+r' ? start : 0)).toEqual(EDITED);
  });

  it('must have some, which it can be given with the import', async () => {
    const drive = await recorded('dvd+r', { volume: { udf: { revision: '2.01' } } });
    const draft = await DraftClient.begin(daemon);
    const { status, body } = await draft.edit([{ do: 'import', drive }]);
    expect([status, body]).toMatchObject([422, { code: 'base-udf-missing' }]);
    expect(await draft.names()).toEqual([]);
    await draft.make({ do: 'volume', volume: { udf: { revision: '2.01' } } }, { do: 'import', drive });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
  });
});

const codeOf = ({ status, body }: Answer): string =>
  status < 400 ? String(status) : (body as { readonly code: string }).code;

describe('what a draft has imported', () => {
  it('outlives the daemon and the disc, and goes with its revision', async () => {
    const drive = await recorded('dvd+r');
    const draft = await DraftClient.begin(daemon);
    const staged = (): number => {
      const folder = join(daemon.state, 'staging', draft.id);
      return readdirSync(folder).length;
    };
    await draft.put('/mine.txt', 'mine');
    const imported = await draft.make({ do: 'import', drive });
    expect(imported.madeFor?.imported).toMatchObject({ fileSystem: 'rock-ridge', volumeIdentifier: 'FIRST' });
    expect(codeOf(await draft.edit([{ do: 'import', drive }]))).toBe('draft-imported');
    await api.delete(`/v1/virtual-drives/${drive}/medium`);
    await daemon.restart();
    expect((await draft.names()).sort()).toEqual(['gone', 'kept', 'long.bin', 'mine.txt']);
    await draft.make({ do: 'remove', at: '/kept' });
    expect((await draft.names()).sort()).toEqual(['gone', 'long.bin', 'mine.txt']);
    expect((await draft.act('lock-in')).status).toBe(200);
    expect(codeOf(await draft.act('undo', { to: 1 }))).toBe('revision-locked');
    await daemon.restart();
    expect((await draft.names()).sort()).toEqual(['gone', 'long.bin', 'mine.txt']);

    const other = await DraftClient.begin(daemon);
    await other.put('/mine.txt', 'mine');
    await api.exchange(drive, { blank: 'dvd+r' });
    await record(drive);
    await other.make({ do: 'import', drive });
    expect(staged()).toBe(2);
    const undone = await other.act('undo', { to: 1 });
    expect(undone.status).toBe(200);
    expect(await other.names()).toEqual(['mine.txt']);
    expect((await other.image()).madeFor).toBeUndefined();
    expect(readdirSync(join(daemon.state, 'staging', other.id))).toHaveLength(1);
    expect(await other.seal()).toMatchObject({ state: 'ready' });
  });

  it('is recorded with no other disc, nor with that one once something else was recorded', async () => {
    const drive = await recorded('dvd+r');
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    const draft = await DraftClient.begin(daemon);
    await draft.make({ do: 'import', drive });
    await draft.put('/new.txt', 'new');
    await api.exchange(drive, { blank: 'dvd+r' });
    await record(drive, 'second');
    expect(await draft.seal()).toMatchObject({ state: 'building', problem: { code: 'medium-changed' } });
    expect((await api.refused('GET', `${draft.path}/size?drive=${drive}`)).code).toBe('medium-changed');
    await api.exchange(drive, { medium });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
    await record(drive, 'second', APPEND);
    const job = await api.submit(burnOf(draft, drive));
    const waiting = await api.jobUntil(job, ({ state }) => state === 'waiting');
    expect(waiting.reasons).toMatchObject([{ code: 'wrong-medium', drive }]);
  });

  it('must be on a disc that can be continued', async () => {
    const draft = await DraftClient.begin(daemon);
    const blank = await api.addDrive({ blank: 'dvd+r' });
    const refused = async (edit: object): Promise<string> => codeOf(await draft.edit([edit]));
    expect(await refused({ do: 'import', drive: blank })).toBe('medium-blank');
    expect(await refused({ do: 'import', drive: '01ARZ3NDEKTSV4RRFFQ69G5FAV' })).toBe('drive-unknown');
    const drive = await recorded('cd-r');
    expect(await refused({ do: 'import', drive, session: 9 })).toBe('base-session-unknown');
    expect(await refused({ do: 'import', drive, fileSystem: 'udf' })).toBe('base-unsuitable');
    await draft.put('/kept/both.txt', 'new');
    expect(await refused({ do: 'import', drive, onConflict: 'refuse' })).toBe('name-collision');
    expect(await refused({ do: 'import', drive, session: 1, startBlock: 0 })).toBe('schema-violation');
    expect(await draft.names()).toEqual(['kept']);
    const closed = await api.addDrive({ blank: 'dvd+r' });
    await record(closed, 'first', { close: 'disc' });
    expect(await refused({ do: 'import', drive: closed })).toBe('medium-not-appendable');
    expect(readdirSync(join(daemon.state, 'staging', draft.id))).toHaveLength(1);
  });

  it('is read by few at once, each in a drive of its own, and no more once the draft is deleted', async () => {
    const drives = [await recorded('dvd+r'), await recorded('dvd+r')] as const;
    const workers = drives.map((drive) => daemon.workerOf(drive));
    const tell = (signal: NodeJS.Signals): void => {
      for (const worker of workers) process.kill(worker, signal);
    };
    // No reading ends by itself: its process waits for a drive that says neither yes nor no.
    tell('SIGSTOP');
    onTestFinished(() => {
      tell('SIGCONT');
    });
    const importing = () => daemon.pidsOf('worker/importing').length;
    /** One that has not come so far ends by itself where its draft is deleted: the place for its body is gone. */
    const hasBegun = ({ id }: DraftClient) => {
      const folder = join(daemon.state, 'staging', id);
      return existsSync(folder) && readdirSync(folder).length > 0;
    };
    const begin = async (drive: string) => {
      const draft = await DraftClient.begin(daemon);
      return { draft, answer: draft.edit([{ do: 'import', drive }]) };
    };
    const refused = async (drive: string): Promise<unknown> => (await (await begin(drive)).answer).body;
    const first = await begin(drives[0]);
    await until('the first disc was being read', () => hasBegun(first.draft));
    expect(await refused(drives[0])).toMatchObject({
      code: 'rate-limited',
      detail: `The disc in the drive ${drives[0]} is being imported already.`,
    });
    const second = await begin(drives[1]);
    await until('the second disc was being read', () => hasBegun(second.draft));
    expect(importing()).toBe(2);
    expect(await refused(drives[1])).toMatchObject({
      code: 'rate-limited',
      detail: '2 discs are being imported already.',
    });
    for (const { draft } of [first, second]) await api.delete(draft.path);
    expect([codeOf(await first.answer), codeOf(await second.answer)]).toEqual([
      'image-unknown',
      'image-unknown',
    ]);
    expect(importing()).toBe(0);
  });
});
