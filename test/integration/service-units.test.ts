import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedPath } from '../../src/program.js';
import { hasTool } from '../support/has-tool.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** systemd's own limit is 10; so is that of a unit without any protection. */
const MOST_EXPOSURE = 2;

const UNITS = readdirSync(shippedPath('systemd')).filter((name) => /\.(service|socket)$/.test(name));
const SERVICES = UNITS.filter((name) => name.endsWith('.service'));

const folder = shippedPath('systemd');
const unit = (name: string): string => readFileSync(join(folder, name), 'utf8');
const settings = (name: string): string[] => unit(name).split('\n');

const without = hasTool('systemd-analyze') ? '' : ' (skipped: systemd-analyze is missing)';

describe.skipIf(without !== '')(`the units, as systemd judges them${without}`, () => {
  /** A root with the machine's own units and ours, whose programs do nothing. */
  const provideRoot = (): string => {
    const root = temporaryFolder();
    cpSync('/usr/lib/systemd/system', join(root, 'usr/lib/systemd/system'), { recursive: true });
    mkdirSync(join(root, 'usr/bin'));
    for (const program of ['spindled', 'spindle']) {
      writeFileSync(join(root, 'usr/bin', program), '#!/bin/sh\n');
      chmodSync(join(root, 'usr/bin', program), 0o755);
    }
    for (const name of UNITS) cpSync(join(folder, name), join(root, 'usr/lib/systemd/system', name));
    return root;
  };

  it('are free of mistakes', () => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', `--root=${provideRoot()}`, ...UNITS]);
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
  });

  it.each(SERVICES)(`%s is exposed by ${MOST_EXPOSURE} at most`, (name) => {
    const table = execFileSync(
      'systemd-analyze',
      ['security', '--offline=true', `--root=${provideRoot()}`, name],
      {
        env: { ...process.env, LANG: 'C.UTF-8' },
      },
    );
    const exposure = /Overall exposure level for \S+ ([\d.]+)/.exec(table.toString())?.[1];
    expect(Number(exposure), table.toString()).toBeLessThanOrEqual(MOST_EXPOSURE);
  });
});

describe('the unit of the daemon', () => {
  it.each([
    ['lets workers live when the daemon is stopped or killed', 'KillMode=process'],
    ['keeps their sockets for the next daemon', 'RuntimeDirectoryPreserve=yes'],
    ['does not end them when one process runs out of memory', 'OOMPolicy=continue'],
    ['watches the loop of the daemon, of which only that tells', 'NotifyAccess=main'],
    ['starts it again when it dies', 'Restart=on-failure'],
  ])('%s', (_, setting) => {
    expect(settings('spindled.service')).toContain(setting);
  });

  it('starts it again for as long as it cannot start, as on a full disk, and not without a rest', () => {
    const seconds = (name: string): number =>
      Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(unit('spindled.service'))?.[1]);
    const rest = seconds('RestartSec');
    expect(rest).toBeGreaterThan(1);
    expect(seconds('StartLimitIntervalSec') / rest).toBeLessThan(seconds('StartLimitBurst') - 1);
  });

  it('asks for no limit of memory, which would end what records', () => {
    expect(unit('spindled.service')).not.toMatch(/^Memory(Max|High)=/m);
  });

  it('opens no port', () => {
    expect(settings('spindled.socket').filter((line) => line.startsWith('Listen'))).toEqual([
      'ListenStream=/run/spindle/api.sock',
    ]);
  });

  it('waits for discs when the host goes down, for less than systemd gives a shutdown', () => {
    const drain = unit('spindle-drain.service');
    const limit = Number(/drain --limit (\d+)/.exec(drain)?.[1]);
    expect(limit).toBeGreaterThan(0);
    expect(limit).toBeLessThan(30);
    expect(Number(/TimeoutStopSec=(\d+)min/.exec(drain)?.[1])).toBeGreaterThan(limit);
  });
});
