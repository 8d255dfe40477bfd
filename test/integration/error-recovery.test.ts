import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DaemonClient } from '../support/daemon-client.js';
import { startHeard } from '../support/heard-drive.js';
import { ended, WorkerRig } from '../support/worker-rig.js';

// SPC-3 and MMC-5.
const TEST_UNIT_READY = 0x00;
const MODE_SELECT = 0x55;
/** Page 01h: DCR, with which a drive answers GOOD with what it has not corrected. */
const UNTRUE = 0x01;

const pageOf = async (client: DaemonClient): Promise<Buffer> => {
  const { value } = await client.request({ do: 'mode-pages', code: 1 });
  const [page] = (value as { pages: { current: { raw: string } }[] }).pages;
  return Buffer.from(page!.current.raw.replaceAll(' ', ''), 'hex');
};

const untrue = (page: Buffer): Buffer => {
  const set = Buffer.from(page);
  set[2]! |= UNTRUE;
  return set;
};

describe('what a client has set for errors (page 01h)', () => {
  it('goes back to its default values when the lease ends', async () => {
    const rig = new WorkerRig({ blank: 'dvd+r' });
    rig.start();
    const client = await rig.connect();
    await client.attach();
    await client.request({ do: 'report' });
    const before = await pageOf(client);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await client.request({ do: 'lease', lease: { id: 'mine', expiresAt } });
    const page = untrue(before).toString('hex');
    const order = { do: 'select-mode-page', code: 1, page, save: false, lease: 'mine' };
    const answered = await client.request(order);
    expect(answered, JSON.stringify(answered)).toMatchObject({ op: 'reply' });
    await client.request({ do: 'lease', lease: null });
    expect((await pageOf(client)).toString('hex')).toBe(before.toString('hex'));
  });

  it('or somebody else has, is not what a medium is recorded and read with', async () => {
    const rig = new WorkerRig({ blank: 'dvd+r' });
    writeFileSync(join(rig.source, 'file'), randomBytes(100_000));
    await rig.master();
    const heard = await startHeard(rig);
    const client = await rig.connect();
    await client.attach();
    const assignment = await rig.assignment(client);
    const before = await pageOf(client);
    let sets = true;
    heard.instead.set(TEST_UNIT_READY, async (command, drive) => {
      if (sets) {
        sets = false;
        const list = Buffer.concat([Buffer.alloc(8), untrue(before)]);
        list[8]! &= 0x3f; // PS is reserved here
        const cdb = Uint8Array.of(MODE_SELECT, 0x10, 0, 0, 0, 0, 0, 0, list.length, 0);
        await drive.execute({ ...command, cdb, direction: 'to-drive', data: list });
      }
      return drive.execute(command);
    });
    await client.request({ do: 'start', assignment });
    expect(await ended(client)).toMatchObject({ result: 'good' });
    expect(sets).toBe(false);
    expect((await pageOf(client)).toString('hex')).toBe(before.toString('hex'));
  });
});
