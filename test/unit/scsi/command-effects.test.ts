import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/binary/hex.js';
import { addressedBlocks, altersMedium } from '../../../src/scsi/command-effects.js';
import { OPCODES } from '../../../src/scsi/opcodes.js';

const COMMANDS = new URL('../../../src/scsi/commands/', import.meta.url);

/** Opcodes by MMC-5, written down once more: what records, blanks, formats, closes, reserves, repairs, calibrates. */
const ALTERING = [0x04, 0x2a, 0x2e, 0x35, 0x53, 0x54, 0x58, 0x5b, 0xa1, 0xaa, 0xbf];

describe('what commands do to a medium', () => {
  it.each(readdirSync(COMMANDS))('is known of %s', async (file) => {
    const exports = (await import(new URL(file, COMMANDS).href)) as Record<string, { opcode: number }>;
    const opcode = Object.values(exports).find((value) => 'opcode' in value)!.opcode;
    expect(altersMedium(Uint8Array.of(opcode))).toBe(ALTERING.includes(opcode));
  });

  it('is nothing where they only bring data', () => {
    for (const [opcode, { direction }] of Object.entries(OPCODES))
      if (direction === 'from-drive') expect(altersMedium(Uint8Array.of(Number(opcode)))).not.toBe(true);
  });

  // CDBs typed by MMC-5: 700 is 2BCh, -150 is FFFFFF6Ah.
  it.each([
    ['READ (10)', '28 00 00 00 02 bc 00 00 20 00', { first: 700, access: 'read' }],
    ['READ (12)', 'a8 00 00 00 02 bc 00 00 00 20 00 00', { first: 700, access: 'read' }],
    ['READ CD', 'be 00 00 00 02 bc 00 00 20 10 00 00', { first: 700, access: 'read' }],
    ['VERIFY (10)', '2f 00 00 00 02 bc 00 00 20 00', { first: 700, access: 'read' }],
    ['WRITE (10)', '2a 00 ff ff ff 6a 00 00 20 00', { first: -150, access: 'write' }],
    ['WRITE (12)', 'aa 00 00 00 02 bc 00 00 00 20 80 00', { first: 700, access: 'write' }],
    ['WRITE AND VERIFY (10)', '2e 00 00 00 02 bc 00 00 20 00', { first: 700, access: 'write' }],
  ])('%s addresses 32 blocks', (_, cdb, blocks) => {
    expect(addressedBlocks(fromHex(cdb))).toEqual({ ...blocks, count: 32 });
  });

  it('concerns no blocks by address with SYNCHRONIZE CACHE, nor with what is not known', () => {
    expect(addressedBlocks(fromHex('35 00 00 00 00 00 00 00 00 00'))).toBeUndefined();
    expect(addressedBlocks(fromHex('d8 00 00 00 00 00 00 00 00 00 00 00'))).toBeUndefined();
    expect(altersMedium(fromHex('d8 00 00 00 00 00 00 00 00 00 00 00'))).toBeUndefined();
  });
});
