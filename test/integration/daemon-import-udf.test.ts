import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { inTurn } from '../support/sample.js';
import { folderJob } from '../support/sources.js';
import { readUdf } from '../support/udf-reader.js';
import { writeFiles } from '../support/write-files.js';

// Three discs are recorded in some of these, each by a process of its own.
vi.setConfig({ testTimeout: 150_000 });

const daemon = sharedDaemon();
const { api } = daemon;

const FIRST = { 'kept/deep/old.txt': 'old', 'kept/both.txt': 'the old one', 'long.txt': 'long'.repeat(900) };
const SECOND = { 'kept/both.txt': 'the new one', 'kept/new – ünï.txt': 'new' };
const THIRD = { 'third.txt': 'third' };

beforeAll(() => {
  for (const [name, files] of Object.entries({ first: FIRST, second: SECOND, third: THIRD }))
    writeFiles(join(daemon.source, name), files);
});

const OPEN = { close: 'session' } as const;
const APPEND = { onNonBlank: 'append', close: 'session' } as const;

const startOf = async (job: string): Promise<number> => {
  const proof = (await api.copies(job)).flatMap(({ tries }) => tries).at(-1)!.proof as unknown as {
    readonly placement: { readonly start: number };
  };
  return proof.placement.start;
};

const record = async (name: string, drive: string, burn: object, more: object): Promise<number> => {
  const job = await api.submit(folderJob(name, burn, { drives: [drive], ...more }));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  return startOf(job);
};

/** Files and contents as the reader of the tests finds them by the UDF of the session at a block; nothing lies behind the last one but what a drive counts. */
const shown = async (drive: string, session: number): Promise<Record<string, string>> => {
  const medium = await api.recorded(drive);
  return Object.fromEntries(
    readUdf(medium, { session })
      .files.filter(({ type }) => type === 5)
      .map(({ path, content }) => [path.slice(1), content.toString()]),
  );
};

describe('what a job appends with UDF', () => {
  it.each(inTurn(['cd-r', 'dvd+r', 'dvd-r', 'bd-r'], 2))(
    'to a %s is shown together with what was there, whole in itself each time',
    async (blank) => {
      const drive = await api.addDrive({ blank });
      const volume = { udf: { revision: '2.01' } };
      await record('first', drive, OPEN, { volume });
      const second = await record('second', drive, APPEND, { volume });
      expect(await shown(drive, second)).toEqual({ ...FIRST, ...SECOND });
      const third = await record('third', drive, APPEND, { volume, import: { fileSystem: 'udf' } });
      expect(await shown(drive, third)).toEqual({ ...FIRST, ...SECOND, ...THIRD });
    },
  );

  it.each(
    inTurn(
      [
        ['cd-r', '1.50', 'sao'],
        ['cd-r', '2.01', 'tao'],
        ['dvd+r', '2.01', 'auto'],
        ['dvd-r', '1.50', 'auto'],
        ['bd-r', '2.60', 'auto'],
      ] as const,
      2,
    ),
  )('to a %s goes on by virtual allocation tables (%s, %s)', async (blank, revision, writeMode) => {
    const drive = await api.addDrive({ blank });
    const volume = { udf: { revision, access: 'write-once' } };
    await record('first', drive, { ...OPEN, writeMode }, { volume });
    expect(await shown(drive, 0)).toEqual(FIRST);
    const second = await record('second', drive, { ...APPEND, writeMode }, { volume: { udf: { revision } } });
    expect(await shown(drive, second)).toEqual({ ...FIRST, ...SECOND });
    const third = await record('third', drive, { ...APPEND, writeMode }, { volume: { udf: { revision } } });
    for (const session of [0, third])
      expect(await shown(drive, session)).toEqual({ ...FIRST, ...SECOND, ...THIRD });
  });
});

// Such media keep no sessions: there is one volume, which grows.
describe('what a job adds by UDF', () => {
  it.each(inTurn(['dvd+rw', 'dvd-ram', 'bd-re'], 1))(
    'to a %s makes its volume grow, again and again',
    async (blank) => {
      const drive = await api.addDrive({ blank });
      const volume = { udf: { revision: '2.01' } };
      await record('first', drive, {}, { volume });
      await record('second', drive, { onNonBlank: 'append' }, { volume });
      expect(await shown(drive, 0)).toEqual({ ...FIRST, ...SECOND });
      await record('third', drive, { onNonBlank: 'append' }, { volume, import: { fileSystem: 'udf' } });
      expect(await shown(drive, 0)).toEqual({ ...FIRST, ...SECOND, ...THIRD });
    },
  );
});

describe('a job that goes on with an earlier session', () => {
  it('shows that one and what is new, and names the sessions where there is none such', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    const volume = { udf: { revision: '2.01', access: 'write-once' } };
    await record('first', drive, { ...OPEN, writeMode: 'sao' }, { volume });
    await record('second', drive, { ...APPEND, writeMode: 'sao' }, { volume });
    const more = { volume, import: { session: 1, fileSystem: 'udf' } };
    const third = await record('third', drive, { ...APPEND, writeMode: 'sao' }, more);
    expect(await shown(drive, third)).toEqual({ ...FIRST, ...THIRD });
    const none = folderJob('second', APPEND, { drives: [drive], volume, import: { session: 9 } });
    const failed = await api.ended(await api.submit(none));
    expect(JSON.stringify(failed)).toContain('base-session-unknown');
    expect(JSON.stringify(failed)).toContain('There are sessions 1 (blocks 0 to');
  });
});

describe('a job that appends to a disc with UDF', () => {
  it.each([
    [
      'names what there is where it is asked for something else',
      { import: { fileSystem: 'enhanced' } },
      'base-unsuitable',
    ],
    ['is refused without UDF, which would not show what it adds', {}, 'base-udf-missing'],
  ])('%s', async (_what, more, code) => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await record('first', drive, OPEN, { volume: { udf: { revision: '1.02' } } });
    const job = await api.submit(folderJob('second', APPEND, { drives: [drive], ...more }));
    const failed = await api.ended(job);
    expect(failed).toMatchObject({ state: 'failed' });
    expect(JSON.stringify(failed)).toContain(code);
  });
});

describe('an image that a virtual allocation table ends', () => {
  it('is recorded on no medium where other blocks come last, and says so before', async () => {
    const drive = await api.addDrive({ blank: 'dvd+rw' });
    const volume = { udf: { revision: '2.01', access: 'write-once' } };
    const job = await api.submit(folderJob('first', {}, { drives: [drive], volume }));
    await vi.waitFor(
      async () => {
        expect(JSON.stringify((await api.get(`/v1/jobs/${job}`)).body)).toContain('image-end-misplaced');
      },
      { timeout: 60_000 },
    );
  });
});
