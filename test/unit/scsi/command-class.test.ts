import { describe, expect, it } from 'vitest';
import { commandClass, isWithin } from '../../../src/scsi/command-class.js';
import { OPCODES } from '../../../src/scsi/opcodes.js';

const classOf = (opcode: number, direction: 'none' | 'from-drive' | 'to-drive'): string => {
  const row = commandClass(opcode, direction);
  return 'reason' in row ? 'never' : row.class;
};

/** What alters a medium or what a drive is set to, by MMC-5 and SPC-3, written down once more. */
const WRITING = [
  ...[0x04, 0x0a, 0x15, 0x19, 0x1b, 0x2a, 0x2e, 0x35, 0x3f, 0x4c, 0x53, 0x54, 0x55, 0x58, 0x5b, 0x5d, 0x8a],
  ...[0xa1, 0xa2, 0xa3, 0xa6, 0xa7, 0xaa, 0xae, 0xb6, 0xbb, 0xbf],
];
const NEVER = [0x1d, 0x1e, 0x3b, 0x85];

describe('what a command may do', () => {
  it('is known of every command that has a name, in its own direction', () => {
    for (const [code, { direction, name }] of Object.entries(OPCODES)) {
      const opcode = Number(code);
      const expected = NEVER.includes(opcode) ? 'never' : WRITING.includes(opcode) ? 'write' : 'read';
      expect(classOf(opcode, direction), name).toBe(expected);
    }
  });

  it('is known of none with data in the other direction: SEND KEY is MAINTENANCE IN then', () => {
    expect(classOf(0xa3, 'to-drive')).toBe('write');
    expect(classOf(0xa3, 'from-drive')).toBe('vendor');
    expect(classOf(0x28, 'to-drive')).toBe('vendor');
  });

  it('is known to nobody of vendor specific and reserved opcodes', () => {
    for (const opcode of [0x7f, 0xc0, 0xd8, 0xff, 0x41]) expect(classOf(opcode, 'from-drive')).toBe('vendor');
  });

  it('is never allowed of what replaces firmware, reserves, or locks the tray, whatever its direction', () => {
    for (const opcode of [0x16, 0x17, 0x1d, 0x1e, 0x3b, 0x56, 0x57, 0x5e, 0x5f, 0x85])
      for (const direction of ['none', 'from-drive', 'to-drive'] as const)
        expect(classOf(opcode, direction)).toBe('never');
  });

  it('is within a class that is as strong or stronger', () => {
    expect(isWithin('read', 'write')).toBe(false);
    expect(isWithin('vendor', 'write')).toBe(true);
    expect(isWithin('write', 'write')).toBe(true);
  });
});
