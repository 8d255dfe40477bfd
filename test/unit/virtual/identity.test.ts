import { describe, expect, it } from 'vitest';

import { MODE_SELECT, endOf, replyOf, untilReady, writeParameters } from '../../support/raw-command.js';
import { type VirtualDriveChoice, aVirtualDrive } from '../../support/virtual-drive.js';

const ready = async (choice: VirtualDriveChoice) => {
  const fixture = aVirtualDrive(choice);
  await untilReady(fixture.drive);
  return fixture.drive;
};

/** Codes of the features in a reply to GET CONFIGURATION, read by hand; with `*` where current. */
const featureCodes = (reply: string): string[] => {
  const bytes = reply.split(' ').map((pair) => Number.parseInt(pair, 16));
  const codes: string[] = [];
  for (let at = 8; at < bytes.length; at += 4 + (bytes[at + 3] ?? 0))
    codes.push(
      ((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)).toString(16).padStart(4, '0') +
        ((bytes[at + 2] ?? 0) & 1 ? '*' : ''),
    );
  return codes;
};

describe('GET CONFIGURATION', () => {
  it.each([
    ['cd-r', '00 09', ['001d*', '001e*', '002d*', '002e*'], ['0020', '002b', '0041']],
    ['dvd+r', '00 1b', ['001f*', '002b*'], ['001e', '0020', '002d', '002a']],
    ['dvd+rw', '00 1a', ['001f*', '0020*', '0023*', '002a*'], ['002b', '0041']],
    ['bd-re', '00 43', ['0020*', '0023*', '0040*', '0041*'], ['0024', '002a', '001f']],
  ] as const)('says what is current with %s', async (blank, profile, current, not) => {
    const drive = await ready({ blank });
    const reply = await replyOf(drive, '46 00 00 00 00 00 00 08 00 00', 2048);
    expect(reply.slice(18, 23)).toBe(profile);
    const codes = featureCodes(reply);
    expect(codes).toEqual(expect.arrayContaining([...current, ...not]));
    expect(codes).toEqual(codes.toSorted());
  });

  it('gives its full length however little it may send', async () => {
    const drive = await ready({ blank: 'cd-r' });
    const whole = await replyOf(drive, '46 00 00 00 00 00 00 08 00 00', 2048);
    const short = await replyOf(drive, '46 00 00 00 00 00 00 00 08 00', 2048);
    expect(short).toBe(whole.slice(0, 23));
    expect(Number.parseInt(short.slice(0, 11).replaceAll(' ', ''), 16)).toBe(whole.split(' ').length - 4);
  });

  it('presents a medium that it can only read as a ROM', async () => {
    const drive = await ready({ blank: 'cd-r', model: 'bd-rom' });
    expect((await replyOf(drive, '46 02 00 00 00 00 00 00 08 00', 8)).slice(18)).toBe('00 08');
    expect(await endOf(drive, '2a 00 00 00 00 00 00 00 01 00', new Uint8Array(2048))).toBe('5/30/05');
  });

  it('cannot read what its model does not know', async () => {
    const { drive } = aVirtualDrive({ blank: 'bd-re', model: 'cd-writer' });
    for (const told of ['6/29/00', '6/28/00', '2/30/00'])
      expect(await endOf(drive, '00 00 00 00 00 00')).toBe(told);
  });
});

describe('mode pages', () => {
  const sense = (pageControl: number): string =>
    `5a 08 ${(pageControl * 64 + 5).toString(16).padStart(2, '0')} 00 00 00 00 00 3c 00`;

  it('are kept as current, changeable and default', async () => {
    const drive = await ready({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, writeParameters(0x42, 0xc0, 0x00));
    // Header of eight bytes, then page 05h.
    expect((await replyOf(drive, sense(0), 60)).slice(0, 38)).toBe('00 3a 00 00 00 00 00 00 05 32 42 c0 00');
    expect((await replyOf(drive, sense(1), 60)).slice(24, 38)).toBe('05 32 7f ff 0f');
    expect((await replyOf(drive, sense(2), 60)).slice(24, 38)).toBe('05 32 41 04 08');
    expect(await replyOf(drive, sense(3), 60)).toBe('5/39/00');
  });

  it('are told and set by the commands of six bytes, too', async () => {
    const drive = await ready({ blank: 'cd-r' });
    const list = Uint8Array.from([0, 0, 0, 0, ...writeParameters(0x42, 0xc0, 0x00).subarray(8)]);
    expect(await endOf(drive, `15 10 00 00 ${list.length.toString(16)} 00`, list)).toBe('good');
    expect((await replyOf(drive, '1a 08 05 00 ff 00', 255)).slice(0, 26)).toBe('37 00 00 00 05 32 42 c0 00');
    expect(await endOf(drive, '15 10 00 00 08 00', list.subarray(0, 4))).toBe('5/1A/00');
  });

  it.each([
    ['cd-writer', '0d', '0d 06 00 0d 00 3c 00 4b'],
    ['cd-writer', '0e', '0e 0e 04 00 00 00 00 00 01 ff 02 ff 00 00 00 00'],
    ['bd-writer', '0e', '0e 0e 04 00 00 00 00 00 01 ff 02 ff 00 00 00 00'],
    ['bd-writer', '0d', undefined],
  ] as const)('of CD are those of its time: %s has for page %sh %s', async (model, code, page) => {
    const drive = await ready({ blank: 'cd-r', model });
    const reply = await replyOf(drive, `5a 08 ${code} 00 00 00 00 00 ff 00`, 255);
    expect(reply === '5/24/00' ? undefined : reply.slice(24)).toBe(page);
  });

  it.each([
    ['packets', writeParameters(0x40, 0x25, 0x08)],
    ['raw writing', writeParameters(0x43, 0x04, 0x03)],
    ['a data block type that it cannot record', writeParameters(0x41, 0x04, 0x0a)],
    ['a reserved bit', writeParameters(0xc1, 0x04, 0x08)],
  ])('refuse %s on CD', async (_, list) => {
    const drive = await ready({ blank: 'cd-r' });
    expect(await endOf(drive, MODE_SELECT, list)).toBe('5/26/00');
  });

  it('refuse a test write where the medium has none', async () => {
    const drive = await ready({ blank: 'dvd+r' });
    expect(await endOf(drive, MODE_SELECT, writeParameters(0x52, 0x05, 0x08))).toBe('5/26/00');
  });
});

describe('speeds', () => {
  it('are listed with the fastest first, and can be chosen', async () => {
    const drive = await ready({ blank: 'dvd+r' });
    const reply = (await replyOf(drive, 'ac 00 00 00 00 00 00 00 00 08 03 00', 8 + 8 * 16)).split(' ');
    const speeds = [0, 1, 2, 3, 4].map((at) =>
      Number.parseInt(reply.slice(8 + at * 16 + 12, 8 + at * 16 + 16).join(''), 16),
    );
    expect(speeds).toEqual([22_160, 16_620, 11_080, 5540, 3324]);
    const streaming = new Uint8Array(28);
    streaming.set([0x00, 0x23, 0x05, 0x3f], 8);
    // 6,000 kB each second: 4x is the fastest that is not above.
    for (const at of [12, 20]) streaming.set([0, 0, 0x17, 0x70, 0, 0, 0x03, 0xe8], at);
    expect(await endOf(drive, 'b6 00 00 00 00 00 00 00 00 00 1c 00', streaming)).toBe('good');
    const nominal = (await replyOf(drive, 'ac 14 00 00 00 00 00 00 00 01 00 00', 24)).split(' ');
    expect(Number.parseInt(nominal.slice(12, 16).join(''), 16)).toBe(5540);
  });
});

describe('a command that the drive does not know', () => {
  it('is refused', async () => {
    const drive = await ready({ blank: 'cd-r' });
    expect(await endOf(drive, 'a2 00 00 00 00 00 00 00 00 00 00 00')).toBe('5/20/00');
  });
});
