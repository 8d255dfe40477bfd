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
    expect(seenAs(...contents).mediumSince).toBeDefined();
  });

  it('is the same after the drive was busy with it, so that no copy is burned over the one before', () => {
    expect(seenAs('ready', 'loading', 'ready').mediumSince).toBeUndefined();
  });

  it('is not known to be new when a daemon finds it', () => {
    expect(seenAs('ready').mediumSince).toBeUndefined();
  });
});
