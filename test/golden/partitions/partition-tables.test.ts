import { describe, expect, it } from 'vitest';
import { encodeGpt, GPT_TYPE, gptEntry, gptHeader } from '../../../src/partitions/gpt.js';
import { encodePartitionTable, masterBootRecord, PARTITION_TYPE } from '../../../src/partitions/mbr.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

const zeros = (count: number): string => '00 '.repeat(count);

/**
 * All bytes are those of xorriso 1.5.4: of an image with isolinux, `-isohybrid-mbr` and an EFI image, and of one with GRUB,
 * `--grub2-mbr --protective-msdos-label -efi-boot-part --efi-boot-image`, 3,924 sectors long.
 */
describe('A partition table of a PC', () => {
  const tableOf = (partitions: Parameters<typeof encodePartitionTable>[2], signature = 0): string => {
    const sector = new Uint8Array(512);
    encodePartitionTable(sector, signature, partitions);
    return hex(sector.subarray(440));
  };

  it('has the whole image as its active partition', () => {
    expect(tableOf([{ type: 0, active: true, start: 0, sectors: 4096 }], 0x19fe_d8b8)).toBe(
      `b8 d8 fe 19 00 00 80 00 01 00 00 3f 20 01 00 00 00 00 00 10 00 00 ${zeros(48)}55 aa`,
    );
  });

  it('protects a GPT', () => {
    expect(tableOf([{ type: PARTITION_TYPE.protective, active: false, start: 1, sectors: 3923 }])).toBe(
      `${zeros(6)}00 00 02 00 ee 3a 14 01 01 00 00 00 53 0f 00 00 ${zeros(48)}55 aa`,
    );
  });

  it('leaves the boot code before it alone', () => {
    const sector = new Uint8Array(512).fill(0x90);
    encodePartitionTable(sector, 1, []);
    expect(sector.subarray(0, 440)).toEqual(new Uint8Array(440).fill(0x90));
    expect(masterBootRecord.decode(sector).diskSignature).toBe(1);
  });
});

const DISK = 'fe 11 a5 5b e0 6c 43 4c bf f6 4a 57 85 ee bb fe';
const GAP_0 = 'fe 11 a5 5b e0 6c 43 4c bf f7 4a 57 85 ee bb fe';
const EFI = 'fe 11 a5 5b e0 6c 43 4c bf f4 4a 57 85 ee bb fe';
const GAP_1 = 'fe 11 a5 5b e0 6c 43 4c bf f5 4a 57 85 ee bb fe';

const HEADER =
  '45 46 49 20 50 41 52 54 00 00 01 00 5c 00 00 00 24 ed da 5f 00 00 00 00 01 00 00 00 00 00 00 00 ' +
  '53 0f 00 00 00 00 00 00 40 00 00 00 00 00 00 00 14 0f 00 00 00 00 00 00 ' +
  `${DISK} 02 00 00 00 00 00 00 00 f8 00 00 00 80 00 00 00 dd e2 8e 4a`;

const ascii = (text: string, length: number): string =>
  `${Array.from(text, (character) => `${hex(Uint8Array.of(character.charCodeAt(0)))} 00 `).join('')}${zeros(length - 2 * text.length)}`.trim();

describe('A GUID partition table', () => {
  golden(
    'begins with its header',
    gptHeader,
    {
      headerCrc: 0x5fda_ed24,
      own: 1n,
      other: 3923n,
      firstUsable: 64n,
      lastUsable: 3860n,
      disk: unhex(DISK),
      entriesAt: 2n,
      entryCount: 248,
      entriesCrc: 0x4a8e_e2dd,
    },
    HEADER,
  );
  golden(
    'has an entry for each partition',
    gptEntry,
    {
      type: GPT_TYPE.efiSystem,
      partition: unhex(EFI),
      first: 128n,
      last: 3007n,
      attributes: 0x1000_0000_0000_0001n,
      name: unhex(ascii('EFI boot partition', 72)),
    },
    `28 73 2a c1 1f f8 d2 11 ba 4b 00 a0 c9 3e c9 3b ${EFI} 80 00 00 00 00 00 00 00 bf 0b 00 00 00 00 00 00 ` +
      `01 00 00 00 00 00 00 10 ${ascii('EFI boot partition', 72)}`,
  );

  it('has the checksums of xorriso', () => {
    const { primary, backup } = encodeGpt(unhex(DISK), 3924, [
      { type: GPT_TYPE.basicData, id: unhex(GAP_0), start: 64, sectors: 64, name: 'Gap0' },
      { type: GPT_TYPE.efiSystem, id: unhex(EFI), start: 128, sectors: 2880, name: 'EFI boot partition' },
      { type: GPT_TYPE.basicData, id: unhex(GAP_1), start: 3008, sectors: 852, name: 'Gap1' },
    ]);
    expect(hex(primary.subarray(0, 92))).toBe(HEADER);
    expect(primary).toHaveLength(63 * 512);
    const backupHeader = gptHeader.decode(backup.subarray(62 * 512));
    expect(backupHeader).toMatchObject({
      own: 3923n,
      other: 1n,
      entriesAt: 3861n,
      entriesCrc: 0x4a8e_e2dd,
      // byte 16 of the last sector of that image
      headerCrc: 0xb4e3_9333,
    });
  });
});
