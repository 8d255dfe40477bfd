import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSocket, loadConfig, passedSocket } from '../../src/config.js';
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

  it('takes rows of quirks, each with its evidence', () => {
    const row = { vendor: 'ACME', product: '*', effect: 'notice', evidence: 'my own drive' };
    const config = loadConfig(['--config', fileWith({ quirks: [row] })], {}, 1000);
    expect(config).toMatchObject({ quirks: [{ ...row, revision: '*' }] });
    const refused = (quirk: object) => () => loadConfig(['--config', fileWith({ quirks: [quirk] })], {});
    expect(refused({ ...row, effect: 'no-luck' })).toThrow(refusedWith(/effect/));
    expect(refused({ ...row, evidence: '' })).toThrow(refusedWith(/evidence/));
    expect(() => loadConfig(['--config', fileWith({ workers: { quirks: [row] } })], {})).toThrow(
      refusedWith(/quirks/),
    );
  });

  it('takes the directories that systemd gives', () => {
    const env = { STATE_DIRECTORY: '/var/lib/spindle', RUNTIME_DIRECTORY: '/run/spindle' };
    expect(loadConfig([], env)).toMatchObject({
      stateDirectory: '/var/lib/spindle',
      runtimeDirectory: '/run/spindle',
      socket: '/run/spindle/api.sock',
    });
  });

  it('takes a variable that is empty for one that is not set, and those of XDG only where they are absolute', () => {
    const directories = (env: Record<string, string>) => {
      const { stateDirectory, runtimeDirectory } = loadConfig([], env, 1000);
      return { stateDirectory, runtimeDirectory };
    };
    const unset = directories({});
    expect(unset.stateDirectory).toMatch(/^\/.*\.local\/state\/spindle$/);
    for (const value of ['', 'state'])
      expect(directories({ XDG_STATE_HOME: value, XDG_RUNTIME_DIR: value })).toEqual(unset);
    expect(directories({ STATE_DIRECTORY: '', RUNTIME_DIRECTORY: '', SPINDLE_CONFIG: '' })).toEqual(unset);
    expect(directories({ XDG_STATE_HOME: '/x/state', XDG_RUNTIME_DIR: '/x/run' })).toEqual({
      stateDirectory: '/x/state/spindle',
      runtimeDirectory: '/x/run/spindle',
    });
  });

  it.each(['null', '[]', '"here"', '42'])('refuses a file that says %s', (content) => {
    const file = join(temporaryFolder(), 'spindle.json');
    writeFileSync(file, content);
    expect(() => loadConfig(['--config', file, '--log-level', 'warn'], {})).toThrow(
      refusedWith(/spindle\.json: .*expected object/s),
    );
  });

  it.each<[string, string[], RegExp]>([
    ['a root whose directory is empty', ['--root', 'srv='], /--root srv=: the path is empty/],
    ['a state directory that is empty', ['--state', ''], /--state: the path is empty/],
    ['a socket that is empty', ['--socket='], /--socket: the path is empty/],
    ['a root that is named twice', ['--root', 'a=/tmp', '--root', 'a=/etc'], /there is a root a already/],
    ['a root without a directory', ['--root', 'a'], /NAME=DIRECTORY/],
    ['a port without a host', ['--tcp', '8470'], /HOST:PORT/],
    ['a flag that there is none of', ['--frob'], /frob/],
    ['a file that is missing', ['--config', '/nowhere/spindle.json'], /\/nowhere\/spindle\.json/],
  ])('refuses %s', (_what, argv, message) => {
    expect(() => loadConfig(argv, {})).toThrow(refusedWith(message));
  });

  it('takes names of hosts and origins as they are written, and compares what browsers send', () => {
    const allowedHosts = ['Burner.Example', '::1', '[FE80::1]', 'bücher.example', '10.0.0.7'];
    const allowedOrigins = ['HTTPS://Desk.Example/', 'http://desk.example:80', 'http://desk.example:8080'];
    const config = loadConfig(['--config', fileWith({ http: { allowedHosts, allowedOrigins } })], {});
    expect(config.http).toEqual({
      allowedHosts: ['burner.example', '[::1]', '[fe80::1]', 'xn--bcher-kva.example', '10.0.0.7'],
      allowedOrigins: ['https://desk.example', 'http://desk.example', 'http://desk.example:8080'],
    });
  });

  it.each([
    'burner.example:8470',
    'burner.example:80',
    '[::1]:8470',
    'https://burner.example',
    'burner.example/',
    'me@burner.example',
    '*.burner.example',
    'two words',
    '',
  ])('refuses %j as the name of a host, which no request would match', (host) => {
    const file = fileWith({ http: { allowedHosts: [host] } });
    expect(() => loadConfig(['--config', file], {})).toThrow(refusedWith(/name of a host.*allowedHosts/s));
  });

  it.each([
    'desk.example',
    'desk.example:8080',
    'https://desk.example/board',
    'https://me@desk.example',
    'https://*.desk.example',
    'null',
    '',
  ])('refuses %j as an origin, which no request would match', (origin) => {
    const file = fileWith({ http: { allowedOrigins: [origin] } });
    expect(() => loadConfig(['--config', file], {})).toThrow(refusedWith(/an origin.*allowedOrigins/s));
  });

  it('refuses a field that it does not know, with the name of the file', () => {
    const file = fileWith({ frob: 1 });
    expect(() => loadConfig(['--config', file], {})).toThrow(refusedWith(/spindle\.json: .*frob/s));
  });
});

describe('the socket that a service manager passes', () => {
  it('is the third descriptor, of the process that is meant only', () => {
    const env = { LISTEN_PID: '17', LISTEN_FDS: '1' };
    expect(passedSocket(env, 17)).toBe(3);
    expect(passedSocket(env, 18)).toBeUndefined();
    expect(passedSocket({}, 17)).toBeUndefined();
  });

  it('is one, or the daemon would not know which', () => {
    expect(() => passedSocket({ LISTEN_PID: '17', LISTEN_FDS: '2' }, 17)).toThrow(refusedWith(/2 sockets/));
  });
});

describe('where a client looks for the daemon', () => {
  const own = '/run/user/1000/spindle/api.sock';
  const service = '/run/spindle/api.sock';
  it.each<[string, string[], string]>([
    ['its own, where one has been started', [own, service], own],
    ['the service, where only that is there', [service], service],
    ['its own, to say that it is missing', [], own],
  ])('is %s', (_, there, socket) => {
    const env = { XDG_RUNTIME_DIR: '/run/user/1000' };
    expect(defaultSocket(env, 1000, (file) => there.includes(file))).toBe(socket);
  });
});
