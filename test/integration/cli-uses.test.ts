import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { type CliResult, runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const daemon = sharedDaemon();
const { api } = daemon;
let folder: string;

beforeAll(() => {
  folder = fillFolder(daemon.source, 'folder');
});

const spindle = (...args: string[]): Promise<CliResult> => runCli(['--socket', daemon.socket, ...args]);

const burned = async (blank: string): Promise<string> => {
  const drive = await api.addDrive({ blank });
  expect(await spindle('burn', folder, '-d', drive)).toMatchObject({ code: EXIT.ok });
  return drive;
};

describe('spindle', { timeout: 240_000 }, () => {
  it('reads a disc into a file, copies the disc, and erases the copy', async () => {
    const drive = await burned('dvd+r');
    const file = join(temporaryFolder(), 'disc.iso');
    expect(await spindle('read', drive, '-o', file)).toMatchObject({ code: EXIT.ok });
    const bytes = readFileSync(file);
    expect((await api.recorded(drive)).subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect((await spindle('read', drive, '-o', file)).stderr).toContain('output-exists');
    writeFileSync(file, 'old');
    expect(await spindle('read', drive, '-o', file, '--force')).toMatchObject({ code: EXIT.ok });
    expect(readFileSync(file).equals(bytes)).toBe(true);
    const target = await api.addDrive({ blank: 'cd-rw' });
    expect(await spindle('copy', drive, '-d', target)).toMatchObject({ code: EXIT.ok });
    expect((await api.recorded(target)).subarray(0, bytes.length).equals(bytes)).toBe(true);
    const plan = await spindle('erase', target, '--plan');
    expect(plan.stdout.toString()).toContain('Blank the medium minimally');
    expect(await spindle('erase', target)).toMatchObject({ code: EXIT.ok });
    expect((await api.drive(target)).medium!.status).toBe('empty');
  });

  it('ends with its own codes where a drive refuses, and for a wrong option', async () => {
    const drive = await burned('dvd+r');
    const refused = await spindle('erase', drive, '--plan');
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.stdout.toString()).toContain('medium-not-erasable');
    const closing = await spindle('close', drive);
    expect(closing).toMatchObject({ code: EXIT.jobFailed });
    expect(closing.stdout.toString()).toMatch(/failed.*medium-closed/s);
    expect(await spindle('format', drive, '--type', 'xyz')).toMatchObject({ code: EXIT.usage });
    expect(await spindle('verify', '-d', drive)).toMatchObject({ code: EXIT.usage });
  });
});
