import { describe, expect, it } from 'vitest';

import { reserved } from '../../../src/binary/layout.js';
import {
  enhancedVolumeDescriptor,
  jolietVolumeDescriptor,
  primaryVolumeDescriptor,
  volumeDescriptorSetTerminator,
} from '../../../src/iso9660/volume-descriptors.js';
import { hex, unhex } from '../../support/hex.js';

const spaces = (count: number): string => '20 '.repeat(count);
const zeros = (count: number): string => '00 '.repeat(count);
const wideSpaces = (count: number): string => '00 20 '.repeat(count);
const ascii = (text: string): string => `${hex(new TextEncoder().encode(text))} `;
const created = `${ascii('2026112215291500')}00 `;
const unset = `${ascii('0000000000000000')}00 `;

/** 2026-11-22 15:29:15 UTC */
const CREATED = { ns: BigInt(Date.UTC(2026, 10, 22, 15, 29, 15)) * 1_000_000n, zoneMinutes: 0 };

// `xorriso -as mkisofs -J -R` 1.5.4, byte for byte but for the name of the data preparer, which was cut
const PRIMARY =
  `01 43 44 30 30 31 01 00 ${spaces(32)}49 53 4f 49 4d 41 47 45 ${spaces(24)}${zeros(8)}` +
  `b8 00 00 00 00 00 00 b8 ${zeros(32)}01 00 00 01 01 00 00 01 00 08 08 00 22 00 00 00 00 00 00 22 ` +
  '17 00 00 00 00 00 00 00 00 00 00 18 00 00 00 00 ' +
  '22 00 13 00 00 00 00 00 00 13 00 08 00 00 00 00 08 00 7c 05 06 07 08 09 00 02 00 00 01 00 00 01 01 00 ' +
  `${spaces(256)}${ascii('XORRISO-1.5.4')}${spaces(115)}${spaces(128)}${spaces(111)}` +
  `${created}${created}${unset}${unset}01 ${zeros(1166)}`;

const JOLIET =
  `02 43 44 30 30 31 01 00 ${wideSpaces(16)}00 49 00 53 00 4f 00 49 00 4d 00 41 00 47 00 45 ${wideSpaces(8)}${zeros(8)}` +
  `b8 00 00 00 00 00 00 b8 25 2f 45 ${zeros(29)}01 00 00 01 01 00 00 01 00 08 08 00 26 00 00 00 00 00 00 26 ` +
  '1c 00 00 00 00 00 00 00 00 00 00 1d 00 00 00 00 ' +
  '22 00 19 00 00 00 00 00 00 19 00 08 00 00 00 00 08 00 7c 05 06 07 08 09 00 02 00 00 01 00 00 01 01 00 ' +
  `${wideSpaces(256)}${`${wideSpaces(18)}00 `.repeat(3)}` +
  `${created}${created}${unset}${unset}01 ${zeros(1166)}`;

// `xorriso -as mkisofs -R -iso-level 4` 1.5.4, byte for byte
const PREPARER = 'XORRISO-1.5.4 2021.01.30.150001, LIBISOBURN-1.5.4, LIBISOFS-1.5.4, LIBBURN-1.5.4';
const enhancedCreated = `${ascii('2020091312264000')}00 `;
const ENHANCED =
  `02 43 44 30 30 31 02 00 ${spaces(32)}47 4f 4c 44 45 4e ${spaces(26)}${zeros(8)}` +
  `b8 00 00 00 00 00 00 b8 ${zeros(32)}01 00 00 01 01 00 00 01 00 08 08 00 16 00 00 00 00 00 00 16 ` +
  '1a 00 00 00 00 00 00 00 00 00 00 1b 00 00 00 00 ' +
  '22 00 18 00 00 00 00 00 00 18 00 08 00 00 00 00 08 00 7e 0b 1c 14 34 13 00 02 00 00 01 00 00 01 01 00 ' +
  `${spaces(128)}50 55 42 ${spaces(125)}${ascii(PREPARER)}${spaces(128 - PREPARER.length)}${spaces(128)}${spaces(111)}` +
  `${enhancedCreated}${enhancedCreated}${unset}${unset}02 ${zeros(1166)}`;

const rootRecord = (block: string): Uint8Array =>
  unhex(
    `22 00 ${block} 00 00 00 00 00 00 ${block} 00 08 00 00 00 00 08 00 7c 05 06 07 08 09 00 02 00 00 01 00 00 01 01 00`,
  );

const values = {
  systemIdentifier: '',
  volumeIdentifier: 'ISOIMAGE',
  volumeSpaceSize: 184,
  optionalTypeLPathTable: 0,
  optionalTypeMPathTable: 0,
  volumeSetIdentifier: '',
  publisherIdentifier: '',
  dataPreparerIdentifier: '',
  applicationIdentifier: '',
  copyrightFileIdentifier: '',
  abstractFileIdentifier: '',
  bibliographicFileIdentifier: '',
  creationDate: CREATED,
  modificationDate: CREATED,
  expirationDate: null,
  effectiveDate: null,
};

const primary = {
  ...values,
  dataPreparerIdentifier: 'XORRISO-1.5.4',
  pathTableSize: 34,
  typeLPathTable: 23,
  typeMPathTable: 24,
  rootDirectoryRecord: rootRecord('13'),
};

const joliet = {
  ...values,
  pathTableSize: 38,
  typeLPathTable: 28,
  typeMPathTable: 29,
  rootDirectoryRecord: rootRecord('19'),
};

describe('Primary Volume Descriptor', () => {
  it('is what xorriso writes', () => {
    expect(hex(primaryVolumeDescriptor.encode(primary))).toBe(PRIMARY.trim());
    expect(primaryVolumeDescriptor.decode(unhex(PRIMARY))).toEqual(primary);
  });

  // ECMA-119 §8.4, Table 4
  it('leaves unsaid what the standard calls unused or reserved, and the application use', () => {
    expect(reserved(primaryVolumeDescriptor, 1)).toEqual(['8', '73-80', '89-120', '883-2048']);
  });
});

describe('Supplementary Volume Descriptor of Joliet', () => {
  it('is what xorriso writes', () => {
    expect(hex(jolietVolumeDescriptor.encode(joliet))).toBe(JOLIET.trim());
    expect(jolietVolumeDescriptor.decode(unhex(JOLIET))).toEqual(joliet);
  });

  it('leaves unsaid what the standard calls unused or reserved, and further escape sequences', () => {
    expect(reserved(jolietVolumeDescriptor, 1)).toEqual(['73-80', '92-120', '883-2048']);
  });
});

describe('Enhanced Volume Descriptor', () => {
  const created = { ns: 1_600_000_000_000_000_000n, zoneMinutes: 0 };
  const enhanced = {
    ...values,
    volumeIdentifier: 'GOLDEN',
    publisherIdentifier: 'PUB',
    dataPreparerIdentifier: PREPARER,
    pathTableSize: 22,
    typeLPathTable: 26,
    typeMPathTable: 27,
    rootDirectoryRecord: unhex(
      '22 00 18 00 00 00 00 00 00 18 00 08 00 00 00 00 08 00 7e 0b 1c 14 34 13 00 02 00 00 01 00 00 01 01 00',
    ),
    creationDate: created,
    modificationDate: created,
  };

  it('is what xorriso writes', () => {
    expect(hex(enhancedVolumeDescriptor.encode(enhanced))).toBe(ENHANCED.trim());
    expect(enhancedVolumeDescriptor.decode(unhex(ENHANCED))).toEqual(enhanced);
  });

  it('leaves unsaid what that of Joliet says of escape sequences', () => {
    expect(reserved(enhancedVolumeDescriptor, 1)).toEqual(['73-80', '89-120', '883-2048']);
  });
});

describe('Volume Descriptor Set Terminator', () => {
  it('is what genisoimage and xorriso write', () => {
    expect(hex(volumeDescriptorSetTerminator.encode({}))).toBe(`ff 43 44 30 30 31 01 ${zeros(2041)}`.trim());
  });
});
