import { describe, expect, it } from 'vitest';

import { faultScript } from '../../../src/virtual/faults.js';
import { manualClock } from '../../support/manual-clock.js';
import {
  endOf,
  numberedBlocks,
  readsAs,
  sendRaw,
  untilReady,
  writeBlocks,
} from '../../support/raw-command.js';
import { type VirtualDriveFixture, aVirtualDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

const TEST_UNIT_READY = '00 00 00 00 00 00';

/** A DVD+R that fails as the script says, from the first command after it was given. */
const failing = async (script: unknown): Promise<VirtualDriveFixture> => {
  const fixture = aVirtualDrive({ blank: 'dvd+r' });
  await untilReady(fixture.drive);
  await fixture.drive.setFaults(faultScript.parse(script));
  return fixture;
};

describe('a fault script', () => {
  it('ends the k-th command with any sense, once', async () => {
    const { drive } = await failing([{ when: { command: 2 }, do: { action: 'sense', sense: '4/44/00' } }]);
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('good');
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('4/44/00');
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('good');
  });

  it('fails every command that touches a block, and does nothing of it', async () => {
    const { drive } = await failing([
      { when: { lba: 20, access: 'write' }, do: { action: 'sense', sense: '3/0c/00' }, times: 2 },
    ]);
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    expect(await writeBlocks(drive, 16, numberedBlocks(16))).toBe('3/0C/00');
    expect(await writeBlocks(drive, 16, numberedBlocks(16))).toBe('3/0C/00');
    expect(await writeBlocks(drive, 16, numberedBlocks(16))).toBe('good');
    expect(await readsAs(drive, 16, numberedBlocks(16))).toBe(true);
  });

  it('fails the n-th command with an opcode', async () => {
    const { drive } = await failing([
      { when: { opcode: 0x2a, nth: 2 }, do: { action: 'sense', sense: '5/2C/00' } },
    ]);
    const ends = [];
    for (const lba of [0, 16, 16]) ends.push(await writeBlocks(drive, lba, numberedBlocks(16)));
    expect(ends).toEqual(['good', '5/2C/00', 'good']);
  });

  it('tells an error late, of a command that was answered GOOD', async () => {
    const { drive } = await failing([
      { when: { lba: 0 }, do: { action: 'sense', sense: '3/0C/00', deferred: true }, times: 1 },
    ]);
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('deferred 3/0C/00');
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('good');
  });

  it('loses writes that were answered GOOD: the blocks read as zeros', async () => {
    const { drive } = await failing([{ when: { lba: 17 }, do: { action: 'lost-write' }, times: 1 }]);
    for (const lba of [0, 16, 32]) expect(await writeBlocks(drive, lba, numberedBlocks(16))).toBe('good');
    expect(await readsAs(drive, 0, numberedBlocks(16))).toBe(true);
    expect(await readsAs(drive, 16, new Uint8Array(16 * 2048))).toBe(true);
    expect(await readsAs(drive, 32, numberedBlocks(16))).toBe(true);
  });

  it('unplugs the drive for good; the medium keeps what it has', async () => {
    const { drive } = await failing([{ when: { opcode: 0x2a, nth: 2 }, do: { action: 'unplug' } }]);
    await writeBlocks(drive, 0, numberedBlocks(16));
    await expect(writeBlocks(drive, 16, numberedBlocks(16))).rejects.toMatchObject({ code: 'drive-lost' });
    await expect(endOf(drive, TEST_UNIT_READY)).rejects.toMatchObject({ code: 'drive-lost' });
  });

  it('resets the bus: the host is told by the transport, then by a unit attention', async () => {
    const { drive } = await failing([{ when: { command: 1 }, do: { action: 'reset' } }]);
    // DID_RESET of Linux' scsi/scsi_status.h.
    expect(await sendRaw(drive, TEST_UNIT_READY)).toMatchObject({ status: 'transport-error', hostStatus: 8 });
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('6/29/00');
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('good');
  });

  it('hangs until the time-out of the command, or for ever', async () => {
    const clock = manualClock();
    const { drive } = aVirtualDrive({ blank: 'dvd+r', clock });
    await untilReady(drive);
    await drive.setFaults(
      faultScript.parse([
        { when: { command: 1 }, do: { action: 'hang', ms: 90_000 } },
        { when: { command: 2 }, do: { action: 'hang' } },
      ]),
    );
    const first = sendRaw(drive, TEST_UNIT_READY);
    await clock.turn(30_000);
    // DID_TIME_OUT.
    expect(await first).toMatchObject({ status: 'transport-error', hostStatus: 3 });
    const second = endOf(drive, TEST_UNIT_READY).catch((error: unknown) => error);
    await clock.turn(1_000_000);
    await drive.close();
    expect(await second).toMatchObject({ code: 'drive-lost' });
  });

  it('hangs for ever: whoever does something at it pulls its plug first', async () => {
    const { drive, driveFolder } = await failing([{ when: { command: 1 }, do: { action: 'hang' } }]);
    const hung = endOf(drive, TEST_UNIT_READY).catch((error: unknown) => error);
    await expect(drive.setFaults([])).rejects.toMatchObject({ code: 'drive-lost' });
    expect(await hung).toMatchObject({ code: 'drive-lost' });
    const again = reopenVirtualDrive(driveFolder);
    await again.setFaults([]);
    await untilReady(again);
    expect(await endOf(again, TEST_UNIT_READY)).toBe('good');
  });

  it('delays an answer', async () => {
    const clock = manualClock();
    const { drive } = aVirtualDrive({ blank: 'dvd+r', clock });
    await untilReady(drive);
    await drive.setFaults(faultScript.parse([{ when: { command: 1 }, do: { action: 'stall', ms: 5000 } }]));
    let end: string | undefined;
    const command = endOf(drive, TEST_UNIT_READY).then((text) => {
      end = text;
    });
    await clock.turn(4999);
    expect(end).toBeUndefined();
    await clock.turn(1);
    await command;
    expect(end).toBe('good');
  });

  it('survives the home of the drive, and is forgotten when it is replaced', async () => {
    const { drive, driveFolder } = await failing([
      { when: { opcode: 0x25 }, do: { action: 'sense', sense: '3/11/00' } },
    ]);
    await drive.close();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await endOf(again, '25 00 00 00 00 00 00 00 00 00', 8)).toBe('3/11/00');
    await again.setFaults([]);
    expect(await endOf(again, '25 00 00 00 00 00 00 00 00 00', 8)).toBe('good');
  });

  it.each([
    ['an unknown effect', [{ when: { command: 1 }, do: { action: 'explode' } }]],
    ['an unknown field', [{ when: { command: 1, lba: 2 }, do: { action: 'unplug' } }]],
    ['sense in another notation', [{ when: { command: 1 }, do: { action: 'sense', sense: '3-0C-00' } }]],
    ['a command before the first', [{ when: { command: 0 }, do: { action: 'unplug' } }]],
  ])('is refused with %s', (_, script) => {
    expect(faultScript.safeParse(script).success).toBe(false);
  });
});
