import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { unhex } from '../../support/hex.js';
import {
  DISC_INFORMATION,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  readsAs,
  replyOf,
  trackInformation,
  untilReady,
  writeBlocks,
} from '../../support/raw-command.js';
import { type VirtualDriveChoice, aReadyDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

const ready = (choice: Partial<VirtualDriveChoice> = {}) => aReadyDrive({ blank: 'dvd+r-dl', ...choice });

type Drive = Awaited<ReturnType<typeof ready>>['drive'];

const LAYER_BOUNDARY = 'ad 00 00 00 00 00 00 20 00 0c 00 00';
const SEND_LAYER_BOUNDARY = 'bf 00 00 00 00 00 00 20 00 0c 00 00';
/** As growisofs sends it: length 10, then the blocks of layer 0 at payload 4. */
const layer0 = (blocks: string): Uint8Array => unhex(`00 0a 00 00 00 00 00 00 ${blocks}`);
const discStatus = async (drive: Drive): Promise<string> =>
  (await replyOf(drive, DISC_INFORMATION, 34)).split(' ')[2] ?? '';

const session = async (drive: Drive, at: number): Promise<string> => {
  await writeBlocks(drive, at, numberedBlocks(16));
  await endOf(drive, SYNCHRONIZE_CACHE);
  await endOf(drive, closeCommand(1, 0xff));
  return endOf(drive, closeCommand(2));
};

/** Repeats the first session of a medium that no drive has, so that nobody waits for what 125 flushes take. */
const makeSessions = (folder: string, count: number): void => {
  const file = join(folder, 'medium.json');
  const tables = JSON.parse(readFileSync(file, 'utf8')) as { sessions: object[]; tracks: object[] };
  const [session, track] = [tables.sessions[0], tables.tracks[0]];
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const at = (number: number): number => (number - 1) * 8192;
  tables.sessions = numbers.map((number) => ({ ...session, number, leadOut: at(number) + 16 }));
  tables.tracks = numbers.map((number) => ({
    ...track,
    number,
    session: number,
    firstUnit: at(number),
    start: at(number),
    nextWritable: at(number) + 16,
    end: at(number) + 16,
  }));
  writeFileSync(file, JSON.stringify(tables));
};

/** Start of the invisible track, bytes 8 to 11 of its information. */
const nextStart = async (drive: Drive): Promise<number> =>
  Number.parseInt((await trackInformation(drive, 0xff)).split(' ').slice(8, 12).join(''), 16);

describe('a DVD+R DL', () => {
  it('is blank with 4,173,824 blocks, half of them on layer 0', async () => {
    const { drive } = await ready();
    expect((await replyOf(drive, '46 00 00 00 00 00 00 00 08 00', 8)).slice(-5)).toBe('00 2b');
    expect(await trackInformation(drive, 0xff)).toContain('00 3f b0 00 00 00 00 10 00 3f b0 00');
    expect(await replyOf(drive, LAYER_BOUNDARY, 12)).toBe('00 0a 00 00 00 00 00 00 00 1f d8 00');
    // Physical format: book type Eh, two layers on an opposite track path, layer 1 ends at the inverse of 30000h.
    const adip = (await replyOf(drive, 'ad 00 00 00 00 00 00 11 00 24 00 00', 36)).split(' ');
    expect(adip.slice(4, 20).join(' ')).toBe('e1 0f 32 00 00 03 00 00 00 fc ff ff 00 22 d7 ff');
    expect(adip.slice(23, 34).join(' ')).toBe('4d 4b 4d 00 00 00 00 00 30 30 33');
  });

  it('ends layer 0 where the host wants it, and layer 1 with it', async () => {
    const { drive, driveFolder } = await ready();
    expect(await endOf(drive, SEND_LAYER_BOUNDARY, layer0('00 10 00 00'))).toBe('good');
    expect(await replyOf(drive, LAYER_BOUNDARY, 12)).toBe('00 0a 00 00 80 00 00 00 00 10 00 00');
    // 2 x 1,048,576 blocks are left.
    expect((await trackInformation(drive, 0xff)).split(' ').slice(16, 20).join(' ')).toBe('00 20 00 00');
    expect(await endOf(drive, SEND_LAYER_BOUNDARY, layer0('00 08 00 00'))).toBe('5/2C/00');
    await drive.close();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await replyOf(again, LAYER_BOUNDARY, 12)).toBe('00 0a 00 00 80 00 00 00 00 10 00 00');
  });

  it.each([
    ['no whole ECC block', '00 10 00 01'],
    ['more than the layer holds', '00 1f d8 10'],
    ['nothing', '00 00 00 00'],
  ])('refuses a layer 0 of %s', async (_, blocks) => {
    const { drive } = await ready();
    expect(await endOf(drive, SEND_LAYER_BOUNDARY, layer0(blocks))).toBe('5/26/00');
    expect(
      await endOf(drive, SEND_LAYER_BOUNDARY.replace('0c', '08'), unhex('00 06 00 00 00 00 00 00')),
    ).toBe('5/1A/00');
  });

  it('keeps its layers as they are once anything is recorded', async () => {
    const { drive } = await ready();
    await writeBlocks(drive, 0, numberedBlocks(16));
    expect((await replyOf(drive, LAYER_BOUNDARY, 12)).slice(12, 14)).toBe('80');
    expect(await endOf(drive, SEND_LAYER_BOUNDARY, layer0('00 10 00 00'))).toBe('5/2C/00');
  });

  it('records across the layers', async () => {
    const { drive } = await ready({ capacity: 128 });
    expect(await writeBlocks(drive, 0, numberedBlocks(48))).toBe('good');
    expect(await writeBlocks(drive, 48, numberedBlocks(48, 100))).toBe('good');
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await readsAs(drive, 48, numberedBlocks(48, 100))).toBe(true);
  });

  it.each([[5], [6]])('is finalized by function %i', async (closeFunction) => {
    const { drive } = await ready();
    await writeBlocks(drive, 0, numberedBlocks(32));
    expect(await endOf(drive, closeCommand(closeFunction))).toBe('5/72/03');
    await endOf(drive, closeCommand(1, 1));
    expect(await endOf(drive, closeCommand(closeFunction))).toBe('good');
    expect(await discStatus(drive)).toBe('0e');
    expect(await replyOf(drive, '25 00 00 00 00 00 00 00 00 00', 8)).toBe('00 00 00 1f 00 00 08 00');
    expect(await writeBlocks(drive, 4128, numberedBlocks(16))).toBe('5/64/00');
  });

  it('takes 16 fragments a session and no more', async () => {
    const { drive } = await ready();
    for (let fragment = 1; fragment < 16; fragment += 1)
      expect(await endOf(drive, '53 00 00 00 00 00 00 00 10 00')).toBe('good');
    expect(await endOf(drive, '53 00 00 00 00 00 00 00 10 00')).toBe('5/72/05');
  });

  it('finalizes itself with session 127', async () => {
    const { drive, driveFolder, mediumFolder } = await ready();
    expect(await session(drive, 0)).toBe('good');
    await drive.close();
    makeSessions(mediumFolder, 125);
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    for (const [number, status] of [
      [126, '01'],
      [127, '0e'],
    ] as const) {
      expect((await trackInformation(again, 0xff)).split(' ')[3]).toBe(number.toString(16));
      expect(await session(again, await nextStart(again))).toBe('good');
      expect(await discStatus(again)).toBe(status);
    }
  });

  it('finalizes itself when fewer than 65 ECC blocks are left', async () => {
    // The next session begins 4,096 blocks behind the end of this one.
    const { drive } = await ready({ capacity: 4096 + 16 * 66 });
    expect(await session(drive, 0)).toBe('good');
    expect(await discStatus(drive)).toBe('01');
    const small = await ready({ capacity: 16 * 65 });
    expect(await session(small.drive, 0)).toBe('good');
    expect(await discStatus(small.drive)).toBe('0e');
  });
});
