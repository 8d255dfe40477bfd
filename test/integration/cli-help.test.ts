import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { runCli } from '../support/cli.js';

const COMMANDS = [
  ...[
    'drives',
    'drive',
    'medium',
    'plan',
    'burn',
    'erase',
    'format',
    'close',
    'recover',
    'verify',
    'read',
    'copy',
  ],
  ...['jobs', 'watch', 'cancel', 'hold', 'release', 'retry', 'image'],
  ...[
    'eject',
    'load',
    'protect',
    'unprotect',
    'token',
    'drain',
    'doctor',
    'master',
    'grow',
    'validate',
    'virtual',
    'demo',
  ],
];

describe('spindle, asked how it is used', () => {
  it.each(['--help', '-h', 'help', '--json --help'])('lists every command: %s', async (words) => {
    const { code, stdout } = await runCli(words.split(' '));
    expect(code).toBe(EXIT.ok);
    const listed = [...stdout.toString().matchAll(/^ {2}([a-z]+)(?: [[<]|\s{2,})/gm)].map(([, name]) => name);
    expect(listed).toEqual([...COMMANDS, 'help']);
  });

  it.each(COMMANDS)('explains %s', async (name) => {
    const { code, stdout } = await runCli([name, '--help']);
    expect(code).toBe(EXIT.ok);
    expect(stdout.toString()).toMatch(new RegExp(`^Usage: spindle ${name} `));
  });

  it('finds a command behind options', async () => {
    const { code, stderr } = await runCli(['--json', '--socket', 'drives', 'medium', 'left']);
    expect(code).toBe(EXIT.unreachable);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'daemon-unreachable' });
  });

  it('suggests a command that is spelled nearly so, whatever follows', async () => {
    const { code, stderr } = await runCli(['brun', 'drives']);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('Did you mean burn?');
  });

  it('tells its version', async () => {
    const { code, stdout } = await runCli(['--version']);
    expect(code).toBe(EXIT.ok);
    expect(stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
