import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { hasTool } from '../support/has-tool.js';
import { folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// Discs are recorded, each by a process of its own.
vi.setConfig({ testTimeout: 300_000 });

const daemon = sharedDaemon();
const { api } = daemon;

const BLOCK = 2048;

interface Volume {
  readonly fileSystem: string;
  readonly volumeIdentifier: string;
  readonly createdAt?: string;
  readonly udfRevision?: string;
}
interface Session {
  readonly number: number;
  readonly closed: boolean;
  readonly start: number;
  readonly blocks: number;
  readonly volumes: readonly Volume[];
  readonly problem?: string;
}

const sessionsOf = async (drive: string): Promise<readonly Session[]> =>
  ((await api.get(`/v1/drives/${drive}/sessions`)).body as { items: Session[] }).items;

const record = async (drive: string, name: string, burn: object, more: object = {}): Promise<void> => {
  const job = await api.submit(folderJob(name, burn, { drives: [drive], ...more }));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
};

beforeAll(() => {
  for (const name of ['first', 'second']) {
    mkdirSync(join(daemon.source, name));
    writeFileSync(join(daemon.source, name, `${name}.txt`), name);
  }
});

const FIRST = { close: 'session' } as const;
const APPEND = { onNonBlank: 'append', close: 'session' } as const;

/** ECMA-119 8.4.26.1: digits of the creation date of the primary descriptor, BP 814, of the session that begins at a block. */
const creationIn = (disc: Buffer, start: number): string => {
  const digits = disc.toString('latin1', (start + 16) * BLOCK + 813, (start + 16) * BLOCK + 829);
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits)!;
  const [year, month, day, hour, minute, second, hundredths] = parts;
  return `${year!}-${month!}-${day!}T${hour!}:${minute!}:${second!}.${hundredths!}0Z`;
};

const named = ({ volumes }: Session): string[] =>
  volumes.map(({ fileSystem, volumeIdentifier }) => `${fileSystem} ${volumeIdentifier}`);

describe('the sessions of a disc', () => {
  it('are listed with the file systems that each has, their names and when they were made', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r', name: 'two-sessions' });
    expect(await sessionsOf(drive)).toEqual([]);
    const first = { identifier: 'First one', udf: { revision: '2.01' } };
    await record(drive, 'first', FIRST, { volume: first });
    const second = { identifier: 'Second one', joliet: false, rockRidge: false };
    await record(drive, 'second', APPEND, { volume: second, import: false });
    const sessions = await sessionsOf(drive);
    expect(sessions.map(named)).toEqual([
      ['rock-ridge FIRST_ONE', 'udf First one', 'joliet First one', 'iso9660 FIRST_ONE'],
      ['iso9660 SECOND_ONE'],
    ]);
    const { medium } = await api.drive(drive);
    const starts = medium!.tracks.filter(({ blank }) => !blank).map(({ start }) => start);
    expect(sessions.map(({ number, closed, start }) => ({ number, closed, start }))).toEqual([
      { number: 1, closed: true, start: 0 },
      { number: 2, closed: true, start: starts[1] },
    ]);
    expect(sessions[0]!.volumes.map(({ udfRevision }) => udfRevision)).toEqual([
      undefined,
      '2.01',
      undefined,
      undefined,
    ]);
    const disc = await api.recorded(drive);
    for (const { start, volumes } of sessions) {
      // UDF tells its time to the microsecond; both are of one request.
      const times = new Set(volumes.map(({ createdAt }) => createdAt!.slice(0, 22)));
      expect(times).toEqual(new Set([creationIn(disc, start).slice(0, 22)]));
    }
    const { stdout } = await runCli(['--socket', daemon.socket, 'sessions', 'two-sessions']);
    const told = stdout.toString();
    expect(told).toMatch(/^1 +0 +\d+ +udf 2\.01 +\d{4}-\S+Z +First one$/m);
    expect(told).toMatch(new RegExp(`^2 +${starts[1]!} +\\d+ +iso9660 +\\S+ +SECOND_ONE$`, 'm'));
  });

  it.skipIf(!hasTool('genisoimage'))(
    'are one where the medium is overwritten, whatever others have put there',
    async () => {
      const drive = await api.addDrive({ blank: 'dvd-ram' });
      const [image, folder] = ['theirs.iso', 'first'].map((name) => join(daemon.source, name));
      const theirs = ['-quiet', '-R', '-J', '-udf', '-V', 'Their letters', '-o', image!, folder!];
      execFileSync('genisoimage', theirs, { stdio: 'ignore' });
      const source = { root: 'source', path: 'theirs.iso' };
      const job = await api.submit({ type: 'image', source, drives: [drive] });
      expect(await api.ended(job)).toMatchObject({ outcome: 'ok' });
      const [session, ...others] = await sessionsOf(drive);
      expect(others).toEqual([]);
      expect(session).toMatchObject({ number: 1, closed: true, start: 0 });
      expect(named(session!)).toEqual([
        'rock-ridge Their letters',
        'udf Their letters',
        'joliet Their letters',
        'iso9660 Their letters',
      ]);
    },
  );

  it('hold nothing where no volume begins with them', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    const file = join(daemon.source, 'noise.bin');
    writeFileSync(file, Buffer.alloc(400 * BLOCK, 7));
    const source = { root: 'source', path: 'noise.bin' };
    const job = await api.submit({ type: 'image', source, drives: [drive], burn: FIRST });
    expect(await api.ended(job)).toMatchObject({ outcome: 'ok' });
    expect(await sessionsOf(drive)).toEqual([
      { number: 1, closed: true, start: 0, blocks: expect.any(Number) as number, volumes: [] },
    ]);
  });

  it('are asked for in vain where there is no disc, or somebody else has leased the drive', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await record(drive, 'first', FIRST);
    expect((await api.refused('GET', '/v1/drives/nobody/sessions')).code).toBe('drive-unknown');
    const lease = (await api.post(`/v1/drives/${drive}/lease`, { name: 'kiosk', seconds: 60 })).body as {
      id: string;
    };
    expect((await api.refused('GET', `/v1/drives/${drive}/sessions`)).code).toBe('drive-leased');
    const { body } = await api.get(`/v1/drives/${drive}/sessions?lease=${lease.id}`);
    expect((body as { items: Session[] }).items).toHaveLength(1);
    const empty = await api.addDrive();
    expect((await api.refused('GET', `/v1/drives/${empty}/sessions`)).code).toBe('medium-not-present');
  });
});

/** What `isoinfo` and `udfinfo` call the volume of a session. */
const namesAt = async (drive: string, start: number): Promise<{ iso: string; udf: string }> => {
  const file = join(temporaryFolder(), 'disc.iso');
  writeFileSync(file, await api.recorded(drive));
  const said = (program: string, ...args: string[]): string =>
    execFileSync(program, [...args, file], { encoding: 'utf8' });
  return {
    iso: /^Volume id: (.*)$/m.exec(said('isoinfo', '-d', '-T', String(start), '-i'))?.[1] ?? '',
    udf: /^lvid=(.*)$/m.exec(said('udfinfo', '--utf8', `--startblock=${start}`))?.[1] ?? '',
  };
};

describe.skipIf(!hasTool('isoinfo') || !hasTool('udfinfo'))('a disc that is gone on with', () => {
  const udf = { udf: { revision: '2.01' } };
  const volume = { identifier: 'Letters', identifiers: { udf: 'Letters of a year' }, ...udf };
  const NAMES = { iso: 'LETTERS', udf: 'Letters of a year' };

  const recorded = async (): Promise<string> => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await record(drive, 'first', FIRST, { volume });
    return drive;
  };

  const lastStart = async (drive: string): Promise<number> => (await sessionsOf(drive)).at(-1)!.start;

  it('keeps the names of its volume in each file system, but those that a job names', async () => {
    const drive = await recorded();
    await record(drive, 'second', APPEND, { volume: udf });
    expect(await namesAt(drive, await lastStart(drive))).toEqual(NAMES);
    const other = { ...udf, identifiers: { iso9660: 'OTHER' } };
    await record(drive, 'second', APPEND, { volume: other });
    expect(await namesAt(drive, await lastStart(drive))).toEqual({ ...NAMES, iso: 'OTHER' });
  });

  it('keeps them where a draft imports it, and proposes them with its file systems', async () => {
    const drive = await recorded();
    const proposed = (await api.get(`/v1/volume-defaults?drive=${drive}`)).body as {
      readonly volume: Record<string, unknown>;
    };
    expect(proposed.volume).toMatchObject({
      identifier: 'Letters of a year',
      identifiers: { iso9660: 'LETTERS', joliet: 'Letters', udf: 'Letters of a year' },
      joliet: true,
      rockRidge: true,
      udf: { revision: '2.01' },
    });
    const draft = await DraftClient.begin(daemon, { volume: udf });
    const { madeFor } = await draft.make({ do: 'import', drive });
    expect(madeFor?.imported?.volumeIdentifiers).toEqual(proposed.volume['identifiers']);
    const size = (await api.get(`${draft.path}/size`)).body as { volumeNames: { name: string }[] };
    expect(size.volumeNames.map(({ name }) => name)).toEqual(['LETTERS', 'Letters', 'Letters of a year']);
    await draft.put('/new.txt', 'new');
    expect(await draft.seal()).toMatchObject({
      state: 'ready',
      summary: { volumeIdentifier: 'Letters of a year' },
    });
    const job = await api.submit({ type: 'image', image: draft.id, drives: [drive], burn: APPEND });
    expect(await api.ended(job)).toMatchObject({ outcome: 'ok' });
    expect(await namesAt(drive, await lastStart(drive))).toEqual(NAMES);
    // Where there is nothing to go on with, the kind of the medium says what suits it.
    const blank = await api.addDrive({ blank: 'dvd+r' });
    await api.driveUntil(blank, ({ medium }) => medium !== undefined);
    const suited = (await api.get(`/v1/volume-defaults?drive=${blank}`)).body as typeof proposed;
    expect(suited.volume).toMatchObject({ udf: { revision: '1.02' }, identifiers: {} });
  });

  it('keeps its name where the volume of an image file grows', async () => {
    const iso = join(temporaryFolder(), 'grown.iso');
    const first = join(daemon.source, 'first');
    await runCli(['master', first, '-o', iso, '--volume', 'Grown by hand']);
    await runCli(['grow', iso, join(daemon.source, 'second')]);
    expect(
      readFileSync(iso)
        .toString('latin1', 16 * BLOCK + 40, 16 * BLOCK + 72)
        .trim(),
    ).toBe('GROWN_BY_HAND');
  });
});
