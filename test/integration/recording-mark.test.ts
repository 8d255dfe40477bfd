/** A disc is known again by its recording, whatever drive reads it and whatever that calls it. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DriveReport } from '../../src/drive/drive.js';
import type { BlankName } from '../../src/virtual/media.js';
import type { ModelName } from '../../src/virtual/models.js';
import { planUse } from '../../src/burn/plan-use.js';
import { driveUse } from '../../src/burn/use.js';
import { anImage } from '../support/drive-report.js';
import { burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const IMAGE = randomBytes(401 * 2048);
/** A DVD-ROM drive makes nothing of a DVD+RW whose format is not complete. */
const READERS: Partial<Record<BlankName, readonly ModelName[]>> = { 'dvd+rw': ['bd-reader'] };

/** Recorded, taken out and read in other drives: a report of each. */
const readEverywhere = async (blank: BlankName, close: 'disc' | 'session'): Promise<DriveReport[]> => {
  const writer = burnRig(temporaryFolder(), { blank });
  await writer.burn(IMAGE, { options: { close } });
  const reports = [await writer.report()];
  await writer.drive.removeMedium();
  for (const model of READERS[blank] ?? ['bd-reader', 'bd-rom']) {
    const reader = burnRig(temporaryFolder(), { blank, medium: writer.mediumFolder, model });
    reports.push(await reader.report());
    await reader.drive.removeMedium();
  }
  return reports;
};

describe('a recording', () => {
  it.each([
    ['cd-r', 'session'],
    ['cd-rw', 'disc'],
    ['dvd-r', 'session'],
    ['dvd-rw', 'disc'],
    ['dvd+r', 'session'],
    ['dvd+r', 'disc'],
    ['dvd+rw', 'disc'],
    ['dvd-ram', 'disc'],
    ['bd-r', 'session'],
    ['bd-re', 'disc'],
  ] as const)('of %s, %s closed, has one mark in writer and readers', async (blank, close) => {
    const reports = await readEverywhere(blank, close);
    const marks = reports.map(({ medium }) => medium?.recording);
    expect(marks[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(marks).size).toBe(1);
  });

  it('is compared in a reader with what a job has recorded in a writer', async () => {
    const [writer, ...readers] = await readEverywhere('dvd+r', 'session');
    const verify = (report: DriveReport, recording: string) =>
      planUse(
        report,
        anImage(401),
        driveUse.parse({ do: 'verify', options: { recordings: [{ recording, start: 0 }] } }),
      );
    for (const reader of readers) expect(verify(reader, writer!.medium!.recording!)).toHaveProperty('plan');
    expect(verify(writer!, 'ab'.repeat(32))).toMatchObject({ refusals: [{ code: 'verify-other-medium' }] });
    // What an earlier build has kept of a disc is good for drives of that kind.
    expect(verify(writer!, writer!.medium!.formerRecording!)).toHaveProperty('plan');
  });
});
