import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/jobs/store/store.js';
import { DriveUnit } from '../../../src/fleet/drive-unit.js';
import type { Observation } from '../../../src/worker/protocol.js';
import { silentLog } from '../../support/test-store.js';

/** A drive without a worker: it knows what it is shown. */
const unit = (): DriveUnit =>
  new DriveUnit({
    argument: {
      drive: 'drive-1',
      location: { transport: 'sg', device: '/dev/sr0' },
      runtimeDir: '/run/none',
      stateDir: '/var/none',
      logFile: '/var/none/log',
      build: 'test',
    },
    generation: 1,
    store: {} as Store,
    log: silentLog,
    resend: () => Promise.resolve(),
    onState: () => undefined,
    onProgress: () => undefined,
  });

const seenAs = (...contents: NonNullable<Observation['contents']>[]): DriveUnit => {
  const drive = unit();
  for (const one of contents) drive.observe({ presence: 'present', contents: one });
  return drive;
};

describe('the medium in a drive', () => {
  it.each([
    ['open', 'loading', 'ready'],
    ['empty', 'ready'],
    ['ready', 'open', 'empty', 'loading', 'ready'],
  ] as const)('is another one when the drive was seen without any: %s %s %s', (...contents) => {
    expect(seenAs(...contents).mediumSince).toBeDefined();
  });

  it('is the same after the drive was busy with it, so that no copy is burned over the one before', () => {
    expect(seenAs('ready', 'loading', 'ready').mediumSince).toBeUndefined();
  });

  it('is not known to be new when a daemon finds it', () => {
    expect(seenAs('ready').mediumSince).toBeUndefined();
  });
});

describe('a drive whose worker is not attached', () => {
  it('answers no request, and says so at once', async () => {
    await expect(unit().request({ do: 'look' })).rejects.toMatchObject({ code: 'worker-lost' });
  });
});
