import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const refusedWith = (message: RegExp) =>
  expect.objectContaining({
    code: 'configuration-invalid',
    message: expect.stringMatching(message) as string,
  }) as Error;

const fileWith = (content: object): string => {
  const file = join(temporaryFolder(), 'spindle.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
};

describe('the configuration of a daemon', () => {
  it('is taken from flags before the file, and from the file before the defaults', () => {
    const file = fileWith({ stateDirectory: '/from/file', logLevel: 'warn' });
    const config = loadConfig(['--config', file, '--state', '/from/flag'], {}, 1000);
    expect(config).toMatchObject({
      stateDirectory: '/from/flag',
      logLevel: 'warn',
      runtimeDirectory: expect.stringContaining('spindle-1000') as string,
    });
  });

  it('takes the directories that systemd gives', () => {
    const env = { STATE_DIRECTORY: '/var/lib/spindle', RUNTIME_DIRECTORY: '/run/spindle' };
    expect(loadConfig([], env)).toMatchObject({
      stateDirectory: '/var/lib/spindle',
      runtimeDirectory: '/run/spindle',
      socket: '/run/spindle/api.sock',
    });
  });

  it.each<[string, string[], RegExp]>([
    ['a root that is named twice', ['--root', 'a=/tmp', '--root', 'a=/etc'], /there is a root a already/],
    ['a root without a directory', ['--root', 'a'], /NAME=DIRECTORY/],
    ['a port without a host', ['--tcp', '8470'], /HOST:PORT/],
    ['a flag that there is none of', ['--frob'], /frob/],
    ['a file that is missing', ['--config', '/nowhere/spindle.json'], /\/nowhere\/spindle\.json/],
  ])('refuses %s', (_what, argv, message) => {
    expect(() => loadConfig(argv, {})).toThrow(refusedWith(message));
  });

  it('refuses a field that it does not know, with the name of the file', () => {
    const file = fileWith({ frob: 1 });
    expect(() => loadConfig(['--config', file], {})).toThrow(refusedWith(/spindle\.json: .*frob/s));
  });
});
