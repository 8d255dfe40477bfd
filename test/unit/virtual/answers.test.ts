/** What a reviewer with raw commands found that a drive would not answer so. */
import { describe, expect, it } from 'vitest';
import type { VirtualTarget } from '../../../src/virtual/virtual-target.js';
import {
  DISC_INFORMATION,
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  replyOf,
  sendRaw,
  trackInformation,
  writeBlocks,
  writeParameters,
} from '../../support/raw-command.js';
import { type VirtualDriveChoice, aReadyDrive, aVirtualDrive } from '../../support/virtual-drive.js';

const TEST_UNIT_READY = '00 00 00 00 00 00';
const REQUEST_SENSE = '03 00 00 00 12 00';
const TRACK_AT_ONCE_OPEN = writeParameters(0x41, 0xc4, 0x08);

/** A CD-R with so many sessions of 300 blocks. */
const sessions = async (count: number, choice: Partial<VirtualDriveChoice> = {}): Promise<VirtualTarget> => {
  const { drive } = await aReadyDrive({ blank: 'cd-r', ...choice });
  await endOf(drive, MODE_SELECT, TRACK_AT_ONCE_OPEN);
  for (let at = 0, start = 0; at < count; at++, start += 302 + (at === 1 ? 11_400 : 6_900)) {
    await writeBlocks(drive, start, numberedBlocks(300));
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await endOf(drive, closeCommand(2))).toBe('good');
  }
  return drive;
};

describe('REQUEST SENSE', () => {
  it('tells one thing at a time: the attention of a reset waits behind a deferred error', async () => {
    const { drive } = await aReadyDrive({ blank: 'dvd+rw' });
    await drive.setFaults([
      { when: { opcode: 0x2a }, do: { action: 'sense', sense: '3/0C/00', deferred: true }, times: 1 },
    ]);
    await writeBlocks(drive, 0, numberedBlocks(16));
    await drive.setFaults([{ when: { command: 1 }, do: { action: 'reset' } }]);
    await endOf(drive, '03 00 00 00 12 00', 18);
    const told = [];
    for (let at = 0; at < 3; at++) {
      const { data } = (await sendRaw(drive, REQUEST_SENSE, 18)) as { data: Uint8Array };
      told.push([data[2], data[12]]);
    }
    expect(told).toEqual([
      [0x03, 0x0c],
      [0x06, 0x29],
      [0x00, 0x00],
    ]);
  });
});

describe('READ TRACK INFORMATION', () => {
  const byAddress = (address: string, open = false) => `52 0${open ? 4 : 0} ${address} 00 00 1c 00`;

  it('knows no track at an address before the first or behind the last', async () => {
    const drive = await sessions(1);
    // −1, and one behind the 359,849 blocks of the disc.
    expect(await replyOf(drive, byAddress('ff ff ff ff'), 28)).toBe('5/21/00');
    expect(await replyOf(drive, byAddress('00 05 7d a9'), 28)).toBe('5/21/00');
    expect((await replyOf(drive, byAddress('00 00 00 10'), 28)).slice(6, 8)).toBe('01');
    const { drive: overwritten } = await aReadyDrive({ blank: 'dvd+rw' });
    expect(await replyOf(overwritten, byAddress('7f ff ff ff'), 28)).toBe('5/21/00');
  });

  it('goes on to the first open track where it is asked for that', async () => {
    const drive = await sessions(1);
    expect((await replyOf(drive, '52 05 00 00 00 01 00 00 1c 00', 28)).slice(6, 8)).toBe('02');
    const { drive: closed } = await aReadyDrive({ blank: 'cd-r' });
    await endOf(closed, MODE_SELECT, writeParameters(0x41, 0x04, 0x08));
    await writeBlocks(closed, 0, numberedBlocks(300));
    await endOf(closed, SYNCHRONIZE_CACHE);
    await endOf(closed, closeCommand(2));
    expect(await replyOf(closed, '52 05 00 00 00 01 00 00 1c 00', 28)).toBe('5/24/00');
  });
});

describe('READ DISC INFORMATION', () => {
  it('tells the type that the first session was given, to the table of contents as well', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-r' });
    const page = writeParameters(0x41, 0xc4, 0x08);
    page[8 + 8] = 0x20; // session format CD-ROM XA
    await endOf(drive, MODE_SELECT, page);
    await writeBlocks(drive, 0, numberedBlocks(300));
    await endOf(drive, SYNCHRONIZE_CACHE);
    await endOf(drive, closeCommand(2));
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(24, 26)).toBe('20');
    // Point A0h of session 1: PMIN is its first track, PSEC the type.
    expect((await replyOf(drive, '43 00 02 00 00 00 01 00 ff 00', 255)).slice(12, 44)).toBe(
      '01 14 00 a0 00 00 00 00 01 20 00',
    );
  });

  it('counts the tracks of a DVD+R through its sessions', async () => {
    const { drive } = await aReadyDrive({ blank: 'dvd+r' });
    for (let at = 0; at < 17; at++) {
      const next = (await trackInformation(drive, 0xff)).slice(36, 47).split(' ');
      await writeBlocks(drive, Number.parseInt(next.join(''), 16), numberedBlocks(16));
      await endOf(drive, SYNCHRONIZE_CACHE);
      await endOf(drive, closeCommand(1, at + 1));
      expect(await endOf(drive, closeCommand(2))).toBe('good');
    }
    const [, , , , high = 0, low = 0, , assigned, , appendable, , current] = (
      await replyOf(drive, '51 01 00 00 00 00 00 00 0c 00', 12)
    )
      .split(' ')
      .map((byte) => Number.parseInt(byte, 16));
    expect(assigned).toBe(17);
    expect(high * 256 + low).toBeGreaterThan(17);
    expect(appendable).toBeGreaterThan(0);
    expect(current).toBeGreaterThan(0);
  });
});

describe('the full table of contents of a CD', () => {
  const FULL = (from: number) => `43 00 02 00 00 00 0${from} 00 ff 00`;
  const points = (reply: string): string[] => {
    const bytes = reply.split(' ').slice(4);
    return Array.from({ length: bytes.length / 11 }, (_, at) => {
      const entry = bytes.slice(at * 11, at * 11 + 11);
      return `${entry[0]} ${entry[3]} ${entry.slice(4, 7).join(':')} ${entry[7]} ${entry.slice(8).join(':')}`;
    });
  };

  it('says of each session where the next one begins, and of the first lead-in in the first session', async () => {
    const drive = await sessions(2);
    // MIN:SEC:FRAME of B0h is where the next program begins, ZERO how many points of mode 5 there are; the lead-in begins at 97:24:01.
    expect(points(await replyOf(drive, FULL(1), 255)).filter((line) => /^.. [bc]0/.test(line))).toEqual([
      '01 b0 02:24:02 02 4f:3b:4a', // 302 + 11,400 blocks: 02:36:02
      '01 c0 00:00:00 00 61:18:01',
      '02 b0 04:0c:04 01 4f:3b:4a', // 11,702 + 302 + 6,900: 04:12:04
    ]);
  });

  it('knows no session behind the last', async () => {
    expect(await replyOf(await sessions(1), FULL(9), 255)).toBe('5/24/00');
  });
});

describe('MODE SELECT', () => {
  it('sets no page of a list of which one is refused', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-r' });
    const [good, caching] = [
      writeParameters(0x41, 0xc4, 0x08),
      Uint8Array.of(0x08, 0x0a, 0xff, ...new Array<number>(9).fill(0xff)),
    ];
    const list = Uint8Array.from([...good, ...caching]);
    const before = await replyOf(drive, '5a 00 05 00 00 00 00 00 ff 00', 255);
    expect(await endOf(drive, `55 10 00 00 00 00 00 00 ${list.length.toString(16)} 00`, list)).toBe(
      '5/26/00',
    );
    expect(await replyOf(drive, '5a 00 05 00 00 00 00 00 ff 00', 255)).toBe(before);
  });
});

describe('a test write of audio', () => {
  it('leaves nothing behind by which data that are recorded next would be misread', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, writeParameters(0x51, 0x00, 0x00));
    await writeBlocks(drive, 0, numberedBlocks(300, 1, 2352), 2352);
    await endOf(drive, SYNCHRONIZE_CACHE);
    await endOf(drive, 'be 00 00 00 00 00 00 00 01 10 00 00', 2352);
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE_OPEN);
    expect(await writeBlocks(drive, 0, numberedBlocks(300))).toBe('good');
    await endOf(drive, SYNCHRONIZE_CACHE);
    await endOf(drive, closeCommand(2));
    const { data } = (await sendRaw(drive, '28 00 00 00 00 07 00 00 02 00', 4096)) as { data: Uint8Array };
    expect(Buffer.compare(data, numberedBlocks(2, 8))).toBe(0);
  });
});

describe('a drive that only reads', () => {
  it('changes no medium: neither its protection nor how it would be recorded', async () => {
    const { drive } = await aReadyDrive({ blank: 'dvd-ram', model: 'bd-rom' });
    const protect = Uint8Array.of(0, 6, 0, 0, 2, 0, 0, 0);
    expect(await endOf(drive, 'bf 00 00 00 00 00 00 c0 00 08 00 00', protect)).toBe('5/30/05');
    const { drive: other } = await aReadyDrive({ blank: 'dvd-r-dl', model: 'bd-rom' });
    await endOf(other, MODE_SELECT, writeParameters(0x44, 0xc5, 0x08));
    expect((await replyOf(other, '46 02 00 00 00 00 00 00 08 00', 8)).slice(18, 23)).toBe('00 10');
  });

  it('tells no speed at which it would write', async () => {
    const { drive } = await aReadyDrive({ blank: 'dvd+r', model: 'bd-rom' });
    expect(await replyOf(drive, 'ac 14 00 00 00 00 00 00 00 01 00 00', 24)).toBe('00 00 00 04 02 00 00 00');
  });
});

describe('a medium that the drive cannot read', () => {
  it('has no profile, and makes no feature current', async () => {
    const { drive } = aVirtualDrive({ blank: 'bd-r', model: 'dvd-writer' });
    await endOf(drive, TEST_UNIT_READY);
    expect((await replyOf(drive, '46 02 00 00 00 00 00 00 08 00', 8)).slice(18, 23)).toBe('00 00');
    // Random Readable (0010h): not current.
    const reply = (await replyOf(drive, '46 02 00 10 00 00 00 00 14 00', 20)).split(' ');
    expect(Number.parseInt(reply[10] ?? '', 16) & 1).toBe(0);
  });
});

describe('what is asked of the drive in vain', () => {
  it('READ CD of more blocks than one command brings', async () => {
    const drive = await sessions(1);
    expect(await endOf(drive, 'be 00 00 00 00 00 00 4e 20 10 00 00', 4)).toBe('5/24/00');
  });

  it('exceptions of its performance, of which there are none', async () => {
    const { drive } = await aReadyDrive({ blank: 'dvd+r' });
    expect(await replyOf(drive, 'ac 16 00 00 00 00 00 00 00 01 00 00', 24)).toBe('00 00 00 04 03 00 00 00');
  });

  it('to stop while it blanks', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-rw', slowCommands: 5 });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE_OPEN);
    await writeBlocks(drive, 0, numberedBlocks(300));
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await endOf(drive, 'a1 11 00 00 00 00 00 00 00 00 00 00')).toBe('good');
    expect(await endOf(drive, '1b 00 00 00 00 00')).toBe('2/04/07');
  });

  it('a command that is too short for its code, also while faults are awaited', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-r' });
    await drive.setFaults([{ when: { lba: 16, access: 'any' }, do: { action: 'unplug' } }]);
    expect(await endOf(drive, '28 00 00 00 00 00')).toBe('5/24/00');
  });
});

describe('a reserved fragment of a DVD+R', () => {
  it('goes on with a whole ECC block after the flush', async () => {
    const { drive } = await aReadyDrive({ blank: 'dvd+r' });
    expect(await endOf(drive, '53 00 00 00 00 00 00 00 a0 00')).toBe('good');
    await writeBlocks(drive, 0, numberedBlocks(5));
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect((await trackInformation(drive, 1)).slice(36, 47)).toBe('00 00 00 10');
  });
});
