import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { type CliResult, runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';

const daemon = sharedDaemon();
const { api } = daemon;
const media = (): string[] => readdirSync(join(daemon.state, 'virtual', 'media'));

const spindle = (...args: string[]): Promise<CliResult> => runCli(['--socket', daemon.socket, ...args]);
const said = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await spindle(...args);
  expect({ code, stderr }).toEqual({ code: EXIT.ok, stderr: '' });
  return stdout.toString().trim();
};

describe('the command line', () => {
  it('makes a virtual drive, puts media in and takes them out, and removes it', async () => {
    const id = await said('virtual', 'add', '--name', 'spare', '--model', 'dvd-writer');
    expect(await said('virtual', 'list')).toMatch(
      new RegExp(`^${id} +spare +dvd-writer +unlimited +worker +-$`, 'm'),
    );
    const put = await said('virtual', 'insert', 'spare', 'dvd-rw', '--capacity', '5000');
    const [, medium = ''] = /^spare: (dvd-rw-[0-9a-f]{8}) lies in it$/.exec(put) ?? [];
    expect(await said('virtual', 'media')).toMatch(new RegExp(`^${medium} +dvd-rw +5000 +spare$`, 'm'));
    expect((await api.drive(id)).medium).toMatchObject({ kind: 'dvd-rw' });
    expect((await spindle('virtual', 'insert', 'spare', 'cd-r')).stderr).toContain(
      'spindle virtual take-out',
    );
    expect(await said('virtual', 'take-out', 'spare')).toContain(medium);
    expect(await said('virtual', 'media')).toMatch(new RegExp(`^${medium} +dvd-rw +5000 +-$`, 'm'));
    expect(await said('virtual', 'insert', 'spare', '--medium', medium)).toContain(medium);
    expect(await said('virtual', 'remove', 'spare')).toBe('spare: removed');
    expect(await said('virtual', 'list')).not.toContain('spare');
    expect(media()).toContain(medium);
  });

  it('lists the kinds of blanks, sets a tab where there is one, and refuses to where there is none', async () => {
    expect(await said('virtual', 'blanks')).toMatch(/^dvd-ram-cartridge +\d+ +yes +DVD-RAM/m);
    const id = await said('virtual', 'add');
    expect((await api.drive(id)).name).toMatch(/^virtual-\d+$/);
    const refused = await spindle('virtual', 'insert', id, 'cd-r', '--write-protect');
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.stderr).toMatch(/untabbed: .*dvd-ram-cartridge.*\nLeave out --write-protect/);
    await said('virtual', 'insert', id, 'dvd-ram-cartridge', '--write-protect');
    expect((await api.drive(id)).medium).toMatchObject({ writeProtections: ['cartridge'] });
  });

  it('are listed page by page, by name', async () => {
    const listed: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const { body } = await api.get(`/v1/virtual-media?limit=1${cursor && `&cursor=${cursor}`}`);
      const page = body as { items: { name: string }[]; next?: string };
      expect(page.items).toHaveLength(1);
      listed.push(page.items[0]!.name);
      cursor = page.next;
    }
    expect(listed).toEqual(media().sort());
    expect(listed.length).toBeGreaterThan(1);
  });

  it('asks for a blank or a medium that is kept, and names where they are listed', async () => {
    const id = await said('virtual', 'add');
    for (const wrong of [[], ['cd-r', '--medium', 'x'], ['cd-x']])
      expect((await spindle('virtual', 'insert', id, ...wrong)).code).toBe(EXIT.usage);
    const unknown = await spindle('virtual', 'insert', id, '--medium', 'nowhere');
    expect(unknown).toMatchObject({ code: EXIT.refused });
    expect(unknown.stderr).toContain('See `spindle virtual media`.');
  });
});

describe('a blank that cannot be put into a virtual drive', () => {
  it('is not made where another medium lies in the drive', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    const before = media();
    const put = () => api.refused('PUT', `/v1/virtual-drives/${drive}/medium`, { blank: 'dvd+r' });
    expect(await put()).toMatchObject({ code: 'virtual-drive-occupied' });
    expect(media()).toEqual(before);
    expect((await api.drive(drive)).medium).toMatchObject({ kind: 'cd-r' });
  });

  it('is not made where the drive is leased', async () => {
    const drive = await api.addDrive();
    await api.post(`/v1/drives/${drive}/lease`, { name: 'archive robot' });
    const before = media();
    const put = () => api.refused('PUT', `/v1/virtual-drives/${drive}/medium`, { blank: 'dvd+r' });
    expect(await put()).toMatchObject({ code: 'drive-leased' });
    expect(media()).toEqual(before);
  });

  it('is not made where it has no tab that could be set, and those that have one are named', async () => {
    const drive = await api.addDrive();
    const before = media();
    const put = () =>
      api.refused('PUT', `/v1/virtual-drives/${drive}/medium`, { blank: 'dvd-ram', writeProtect: true });
    expect(await put()).toMatchObject({
      status: 422,
      code: 'virtual-medium-untabbed',
      detail: expect.stringContaining('dvd-ram-cartridge') as unknown,
    });
    expect(media()).toEqual(before);
  });
});

describe('a medium that is kept', () => {
  it('is kept, though the drive that it is put into refuses it', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    await api.exchange(drive, { blank: 'dvd+r' });
    await api.refused('PUT', `/v1/virtual-drives/${drive}/medium`, { medium });
    expect(media()).toContain(medium);
    await api.exchange(drive, { medium });
    expect((await api.drive(drive)).medium).toMatchObject({ kind: 'cd-r' });
  });
});
