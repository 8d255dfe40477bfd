import { describe, expect, it } from 'vitest';
import { uint8 } from '../../../src/binary/codec.js';
import { byte, flag } from '../../../src/binary/layout.js';
import { cdb } from '../../../src/scsi/cdb.js';
import { blank } from '../../../src/scsi/commands/blank.js';
import { read10 } from '../../../src/scsi/commands/read-10.js';
import { requestedTocFormat } from '../../../src/scsi/commands/read-toc-pma-atip.js';
import { testUnitReady } from '../../../src/scsi/commands/test-unit-ready.js';
import { unhex } from '../../support/hex.js';

describe('a command', () => {
  it('is as long as the group of its opcode says', () => {
    expect([testUnitReady, read10, blank].map(({ size }) => size)).toEqual([6, 10, 12]);
    expect(cdb('READ (16)', 0x88, {}).size).toBe(16);
  });

  it('does not load when its opcode has no fixed length, or a field claims the opcode', () => {
    expect(() => cdb('VENDOR', 0xd8, {})).toThrow('opcode d8h has no fixed length');
    expect(() => cdb('TWICE', 0x00, { first: byte(0, uint8) })).toThrow(
      'TWICE.operationCode: claims bits that another field claims',
    );
  });

  it('carries its name into failures', () => {
    expect(() => blank.encode({ blankingType: 9, startAddressTrackNumber: 0 })).toThrow(
      'BLANK.blankingType: 9 does not fit in bits 2..0',
    );
    expect(() => read10.decode(unhex('2a 00 00 00 00 00 00 00 01 00'))).toThrow(
      'READ (10).operationCode: is 42, not 40',
    );
  });

  it('may be followed by the zeros with which some hosts fill it', () => {
    const command = cdb('PREVENT', 0x1e, { prevent: flag(4, 0) });
    expect(command.decode(unhex('1e 00 00 00 01 00 00 00 00 00 00 00'))).toEqual({ prevent: true });
  });
});

describe('READ TOC', () => {
  it('finds the format where MMC has it, and where ATAPI had it before', () => {
    expect(requestedTocFormat(unhex('43 00 04 00 00 00 00 00 1c 00'))).toBe(4);
    // As the sr driver of Linux 6.1 asks for the last session.
    expect(requestedTocFormat(unhex('43 00 00 00 00 00 00 00 0c 40'))).toBe(1);
    expect(requestedTocFormat(unhex('43 00 00 00 00 00 00 00 0c 00'))).toBe(0);
  });
});
