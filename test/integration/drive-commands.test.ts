import { beforeAll, describe, expect, it } from 'vitest';
import type { LeaseRow } from '../../src/jobs/records.js';
import { send } from '../support/api-client.js';
import { sharedDaemon, startDaemon } from '../support/daemon.js';

const daemon = sharedDaemon({ config: { rawCommands: 'write' }, workers: { hangMarginMs: 500 } });
const { api } = daemon;
let drive: string;
let lease: string;

interface Answered {
  readonly status: string;
  readonly sense?: { readonly code: string; readonly text: string };
  readonly data: string;
  readonly moved: number;
}

const leaseOf = async (id: string): Promise<string> =>
  ((await api.post(`/v1/drives/${id}/lease`, { name: 'lab', seconds: 600 })).body as LeaseRow).id;

beforeAll(async () => {
  drive = await api.addDrive({ blank: 'cd-rw' });
  lease = await leaseOf(drive);
});

const path = (id = drive): string => `/v1/drives/${id}/commands`;
const command = async (body: object, id = drive): Promise<Answered> =>
  (await api.post(path(id), { lease, ...body })).body as Answered;
const refused = (body: object, id = drive) => api.refused('POST', path(id), { lease, ...body });

// CDBs typed by SPC-3 and MMC-5.
const INQUIRY = { cdb: '12 00 00 00 24 00', direction: 'from-drive', length: 36 };
const BLANK_MINIMALLY = { cdb: 'a1 01 00 00 00 00 00 00 00 00 00 00', class: 'write' };
const READ_BLOCK_0 = { cdb: '28 00 00 00 00 00 00 00 01 00', direction: 'from-drive', length: 2048 };

const send10 = async (id: string, own: string, cdb: string, data: Buffer): Promise<void> => {
  const body = { cdb, direction: 'to-drive', data: data.toString('base64'), class: 'write', lease: own };
  expect(await command(body, id)).toMatchObject({ status: 'good', moved: data.length });
};

/** WRITE (10) of 100 blocks. */
const write = (id: string, own: string, block: number): Promise<void> =>
  send10(
    id,
    own,
    `2a 00 00 00 00 ${block.toString(16).padStart(2, '0')} 00 00 64 00`,
    Buffer.alloc(204800, 7),
  );

/** Track at once, from these blocks on. */
const record = async (id: string, own: string, blocks: readonly number[]): Promise<void> => {
  const page = '00 00 00 00 00 00 00 00 05 32 41 04 08 00 00 00 00 00 00 00 00 00 00 96' + ' 00'.repeat(36);
  await send10(id, own, '55 10 00 00 00 00 00 00 3c 00', Buffer.from(page.replaceAll(' ', ''), 'hex'));
  for (const block of blocks) await write(id, own, block);
};

/** Somebody else with these scopes, who comes by TCP. */
const asOther = async (scopes: string[], body: object) => {
  const { hostname: host, port } = new URL(daemon.url);
  const authorization = `Bearer ${await daemon.token(...scopes)}`;
  const headers = { authorization, 'content-type': 'application/json' };
  return send({ host, port, method: 'POST', path: path(), headers }, JSON.stringify(body));
};

describe('a command of a client', () => {
  it('brings data from the drive', async () => {
    const { status, data, moved } = await command(INQUIRY);
    expect({ status, moved }).toEqual({ status: 'good', moved: 36 });
    const bytes = Buffer.from(data, 'base64');
    // SPC-3 §6.4.2: peripheral device type 5, removable.
    expect([...bytes.subarray(0, 2)]).toEqual([0x05, 0x80]);
  });

  it('is answered with the sense of a refusal, which is no failure', async () => {
    expect(
      await command({ cdb: '28 00 7f ff ff ff 00 00 01 00', direction: 'from-drive', length: 2048 }),
    ).toMatchObject({
      status: 'check-condition',
      sense: { code: '5/21/00', text: 'LOGICAL BLOCK ADDRESS OUT OF RANGE', key: 5, asc: 0x21, ascq: 0 },
      data: '',
    });
  });

  it('that records is done, and what it left is read when the recording is ended', async () => {
    await record(drive, lease, [0, 100, 200]);
    expect(await command({ cdb: '35 00 00 00 00 00 00 00 00 00', class: 'write' })).toMatchObject({
      status: 'good',
    });
    expect(await command({ cdb: '5b 00 02 00 00 00 00 00 00 00', class: 'write' })).toMatchObject({
      status: 'good',
    });
    expect(Buffer.from((await command(READ_BLOCK_0)).data, 'base64').equals(Buffer.alloc(2048, 7))).toBe(
      true,
    );
    const { medium } = await api.driveUntil(drive, (seen) => seen.medium?.status === 'complete');
    expect(medium).toMatchObject({ sessions: 1 });
  });

  it('that records is followed by no question of anybody until its lease ends; then the medium is read', async () => {
    const id = await api.addDrive({ blank: 'cd-rw' });
    const own = await leaseOf(id);
    await record(id, own, [0]);
    // The drive counts: the third command from here on fails, whoever sends it.
    const faults = [{ when: { command: 3 }, do: { action: 'sense', sense: '3/0C/00' } }];
    await api.put(`/v1/virtual-drives/${id}/faults`, { faults, lease: own });
    await write(id, own, 100);
    const { hostname: host, port } = new URL(daemon.url);
    const authorization = `Bearer ${await daemon.token('status', 'jobs:read', 'jobs:write', 'drives:control')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const other = (method: string, to: string, body?: object) =>
      send({ host, port, method, path: to, headers }, body && JSON.stringify(body));
    const rescan = await other('POST', `/v1/drives/${id}/actions/rescan`, {});
    expect(rescan).toMatchObject({ status: 423, body: { code: 'drive-leased' } });
    expect((rescan.body as { detail: string }).detail).toContain('lab');
    const plan = (await other('POST', '/v1/plans', { drives: [id], type: 'erase' })).body as { id: string };
    const planned = async () => (await other('GET', `/v1/plans/${plan.id}`)).body;
    await expect
      .poll(planned, { timeout: 10_000 })
      .toMatchObject({ state: 'ready', drives: [{ refusals: [{ code: 'drive-leased' }] }] });
    await write(id, own, 200);
    expect(await command({ cdb: '00 00 00 00 00 00', lease: own }, id)).toMatchObject({
      sense: { code: '3/0C/00' },
    });
    await api.delete(`/v1/drives/${id}/lease?lease=${own}`);
    // What was recorded is known to whoever has read the medium since: the next block is 300.
    const { medium } = await api.driveUntil(id, (seen) => seen.medium?.tracks[0]?.nextWritable === 300);
    expect(medium?.tracks).toHaveLength(1);
  });

  it('that blanks makes the medium be read again', async () => {
    expect((await api.drive(drive)).medium?.status).toBe('complete');
    expect(await command(BLANK_MINIMALLY)).toMatchObject({ status: 'good' });
    await api.driveUntil(drive, ({ medium }) => medium?.status === 'empty');
  });

  it('that does not come to an end is given up; the drive is faulted, and the daemon goes on', async () => {
    const stuck = await api.addDrive({ blank: 'cd-r' });
    const own = await leaseOf(stuck);
    await api.put(`/v1/virtual-drives/${stuck}/faults`, {
      faults: [{ when: { opcode: 0x28 }, do: { action: 'hang' } }],
      lease: own,
    });
    const given = await refused({ ...READ_BLOCK_0, lease: own, timeoutMs: 200 }, stuck);
    expect(['drive-timeout', 'worker-lost']).toContain(given.code);
    expect(await command(INQUIRY)).toMatchObject({ status: 'good' });
    await api.driveUntil(stuck, ({ problem }) => problem === undefined);
  });
});

describe('a command is refused before the drive hears of it', () => {
  it.each([
    [
      'a group of ten bytes with six',
      { cdb: '28 00 00 00 00 00', direction: 'from-drive', length: 1 },
      '/cdb',
    ],
    ['no command', { cdb: '' }, '/cdb'],
    ['no hex', { cdb: '12 00 00 00 24 0' }, '/cdb'],
    ['a long one', { cdb: '7f'.repeat(17) }, '/cdb'],
    ['no length', { ...INQUIRY, length: undefined }, '/length'],
    ['too much', { ...INQUIRY, length: 262_145 }, '/length'],
    ['a length without direction', { cdb: '000000000000', length: 1 }, '/length'],
    ['no data', { cdb: '2a 00 00 00 00 00 00 00 01 00', direction: 'to-drive', class: 'write' }, '/data'],
    [
      'data that are not base64',
      { cdb: '2a 00 00 00 00 00 00 00 01 00', direction: 'to-drive', data: '*' },
      '/data',
    ],
    ['an endless one', { cdb: '000000000000', timeoutMs: 600_001 }, '/timeoutMs'],
    ['an unknown class', { cdb: '000000000000', class: 'all' }, '/class'],
  ])('where it has %s', async (_, body, pointer) => {
    expect(await refused(body)).toMatchObject({
      code: 'schema-violation',
      errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown,
    });
  });

  it.each([
    [
      'WRITE BUFFER, which replaces firmware',
      { cdb: '3b 05 00 00 00 00 00 00 08 00', direction: 'to-drive', data: 'AAAAAAAAAAA=' },
    ],
    ['RESERVE (6)', { cdb: '16 00 00 00 00 00' }],
    ['PERSISTENT RESERVE OUT', { cdb: '5f 00 00 00 00 00 00 00 18 00', direction: 'to-drive', data: 'AAAA' }],
    ['PREVENT ALLOW MEDIUM REMOVAL', { cdb: '1e 00 00 00 01 00' }],
  ])('and never sent: %s', async (_, body) => {
    expect(await refused({ ...body, class: 'vendor' })).toMatchObject({ code: 'command-forbidden' });
  });

  it('where its host carries less at once', async () => {
    const behindBridge = await api.addDrive({ blank: 'dvd+r', model: 'usb-bridge' });
    const own = await leaseOf(behindBridge);
    const cdb = '28 00 00 00 00 00 00 00 20 00';
    const body = { cdb, direction: 'from-drive', length: 65_536, lease: own };
    expect(await refused(body, behindBridge)).toMatchObject({
      code: 'schema-violation',
      errors: [{ pointer: '/length', message: expect.stringContaining('32768 bytes or less') as string }],
    });
  });

  it('where it may do more than its client says, or than the administrator allows', async () => {
    expect(await refused({ ...BLANK_MINIMALLY, class: 'read' })).toMatchObject({
      code: 'command-class-exceeded',
    });
    // Vendor specific; and READ (10) with data for the drive is not READ (10).
    for (const cdb of ['d8 00 00 00 00 00 00 00 00 00 00 00', '28 00 00 00 00 00 00 00 01 00']) {
      const body = { cdb, direction: 'to-drive', data: 'AAAA', class: 'vendor' };
      const problem = await refused(body);
      expect(problem.code).toBe('raw-commands-disabled');
      expect(problem.detail).toContain('`rawCommands` is `write`');
    }
  });

  it('without a lease, or with one that is another client’s or over', async () => {
    expect(await refused({ ...INQUIRY, lease: undefined })).toMatchObject({ code: 'lease-required' });
    const other = await asOther(['drives:commands'], { ...INQUIRY, lease });
    expect(other).toMatchObject({ status: 404, body: { code: 'lease-unknown' } });
    expect(await asOther(['status', 'drives:control'], { ...INQUIRY, lease })).toMatchObject({ status: 403 });
    const spare = await api.addDrive({ blank: 'cd-r' });
    const short = await leaseOf(spare);
    await api.delete(`/v1/drives/${spare}/lease?lease=${short}`);
    expect(await refused({ ...INQUIRY, lease: short }, spare)).toMatchObject({ code: 'lease-unknown' });
  });

  it('where the configuration does not name them, which it does not by itself', async () => {
    const plain = await startDaemon();
    const id = await plain.api.addDrive({ blank: 'cd-r' });
    const problem = await plain.api.refused('POST', `/v1/drives/${id}/commands`, INQUIRY);
    expect(problem).toMatchObject({ code: 'raw-commands-disabled', status: 403 });
    expect(problem.remedy).toContain('`rawCommands`');
  });
});

describe('the log of the daemon', () => {
  it('has every command with who sent it', async () => {
    await command({ cdb: '00 00 00 00 00 00' });
    const lines = daemon.log.split('\n').filter((line) => line.includes('"raw command'));
    const [sent, answered] = lines.slice(-2).map((line) => JSON.parse(line) as Record<string, unknown>);
    const who = { principal: expect.stringMatching(/^uid:/) as string, drive, cdb: '00 00 00 00 00 00' };
    expect(sent).toMatchObject({ msg: 'raw command', command: 'TEST UNIT READY', ...who });
    expect(answered).toMatchObject({ msg: 'raw command answered', status: 'good', ...who });
  });
});

describe('a mode page', () => {
  const page = '/mode-pages/1Dh';
  // Time-out and Protect: minimum time-outs of 30 and 120 s.
  const DEFAULT = '1d 08 00 00 00 00 00 1e 00 78';

  it('is set by whoever has leased the drive, and answered as the drive has it', async () => {
    const to = '1d 08 00 00 00 00 00 2d 00 78';
    const set = await api.put(`/v1/drives/${drive}${page}`, { lease, page: to });
    expect(set.body).toMatchObject({
      current: { raw: to, decoded: { group1MinimumTimeout: 45 } },
      default: { raw: DEFAULT },
    });
    expect((await api.get(`/v1/drives/${drive}${page}?lease=${lease}`)).body).toEqual(set.body);
  });

  it('that protects the medium is seen in the medium', async () => {
    await api.put(`/v1/drives/${drive}${page}`, { lease, page: '1d 08 00 00 01 00 00 1e 00 78' });
    await api.driveUntil(drive, ({ medium }) => medium?.writeProtected === true);
    await api.put(`/v1/drives/${drive}${page}`, { lease, page: DEFAULT });
    await api.driveUntil(drive, ({ medium }) => medium?.writeProtected === false);
  });

  it.each([
    ['bits that cannot be changed', { page: '1d 08 00 00 80 00 00 1e 00 78' }, '/page/4'],
    ['another length', { page: '1d 06 00 00 00 00 00 1e' }, '/page'],
    ['a length that it does not have', { page: '1d 06 00 00 00 00 00 1e 00 78' }, '/page/1'],
    ['the form of a subpage', { page: '5d 08 00 00 00 00 00 1e 00 78' }, '/page/0'],
    ['keeping it for good', { page: DEFAULT, save: true }, '/save'],
  ])('is refused with %s', async (_, body, pointer) => {
    expect(await api.refused('PUT', `/v1/drives/${drive}${page}`, { lease, ...body })).toMatchObject({
      code: 'mode-page-unchangeable',
      errors: [expect.objectContaining({ pointer })],
    });
  });

  it('is refused as another page, and without the lease', async () => {
    const put = (body: object) => api.refused('PUT', `/v1/drives/${drive}${page}`, body);
    expect(await put({ lease, page: '17 08 00 00 00 00 00 1e 00 78' })).toMatchObject({
      code: 'schema-violation',
      errors: [{ pointer: '/page', message: 'is page 23, and the address names page 29' }],
    });
    expect(await put({ lease, page: '1d' })).toMatchObject({
      code: 'schema-violation',
      errors: [{ pointer: '/page', message: 'must begin with the code 29 and have a length' }],
    });
    expect(await put({ page: DEFAULT })).toMatchObject({ code: 'lease-required' });
  });
});

describe('a structure', () => {
  it('is sent to the drive: where layer 0 of a DVD+R DL ends', async () => {
    const id = await api.addDrive({ blank: 'dvd+r-dl' });
    const own = await leaseOf(id);
    // MMC-5 §6.34.3, format 20h: blocks of layer 0 at byte 4 of the payload; 100000h.
    await api.put(`/v1/drives/${id}/structures/20h`, {
      lease: own,
      media: 'dvd',
      payload: '0000000000100000',
    });
    const { medium } = await api.driveUntil(id, (seen) => seen.medium?.layerBreak?.fixed === true);
    expect(medium?.layerBreak?.blocks).toBe(0x100000);
    const again = { lease: own, media: 'dvd', payload: '0000000000100000' };
    expect(await api.refused('PUT', `/v1/drives/${id}/structures/20h`, again)).toMatchObject({
      code: 'command-refused',
    });
  });
});
