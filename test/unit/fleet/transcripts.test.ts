import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { purgeTranscripts } from '../../../src/fleet/transcripts.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const DAY = 86_400;
const NOW = 1_800_000_000;

/** Transcripts by the number of days since they were written. */
const transcripts = (ages: readonly number[]): { state: string; left: () => string[] } => {
  const state = temporaryFolder();
  const directory = join(state, 'transcripts');
  mkdirSync(directory);
  for (const age of ages) {
    writeFileSync(join(directory, `${age}`), '');
    utimesSync(join(directory, `${age}`), NOW - age * DAY, NOW - age * DAY);
  }
  return { state, left: () => readdirSync(directory).sort() };
};

it('keeps transcripts for so long, and of many the newest', async () => {
  const { state, left } = transcripts([1, 2, 3, 29, 31]);
  await purgeTranscripts(state, { days: 30, most: 10 }, NOW * 1000);
  expect(left()).toEqual(['1', '2', '29', '3']);
  await purgeTranscripts(state, { days: 30, most: 2 }, NOW * 1000);
  expect(left()).toEqual(['1', '2']);
});

it('has nothing to remove before the first attempt', async () => {
  await purgeTranscripts(temporaryFolder(), { days: 30, most: 2 }, NOW * 1000);
});
