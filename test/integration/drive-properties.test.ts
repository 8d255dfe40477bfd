import { beforeAll, describe, expect, it } from 'vitest';
import { send } from '../support/api-client.js';
import { sharedDaemon } from '../support/daemon.js';
import { ENDLESS_WRITES, fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;
let plusR: string;

interface Feature {
  readonly code: number;
  readonly name?: string;
  readonly current: boolean;
  readonly decoded?: Record<string, unknown>;
  readonly raw: string;
}
interface Values {
  readonly decoded?: Record<string, unknown>;
  readonly raw: string;
}

beforeAll(async () => {
  fillFolder(daemon.source, 'folder');
  plusR = await api.addDrive({ blank: 'dvd+r' });
});

const ask = async <T>(drive: string, what: string): Promise<T> =>
  (await api.get(`/v1/drives/${drive}/${what}`)).body as T;
const refused = (drive: string, what: string) => api.refused('GET', `/v1/drives/${drive}/${what}`);

/** Somebody with these scopes alone, who comes by TCP. */
const askAs = async (scope: string, path: string) => {
  const { hostname: host, port } = new URL(daemon.url);
  const headers = { authorization: `Bearer ${await daemon.token(scope)}` };
  return send({ host, port, method: 'GET', path, headers }, undefined);
};

describe('the features of a drive', () => {
  it('tell its profiles, which is current, and each feature decoded and as it came', async () => {
    const told = await ask<{ currentProfile: number; profiles: object[]; features: Feature[] }>(
      plusR,
      'features',
    );
    expect(told.currentProfile).toBe(0x1b);
    expect(told.profiles).toContainEqual({ number: 0x1b, name: 'DVD+R', current: true });
    expect(told.profiles).toContainEqual({ number: 0x43, name: 'BD-RE', current: false });
    // MMC-5 §5.3.25: feature 002Bh, version 0, current, four bytes more, of which the first has Write as bit 0.
    const feature = told.features.find(({ code }) => code === 0x2b);
    expect(feature).toMatchObject({ name: 'DVD+R', current: true, decoded: { write: true } });
    expect(feature!.raw).toBe('00 2b 01 04 01 00 00 00');
    expect(told.features.find(({ code }) => code === 0x41)).toMatchObject({ current: false });
  });

  it('are those of the medium that lies in it now', async () => {
    const drive = await api.addDrive({ blank: 'cd-rw' });
    expect(await ask(drive, 'features')).toMatchObject({ currentProfile: 0x0a });
    await api.exchange(drive, { blank: 'bd-re' });
    expect(await ask(drive, 'features')).toMatchObject({ currentProfile: 0x43 });
  });
});

describe('the mode pages of a drive', () => {
  it('are told with what of them can be changed, and what they are after power on', async () => {
    const { items } = await ask<{ items: { code: number; current: Values; changeable: Values }[] }>(
      plusR,
      'mode-pages',
    );
    expect(items.map(({ code }) => code)).toEqual([0x01, 0x05, 0x08, 0x0e, 0x1a, 0x1d, 0x2a]);
    // MMC-5 §7.5: BUFE and write type 1; multi-session 0, track mode 4; data block type 8; pause of 150 blocks at byte 14.
    const page = items[1]!;
    expect(page.current.raw).toMatch(/^05 32 41 04 08 00 00 00 00 00 00 00 00 00 00 96( 00){36}$/);
    expect(page.current.decoded).toMatchObject({ writeType: 1, dataBlockType: 8, audioPauseLength: 150 });
    expect(page.changeable.decoded).toMatchObject({ writeType: 15, testWrite: true });
    expect(page).toMatchObject({
      name: 'Write Parameters',
      saveable: false,
      default: { raw: page.current.raw },
    });
    // Drives that save nothing say so by 5/39/00.
    expect(page).not.toHaveProperty('saved');
  });

  it('are told one by one, by the code in hex or decimal', async () => {
    for (const code of ['1Dh', '0x1d', '29'])
      expect(await ask(plusR, `mode-pages/${code}`)).toMatchObject({
        code: 0x1d,
        name: 'Time-out and Protect',
      });
    expect(await refused(plusR, 'mode-pages/0Dh')).toMatchObject({
      code: 'command-refused',
      scsi: { command: 'MODE SENSE (10)', sense: '5/24/00' },
    });
  });
});

describe('structures, disc and track information', () => {
  it('are told decoded, and as they came', async () => {
    const drive = await api.addDrive({ blank: 'dvd-r' });
    const { items } = await ask<{ items: { format: number; readable: boolean }[] }>(drive, 'structures');
    expect(items).toContainEqual(expect.objectContaining({ format: 0x0e, readable: true }));
    const physical = await ask<Values>(drive, 'structures/0');
    expect(physical).toMatchObject({ name: 'DVD Physical Format Information', decoded: { bookType: 2 } });
    expect(physical.raw.split(' ')).toHaveLength(2048);
    // 2/2 is a DVD-R, version 5; 030000h is where its data begin.
    expect(physical.raw).toMatch(/^25 0f 02 00 00 03 00 00 /);

    const disc = await ask<Values>(drive, 'disc-information');
    expect(disc).toMatchObject({
      decoded: { discStatus: 0, numberOfSessions: 1, lastTrackInLastSession: 1 },
    });
    expect(disc.raw).toMatch(/^00 20 00 01 01 01 01 /);
    const resources = await ask<Values>(drive, 'disc-information?type=track-resources');
    expect(resources.raw).toMatch(/^00 0a 20 00 /);
  });

  it('of a track by block, number and session', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const job = folderJob('folder', { close: 'session' }, { drives: [drive] });
    expect(await api.ended(await api.submit(job))).toMatchObject({ outcome: 'ok' });
    const first = await ask<Values>(drive, 'track-information?track=1');
    expect(first).toMatchObject({
      decoded: { logicalTrackNumber: 1, sessionNumber: 1, logicalTrackStartAddress: 0 },
    });
    expect(await ask(drive, 'track-information?lba=10')).toEqual(first);
    expect(await ask(drive, 'track-information?session=1')).toEqual(first);
    const next = await ask<Values>(drive, 'track-information?track=255');
    expect(next).toMatchObject({
      decoded: { logicalTrackNumber: 2, sessionNumber: 2, nextWritableAddressValid: true },
    });
  });

  it('are not told of what is not there', async () => {
    const empty = await api.addDrive({});
    expect(await refused(empty, 'structures/0')).toMatchObject({ code: 'medium-not-present' });
    expect(await refused(plusR, 'structures/55h')).toMatchObject({ code: 'command-refused' });
    expect(await refused(plusR, 'track-information?track=77')).toMatchObject({ code: 'command-refused' });
    expect(await refused('nowhere', 'features')).toMatchObject({ code: 'drive-unknown' });
  });
});

describe('questions that are none', () => {
  it.each([
    ['structures/0?layer=256', '/layer'],
    ['structures/0?media=cd', '/media'],
    ['track-information', ''],
    ['track-information?track=1&lba=0', ''],
    ['track-information?track=9999999999', '/track'],
    ['disc-information?type=all', '/type'],
  ])('are refused before the drive hears of them: %s', async (what, pointer) => {
    expect(await refused(plusR, what)).toMatchObject({
      code: 'invalid-request',
      errors: [expect.objectContaining({ pointer: expect.stringContaining(pointer) as string })],
    });
  });

  it.each([
    ['mode-pages/x', '/code'],
    ['mode-pages/300', '/code'],
    ['structures/zz', '/format'],
  ])('name no code: %s', async (what, pointer) => {
    expect(await refused(plusR, what)).toMatchObject({
      status: 400,
      code: 'invalid-request',
      detail: `The path is not valid: ${pointer}: must be a code of one byte, such as 2Ah, 0x2a or 42`,
    });
  });

  it.each(['mode-pages/3Fh', 'structures/FFh'])('have no such address: %s', async (what) => {
    expect(await refused(plusR, what)).toMatchObject({ code: 'not-found' });
  });

  it('are refused in a sentence where no field alone is wrong', async () => {
    expect((await refused(plusR, 'track-information')).detail).toBe(
      'The query must name one of lba, track and session',
    );
  });
});

describe('who may ask', () => {
  it('whoever sees drives; for structures, at which drives may hang, whoever controls them', async () => {
    const path = `/v1/drives/${plusR}`;
    expect(await askAs('status', `${path}/features`)).toMatchObject({ status: 200 });
    expect(await askAs('jobs:read', `${path}/features`)).toMatchObject({ status: 403 });
    expect(await askAs('status', `${path}/structures/0`)).toMatchObject({ status: 403 });
  });

  it('nobody else while the drive is leased', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    const { id } = (await api.post(`/v1/drives/${drive}/lease`, { name: 'ripper' })).body as { id: string };
    const asked = await refused(drive, 'features');
    expect(asked).toMatchObject({ code: 'drive-leased' });
    expect(asked.detail).toContain('ripper');
    expect(await ask(drive, `features?lease=${id}`)).toMatchObject({ currentProfile: 0x09 });
    await api.delete(`/v1/drives/${drive}/lease?lease=${id}`);
  });

  it('nobody while the drive records', async () => {
    const drive = await api.addDrive({ blank: 'dvd+rw' });
    await api.faults(drive, [ENDLESS_WRITES]);
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    await api.driveUntil(drive, ({ progress }) => progress?.phase === 'write');
    for (const what of [
      'features',
      'mode-pages',
      'structures/0',
      'disc-information',
      'track-information?track=1',
    ])
      expect(await refused(drive, what)).toMatchObject({ code: 'drive-busy' });
    await api.post(`/v1/jobs/${job}/actions/cancel`, { force: true });
    expect(await api.ended(job)).toMatchObject({ state: 'canceled' });
  });
});
