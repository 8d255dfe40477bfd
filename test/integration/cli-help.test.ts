import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { remedyFor } from '../../src/cli/own-words.js';
import { runCli } from '../support/cli.js';

const COMMANDS = [
  ...[
    'drives',
    'drive',
    'medium',
    'sessions',
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

describe('what helps against a failure of a command', () => {
  const helps = new Map<string, Promise<string>>();
  const helpOf = (command: string): Promise<string> => {
    const asked =
      helps.get(command) ?? runCli([...command.split(' '), '--help']).then(({ stdout }) => stdout.toString());
    helps.set(command, asked);
    return asked;
  };

  it.each([
    ['drive features', 'drive-leased'],
    ['eject', 'drive-leased'],
    ['image import', 'base-session-unknown'],
    ['image import', 'base-unsuitable'],
    ['image import', 'base-udf-missing'],
    ['image import', 'base-unreadable'],
    ['image import', 'medium-append-unsupported'],
    ['image import', 'medium-blank'],
    ['image import', 'medium-not-appendable'],
    ['image import', 'medium-not-present'],
    ['image import', 'medium-unfinished'],
    ['image import', 'medium-unreadable'],
    ['image import', 'medium-volume-full'],
    ['image import', 'path-too-long'],
    ['image seal', 'base-unsuitable'],
    ['image seal', 'medium-changed'],
    ['image seal', 'name-invalid'],
    ['image seal', 'names-mangled'],
    ['image seal', 'source-changed'],
    ['image add', 'source-unsupported'],
    ['image add', 'name-collision'],
    ['grow', 'base-unsuitable'],
    ['grow', 'base-udf-missing'],
    ['grow', 'base-unreadable'],
    ['grow', 'source-changed'],
  ])('names for `spindle %s` and %s only options that there are', async (command, code) => {
    const remedy = remedyFor(code, command) ?? '';
    expect(remedy).not.toBe('');
    // In a command that is quoted stand options of that one, elsewhere those of the command that failed.
    const quoted = [...remedy.matchAll(/`spindle ([a-z]+(?: [a-z]+)?)([^`]*)`/g)];
    const own = quoted.reduce((text, [whole]) => text.replace(whole, ''), remedy);
    for (const [words, text] of [
      [command, own],
      ...quoted.map(([, words = '', rest = '']) => [words, rest]),
    ] as const)
      for (const [option] of text.matchAll(/--[a-z-]+/g)) expect(await helpOf(words)).toContain(`${option} `);
  });
});
