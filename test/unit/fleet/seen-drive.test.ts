import { describe, expect, it } from 'vitest';
import { SeenDrive } from '../../../src/fleet/seen-drive.js';
import type { Observation } from '../../../src/worker/protocol.js';

const seenAs = (...contents: NonNullable<Observation['contents']>[]): SeenDrive => {
  const drive = new SeenDrive('drive-1', () => undefined);
  for (const one of contents) drive.observe({ presence: 'present', contents: one });
  return drive;
};

describe('the medium in a drive', () => {
  it.each([
    ['open', 'loading', 'ready'],
    ['empty', 'ready'],
    ['ready', 'open', 'empty', 'loading', 'ready'],
  ] as const)('is another one when the drive was seen without any: %s %s %s', (...contents) => {
    expect(seenAs(...contents).attemptsSince).toEqual(new Set());
  });

  it('is the same after the drive was busy with it, so that no copy is burned over the one before', () => {
    expect(seenAs('ready', 'loading', 'ready').attemptsSince).toBeUndefined();
  });

  it('is not known to be new when a daemon finds it', () => {
    expect(seenAs('ready').attemptsSince).toBeUndefined();
  });

  it('has had the attempts that the drive took since, whatever time it was', () => {
    const drive = seenAs('empty', 'ready');
    drive.hold({ job: 'job', copy: 1, attempt: 2 });
    expect(drive.attemptsSince).toEqual(new Set(['job/1/2']));
    drive.release();
    for (const contents of ['open', 'ready'] as const) drive.observe({ presence: 'present', contents });
    expect(drive.attemptsSince).toEqual(new Set());
  });
});
