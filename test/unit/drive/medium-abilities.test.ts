/** Features as MMC-5 §5.3 draws them, typed by hand: code, version and current, length, data. */
import { describe, expect, it } from 'vitest';
import type { MediumAbility } from '../../../src/drive/medium-ability.js';
import { mediumAbilities } from '../../../src/drive/medium-abilities.js';
import { driveCapabilities } from '../../../src/drive/drive.js';
import { decodeCapabilities } from '../../../src/scsi/mode-pages/capabilities.js';
import { decodeConfiguration } from '../../../src/scsi/features/features.js';
import { openDrive } from '../../../src/drive/drive-session.js';
import { readReport } from '../../../src/drive/report.js';
import { burnRig, fastTiming } from '../../support/burn-rig.js';
import { unhex } from '../../support/hex.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const drive = (profiles: readonly number[], ...descriptors: string[]): MediumAbility[] =>
  mediumAbilities(
    {
      configuration: decodeConfiguration(unhex(`00 00 04 00 00 00 00 00 ${descriptors.join(' ')}`)),
      page2A: undefined,
      writeProtected: false,
    },
    profiles,
  );

const TAO = '00 2d 08 04 46 00 00 00';
const MASTERING = '00 2e 04 04 6e 00 0c 00';
const DVD_MINUS = '00 2f 08 04 4e 00 00 00';
const INCREMENTS = '00 21 0c 08 01 00 01 01 10 00 00 00';
const LAYER_JUMP = '00 33 00 08 00 00 00 01 10 00 00 00';
const RESTRICTED = '00 26 00 00';
const FORMATTABLE = '00 23 04 08 0f 00 00 00 01 00 00 00';
const POW = '00 38 00 04 00 00 00 00';
const BD_WRITE = '00 41 04 14 01 00 00 00 00 04 00 00 00 00 00 00 00 02 00 00 00 02 00 00';

describe('what an empty drive can do', () => {
  it('follows from features of which none is current', () => {
    expect(drive([0x08, 0x09, 0x0a], TAO, MASTERING)).toEqual([
      { medium: 'cd-rom', records: false, writeModes: [], testWrite: false, bufferUnderrunFree: false },
      {
        medium: 'cd-r',
        records: true,
        writeModes: ['tao', 'sao', 'raw'],
        testWrite: true,
        bufferUnderrunFree: true,
      },
      {
        medium: 'cd-rw',
        records: true,
        writeModes: ['tao', 'sao', 'raw'],
        testWrite: true,
        bufferUnderrunFree: true,
      },
    ]);
  });

  it('has layer jumps, increments and restricted overwrite with DVD-R, DVD-R DL and DVD-RW', () => {
    const found = drive([0x10, 0x11, 0x13, 0x14, 0x15, 0x16], DVD_MINUS, INCREMENTS, LAYER_JUMP, RESTRICTED);
    expect(found.map(({ medium, writeModes }) => [medium, writeModes])).toEqual([
      ['dvd-rom', []],
      ['dvd-r', ['incremental', 'dao']],
      ['dvd-rw', ['incremental', 'dao', 'restricted-overwrite']],
      ['dvd-r-dl', ['incremental', 'dao', 'layer-jump']],
    ]);
    // Without the bits of DVD-RW and DVD-R DL.
    const plain = drive([0x11, 0x14, 0x15], '00 2f 08 04 40 00 00 00');
    expect(plain.map(({ records, testWrite }) => [records, testWrite])).toEqual([
      [true, false],
      [false, false],
      [false, false],
    ]);
  });

  it('has pseudo overwrite, classes and formats with BD', () => {
    expect(drive([0x40, 0x41, 0x43], BD_WRITE, FORMATTABLE, POW).slice(1)).toMatchObject([
      {
        medium: 'bd-r',
        writeModes: ['sequential'],
        pseudoOverwrite: true,
        bdxl: true,
        formatting: ['full-certification', 'quick-certification', 'expand-spares'],
      },
      {
        medium: 'bd-re',
        writeModes: ['overwrite'],
        formatting: ['full-certification', 'quick-certification', 'expand-spares', 'without-spares'],
      },
    ]);
    const [bdRe] = drive([0x43], BD_WRITE);
    expect(bdRe).not.toHaveProperty('bdxl');
    expect(bdRe).not.toHaveProperty('pseudoOverwrite');
  });

  it('is to read a DVD+R where the Write bit says so', () => {
    const [reads, records] = ['00', '01'].map(
      (bit) => drive([0x1b], `00 2b 00 04 ${bit} 00 00 00`)[0]!.records,
    );
    expect([reads, records]).toEqual([false, true]);
  });

  it('is told by mode page 2Ah where there are no features', () => {
    // Reads CD-R and CD-RW, DVD-ROM; writes CD-R, test write.
    const page = `2a 14 0b 05 00 ${'00 '.repeat(17)}`;
    const basics = {
      configuration: { currentProfile: 0, features: [] },
      page2A: decodeCapabilities(unhex(page)),
      writeProtected: false,
    };
    expect(
      mediumAbilities(basics, []).map(({ medium, records, testWrite }) => [medium, records, testWrite]),
    ).toEqual([
      ['cd-r', true, true],
      ['cd-rw', false, false],
      ['dvd-rom', false, false],
    ]);
  });
});

describe('a virtual drive with its tray open', () => {
  it.each([
    [
      'bd-writer',
      [
        'cd-r',
        'cd-rw',
        'dvd-r',
        'dvd-rw',
        'dvd-r-dl',
        'dvd-ram',
        'dvd+rw',
        'dvd+r',
        'dvd+rw-dl',
        'dvd+r-dl',
        'bd-r',
        'bd-re',
      ],
      8467,
    ],
    ['cd-writer', ['cd-r', 'cd-rw'], 8467],
    ['bd-reader', [], undefined],
  ] as const)('%s records what it records with a medium', async (model, kinds, fastest) => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r', model });
    await rig.drive.pressEjectButton();
    const { contents, capabilities } = await readReport(
      openDrive({ transport: rig.drive, timing: fastTiming() }),
    );
    expect(contents).toBe('open');
    expect(capabilities.media.filter(({ records }) => records).map(({ medium }) => medium)).toEqual(kinds);
    expect(capabilities.maximumWriteKBps).toBe(fastest);
  });
});

it('is told by nobody of an earlier build, whose worker may go on recording all the same', () => {
  const before = {
    profiles: [0x1b],
    currentFeatures: [],
    testWrite: false,
    sessionAtOnce: false,
    bufferUnderrunFree: true,
    streamWriting: false,
    bdxl: 'none',
    bufferBytes: 0,
    canLoad: true,
  };
  expect(driveCapabilities.parse(before).media).toEqual([]);
});
