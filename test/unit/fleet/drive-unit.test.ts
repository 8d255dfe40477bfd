import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/jobs/store/store.js';
import { DriveUnit } from '../../../src/fleet/drive-unit.js';
import { silentLog } from '../../support/test-store.js';

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

describe('a drive whose worker is not attached', () => {
  it('answers no request, and says so at once', async () => {
    await expect(unit().request({ do: 'look' })).rejects.toMatchObject({ code: 'worker-lost' });
  });
});
