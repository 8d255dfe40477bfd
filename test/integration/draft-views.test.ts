import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DraftClient } from '../support/draft-client.js';
import { sharedDaemon } from '../support/daemon.js';
import { readUdf } from '../support/udf-reader.js';
import { hasTool } from '../support/has-tool.js';

const SLOW = { timeout: 60_000 };

describe('what a draft would become', SLOW, () => {
  const daemon = sharedDaemon();

  const size = async ({ path }: DraftClient, query = ''): Promise<Record<string, unknown>> =>
    (await daemon.api.get(`${path}/size${query}`)).body as Record<string, unknown>;

  it('is as large as it says, whenever it is asked', async () => {
    const draft = await DraftClient.begin(daemon);
    const empty = await size(draft);
    expect(empty).toMatchObject({ files: 0, directories: 1 });
    await draft.put('/file', 'x'.repeat(10 * 2048 + 1));
    const filled = await size(draft);
    expect(filled).toMatchObject({ files: 1, blocks: (empty['blocks'] as number) + 11 });
    writeFileSync(join(daemon.source, 'growing'), 'x');
    await draft.make({ do: 'add', at: '/growing', root: 'source', path: 'growing' });
    const added = await size(draft);
    writeFileSync(join(daemon.source, 'growing'), 'x'.repeat(2049));
    const grown = await size(draft);
    expect(grown['blocks']).toBe((added['blocks'] as number) + 1);
    const sealed = await draft.seal();
    expect(sealed.bytes).toBe(grown['bytes']);
  });

  it('leaves room on a medium, or does not fit', async () => {
    const draft = await DraftClient.begin(daemon);
    const { blocks } = await size(draft);
    const onBlank = (await size(draft, '?medium=cd-r'))['medium'] as { blocks: number; free: number };
    expect(onBlank.blocks).toBeGreaterThan(330_000);
    expect(onBlank.free).toBe(onBlank.blocks - (blocks as number));
    const drive = await daemon.api.addDrive({ blank: 'dvd+r', capacity: 64 });
    await daemon.api.driveUntil(drive, ({ medium }) => medium !== undefined);
    expect((await size(draft, `?drive=${drive}`))['medium']).toMatchObject({
      kind: 'dvd+r',
      blocks: 64,
      free: 64 - (blocks as number),
    });
    expect(await daemon.api.refused('GET', `${draft.path}/size?drive=nobody`)).toMatchObject({
      code: 'drive-unknown',
    });
    const both = `${draft.path}/size?drive=${drive}&medium=cd-r`;
    expect(await daemon.api.refused('GET', both)).toMatchObject({ code: 'invalid-request' });
  });

  it.skipIf(!hasTool('isoinfo') || !hasTool('udfinfo'))(
    'is called in each file system as it is told',
    async () => {
      const identifiers = {
        iso9660: 'PLAIN',
        joliet: 'Jöliet',
        udf: 'Ein längerer Name, der nur in UDF paßt',
      };
      const volume = { identifier: 'Letters', udf: { revision: '1.02' }, identifiers };
      const draft = await DraftClient.begin(daemon, { volume });
      expect((await size(draft))['volumeNames']).toEqual(
        Object.entries(identifiers).map(([fileSystem, name]) => ({ fileSystem, name })),
      );
      expect((await daemon.api.get(`${draft.path}/name-changes`)).body).toEqual({ items: [] });
      await draft.seal();
      const iso = join(daemon.source, 'named.iso');
      writeFileSync(iso, (await daemon.api.get(`${draft.path}/content`)).bytes);
      const said = (program: string, ...args: string[]) =>
        execFileSync(program, [...args, iso], { encoding: 'utf8' });
      expect(said('isoinfo', '-d', '-i')).toContain('Volume id: PLAIN\n');
      // Joliet specification and ECMA-119 §8.5.6: BP 41 of the descriptor in block 17, two bytes a character.
      const joliet = Buffer.from(readFileSync(iso).subarray(17 * 2048 + 40, 17 * 2048 + 52)).swap16();
      expect(joliet.toString('utf16le')).toBe('Jöliet');
      expect(said('udfinfo', '--utf8')).toContain(`lvid=${identifiers.udf}\n`);
      for (const wrong of [
        { iso9660: 'lower' },
        { joliet: 'x'.repeat(17) },
        { udf: '' },
        { joliet: 'a/b' },
      ]) {
        const refused = { type: 'draft', volume: { identifiers: wrong } };
        expect(await daemon.api.refused('POST', '/v1/images', refused)).toMatchObject({
          code: 'schema-violation',
        });
      }
    },
  );

  it('is refused where it would be larger than it may be, at once or when it is sealed', async () => {
    const draft = await DraftClient.begin(daemon, { limitBlocks: 200 });
    const refused = { status: 422, code: 'size-limit-exceeded' };
    const large = 'x'.repeat(201 * 2048);
    expect((await draft.put('/large', large)).body).toMatchObject(refused);
    expect(await draft.names()).toEqual([]);
    await draft.put('/half', 'x'.repeat(100 * 2048));
    // What has several names is recorded once, so that it is no more than it was.
    writeFileSync(join(daemon.source, 'large'), large);
    expect(
      (await draft.edit([{ do: 'add', at: '/large', root: 'source', path: 'large' }])).body,
    ).toMatchObject(refused);
    // The contents fit; with 150 blocks behind them for drives that read ahead the image does not.
    expect((await draft.act('seal')).body).toMatchObject(refused);
    expect(await draft.image()).toMatchObject({ state: 'building' });
    expect((await draft.edit([{ do: 'limit', blocks: 99 }])).body).toMatchObject(refused);
    // Small files count, too: a block each.
    const small = join(daemon.source, 'small');
    mkdirSync(small);
    for (let file = 0; file < 100; file++) writeFileSync(join(small, String(file)), 'x'.repeat(1000));
    expect(
      (await draft.edit([{ do: 'add', at: '/small', root: 'source', path: 'small' }])).body,
    ).toMatchObject(refused);
    await draft.make({ do: 'limit', blocks: null });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
  });

  it('may be made smaller, or altered, where its sources have grown beyond what it may be', async () => {
    const grown = join(daemon.source, 'grown');
    writeFileSync(grown, 'x');
    const draft = await DraftClient.begin(daemon, { limitBlocks: 200 });
    await draft.make({ do: 'add', at: '/grown', root: 'source', path: 'grown' });
    await draft.make({ do: 'make-directory', at: '/more' });
    await draft.act('undo', { to: 1 });
    writeFileSync(grown, 'x'.repeat(201 * 2048));
    expect((await draft.put('/small', 'x')).body).toMatchObject({ code: 'size-limit-exceeded' });
    await draft.make({ do: 'set', at: '/grown', mode: '0600' });
    await draft.make({ do: 'remove', at: '/grown' });
    expect(await draft.put('/small', 'x')).toMatchObject({ status: 200 });
  });

  it.each([
    ['by all of ISO 9660', { iso9660: { enhanced: true }, joliet: 'long' }],
    ['without names of POSIX', { rockRidge: false }],
    ['by UDF alone', { iso9660: false, udf: { revision: '2.01' } }],
    ['by UDF beside ISO 9660', { udf: { revision: '1.02' } }],
  ])('is never refused where it fits exactly, %s', async (name, volume) => {
    const folder = join(daemon.source, name);
    for (let directory = 0; directory < 30; directory++) {
      const path = join(folder, `${'d'.repeat(directory * 7)}${directory}`);
      mkdirSync(path, { recursive: true });
      for (let file = 0; file < 40; file++)
        writeFileSync(join(path, `${'ö'.repeat(file * 2)}${file}`), 'x'.repeat(file * 60));
    }
    const draft = await DraftClient.begin(daemon, { volume });
    await draft.make({ do: 'add', at: '/', root: 'source', path: name });
    await draft.make({ do: 'limit', blocks: (await size(draft))['blocks'] });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
  });

  it.each([
    ['cd-rw', false],
    ['dvd+r', '1.02'],
    ['bd-re', '2.50'],
  ])('has the file systems that suit a %s, where that is asked for', async (medium, revision) => {
    const { body } = await daemon.api.get(`/v1/volume-defaults?medium=${encodeURIComponent(medium)}`);
    const { volume } = body as { volume: { udf: { revision: string } | false } };
    expect(volume.udf === false ? false : volume.udf.revision).toBe(revision);
    const draft = await DraftClient.begin(daemon, { volume });
    await draft.put('/file', 'x');
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
  });

  it('has a name for each entry in each file system', async () => {
    const volume = { identifier: 'Holidays 2026', iso9660: { level: 1 }, udf: { revision: '2.01' } };
    const draft = await DraftClient.begin(daemon, { volume });
    const long = `a ${'very '.repeat(20)}long name.text`;
    await draft.put(`/Some Folder/${long}`, 'x');
    const { body } = await daemon.api.get(
      `${draft.path}/names?path=${encodeURIComponent(`/Some Folder/${long}`)}`,
    );
    const { items } = body as { items: { fileSystem: string; name: string; path: string }[] };
    const byFileSystem = Object.fromEntries(items.map((item) => [item.fileSystem, item]));
    expect(byFileSystem['rock-ridge']).toMatchObject({ name: long, path: `/Some Folder/${long}` });
    expect(byFileSystem['udf']).toMatchObject({ name: long });
    expect(byFileSystem['joliet']!.name).toHaveLength(64);
    expect(byFileSystem['iso9660']!.path).toMatch(/^\/SOME_FOL\/A_VERY[A-Z0-9_]*\.TEX$/);
    const changes = (await daemon.api.get(`${draft.path}/name-changes`)).body as { items: object[] };
    expect(changes.items).toContainEqual({
      path: '/',
      fileSystem: 'iso9660',
      recordedAs: 'HOLIDAYS_2026',
    });
    const names = await size(draft);
    await draft.seal();
    expect((await daemon.api.get(`${draft.path}/name-changes`)).body).toEqual(changes);
    const firsts = (await daemon.api.get(`${draft.path}/name-changes?limit=1`)).body;
    expect(firsts).toEqual({ items: changes.items.slice(0, 1), next: '1' });
    expect(names).toMatchObject({
      volumeNames: [
        { fileSystem: 'iso9660', name: 'HOLIDAYS_2026' },
        { fileSystem: 'joliet', name: 'Holidays 2026' },
        { fileSystem: 'udf', name: 'Holidays 2026' },
      ],
    });
  });

  it('is refused with options that its tree does not allow, and keeps those that it had', async () => {
    const draft = await DraftClient.begin(daemon, { volume: { udf: { revision: '2.01' } } });
    await draft.put('/file', 'x');
    await draft.put('/file', 'attached', {}, '&stream=notes');
    expect((await draft.list('/file')).entry).toMatchObject({ streams: ['notes'] });
    const refused = await draft.edit([
      { do: 'volume', volume: { udf: { revision: '1.02', realTimeFiles: ['/file'] } } },
    ]);
    expect(refused.body).toMatchObject({ code: 'invalid-request' });
    expect(await size(draft)).toMatchObject({ files: 1 });
    expect((await draft.edit([{ do: 'volume', volume: { udf: false } }])).body).toMatchObject({
      code: 'invalid-request',
      detail: expect.stringContaining('The draft has named streams, which need UDF 2.00 or later') as string,
    });
    expect(await size(draft)).toMatchObject({ files: 1 });
    await daemon.api.delete(draft.at('/file', '&stream=notes'));
    await draft.make({ do: 'volume', volume: { udf: { revision: '1.02' } } });
    expect(await size(draft)).toMatchObject({ files: 1 });
    expect(await draft.seal()).toMatchObject({ state: 'ready' });
  });

  it('is refused a stream or a real-time file at once where its revision of UDF has none', async () => {
    const draft = await DraftClient.begin(daemon, { volume: { udf: { revision: '1.02' } } });
    await draft.put('/file', 'x');
    const refused = { status: 400, code: 'invalid-request' };
    expect((await draft.put('/file', 'attached', {}, '&stream=notes')).body).toMatchObject(refused);
    expect((await draft.edit([{ do: 'set', at: '/file', realTime: true }])).body).toMatchObject(refused);
    expect((await draft.list('/file')).entry).toMatchObject({ streams: [], realTime: false });
    expect(await size(draft)).toMatchObject({ files: 1 });
    await draft.make(
      { do: 'volume', volume: { iso9660: false, udf: { revision: '2.01' } } },
      { do: 'set', at: '/file', realTime: true },
    );
    await draft.put('/file', 'attached', {}, '&stream=notes');
    await draft.make({ do: 'move', from: '/file', to: '/in/moved' });
    expect((await draft.list('/in/moved')).entry).toMatchObject({ streams: ['notes'], realTime: true });
    await draft.seal();
    const { files } = readUdf((await daemon.api.get(`${draft.path}/content`)).bytes);
    // ECMA-167 4/14.6.6 and OSTA UDF 2.01: type 249.
    expect(files.find(({ path }) => path === '/in/moved')).toMatchObject({
      type: 249,
      streams: [{ size: 8 }],
    });
  });
});
