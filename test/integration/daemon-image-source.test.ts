import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';

const BLOCK_BYTES = 2048;
const daemon = sharedDaemon();
const { api } = daemon;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const imageJob = (path: string, more: object = {}): object => ({
  type: 'image',
  source: { root: 'source', path },
  ...more,
});

describe('an existing image file as source', () => {
  it.each(['dvd+r', 'cd-r', 'bd-re'])('is recorded on %s block by block as it is', async (blank) => {
    const content = randomBytes(777 * BLOCK_BYTES);
    writeFileSync(join(daemon.source, 'disc.iso'), content);
    const drive = await api.addDrive({ blank });
    const job = await api.ended(await api.submit(imageJob('disc.iso', { drives: [drive] })));
    expect(job).toMatchObject({ state: 'completed', outcome: 'ok' });
    const recorded = await api.recorded(drive);
    expect(sha256(recorded.subarray(0, content.length))).toBe(sha256(content));
    expect(recorded.subarray(content.length).every((byte) => byte === 0)).toBe(true);
  });

  it('is refused when it does not consist of whole blocks, and no drive is touched', async () => {
    writeFileSync(join(daemon.source, 'odd.iso'), randomBytes(BLOCK_BYTES + 1));
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const job = await api.ended(await api.submit(imageJob('odd.iso', { drives: [drive] })));
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'image-invalid' } });
    expect(await api.copies(job.id)).toMatchObject([{ state: 'skipped', attempts: 0, tries: [] }]);
    expect((await api.drive(drive)).medium).toMatchObject({ status: 'empty' });
  });
});
