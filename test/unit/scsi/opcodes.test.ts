import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPCODES, commandName } from '../../../src/scsi/opcodes.js';
import { PROFILES, profileOf } from '../../../src/scsi/profiles.js';

const COMMANDS = new URL('../../../src/scsi/commands/', import.meta.url);

describe('the table of opcodes', () => {
  it.each(readdirSync(COMMANDS))('calls %s as the command calls itself', async (file) => {
    const exports = (await import(new URL(file, COMMANDS).href)) as Record<string, unknown>;
    const commands = Object.values(exports).filter(
      (value): value is { opcode: number; name: string } =>
        typeof value === 'object' && value !== null && 'opcode' in value,
    );
    expect(commands).toHaveLength(1);
    expect(commands.map(({ opcode }) => OPCODES[opcode]?.name)).toEqual(commands.map(({ name }) => name));
  });

  it('names what it does not know by its number', () => {
    expect(commandName(0x2a)).toBe('WRITE (10)');
    expect(commandName(0xd8)).toBe('OPCODE D8h');
  });
});

describe('the table of profiles', () => {
  it('names every recordable medium', () => {
    expect(profileOf(0x001b)).toEqual({ name: 'DVD+R', family: 'dvd-plus' });
    expect(profileOf(0x0041)).toEqual({ name: 'BD-R sequential recording', family: 'bd' });
    expect(Object.keys(PROFILES)).toHaveLength(36);
  });

  it('names what it does not know by its number', () => {
    expect(profileOf(0x0099)).toEqual({ name: 'Profile 0099h', family: 'none' });
  });
});
