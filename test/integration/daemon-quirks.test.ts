import { beforeAll, describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon({
  config: {
    quirks: [
      {
        vendor: 'SPINDLE',
        product: 'VIRTUAL BD-RE',
        revision: '1.*',
        effect: 'finalize-by-5',
        evidence: 'our own drive, on a whim',
      },
    ],
  },
});
const { api } = daemon;

beforeAll(() => fillFolder(daemon.source, 'folder', 3));

describe('a quirk of the configuration', () => {
  it('shows with the drive that it is about, and its discs are good', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    // What a row is matched by is told: the revision, too.
    expect((await api.drive(drive)) as object).toMatchObject({
      identity: { vendor: 'SPINDLE', product: 'VIRTUAL BD-RE', revision: '1.00' },
      quirks: [{ effect: 'finalize-by-5', evidence: 'our own drive, on a whim', origin: 'configuration' }],
    });
  });
});
