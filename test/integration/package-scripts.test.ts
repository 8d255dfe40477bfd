import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedPath } from '../../src/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The service manager, as far as the scripts of the package speak to it: what is active is a file, and so is what was begun. */
const PROGRAMS = {
  systemctl: `
    verb=$1; shift
    case $verb in
      show) cat "$STATE/$3" 2>/dev/null || echo inactive ;;
      start) for unit; do echo active >"$STATE/$unit"; done ;;
      restart) for unit; do echo active >"$STATE/$unit"; echo "restarts $unit"; done ;;
      stop)
        for unit; do
          echo inactive >"$STATE/$unit"
          [ "$unit" != spindle-drain.service ] || cat /run/systemd/system/spindle-drain.service.d/* 2>/dev/null || echo waits
        done ;;
    esac`,
  'deb-systemd-invoke': 'exec systemctl "$@"',
  'deb-systemd-helper': '',
  'systemd-sysusers': '',
  'systemd-tmpfiles': '',
  udevadm: '',
};

/** With a /run of its own, in which systemd runs. */
const APART =
  'mount -t tmpfs spindle-test /run && mkdir -p /run/systemd/system && cd "$SCRIPTS" && eval "$1"';

const run = (steps: readonly string[]) => {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(PROGRAMS))
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const env = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    STATE: folder,
    SCRIPTS: shippedPath('packaging/debian'),
  };
  return spawnSync('unshare', ['--mount', 'sh', '-ec', APART, 'sh', steps.join('\n')], {
    env,
    encoding: 'utf8',
  });
};

const START = 'systemctl start spindled.socket spindled.service spindle-drain.service';
const LOOK = 'echo $(for unit in socket service; do systemctl show -P ActiveState spindled.$unit; done)';

const told = (...steps: string[]): string[] => {
  const { stdout, stderr, status } = run(steps);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim().split('\n');
};

const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

describe.skipIf(!mayMount)('the package [root, unshare]', () => {
  it('has no daemon run while its files are exchanged, and starts what ran', () => {
    expect(told(START, 'sh prerm upgrade 2', LOOK, 'sh postinst configure 1', LOOK)).toEqual([
      'inactive inactive',
      'active active',
    ]);
  });

  it('starts nothing behind an upgrade that was stopped before', () => {
    const stop = 'systemctl stop spindled.service';
    expect(told(START, stop, 'sh prerm upgrade 2', 'sh postinst configure 1', LOOK)).toEqual([
      'active inactive',
    ]);
  });

  it('starts behind an upgrade what had failed before', () => {
    const fail = 'echo failed >"$STATE/spindled.service"';
    expect(told(START, fail, 'sh prerm upgrade 2', 'sh postinst configure 1', LOOK)).toEqual([
      'active active',
    ]);
  });

  it.each([
    ['an upgrade', 'upgrade 2', 'abort-upgrade 2'],
    ['a removal', 'remove', 'abort-remove'],
    [
      'a package that takes its place',
      'deconfigure in-favour other 1',
      'abort-deconfigure in-favour other 1',
    ],
  ])('runs again after %s that came to nothing', (_, before, after) => {
    expect(told(START, `sh prerm ${before} >/dev/null`, LOOK, `sh postinst ${after}`, LOOK)).toEqual([
      'inactive inactive',
      'active active',
    ]);
  });

  it('is started when it is installed, and again where an earlier version has let its daemon run', () => {
    expect(told('sh postinst configure', LOOK, 'sh postinst configure 1', LOOK)).toEqual([
      'active active',
      'restarts spindled.service',
      'active active',
    ]);
  });

  it('waits for no disc when it is removed, which is finished all the same', () => {
    expect(told(START, 'sh prerm remove', LOOK)).not.toContain('waits');
  });
});
