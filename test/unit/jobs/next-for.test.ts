import { describe, expect, it } from 'vitest';
import type { Medium } from '../../../src/drive/medium.js';
import { type FreeDrive, type SeenMedium, isOvertaken, nextFor } from '../../../src/jobs/next-for.js';
import { jobRequest } from '../../../src/jobs/request.js';
import { without } from '../../../src/jobs/store/row.js';
import type { Candidate } from '../../../src/jobs/store/store.js';
import { drivesFor, useOf } from '../../../src/jobs/use-of.js';
import { aMedium } from '../../support/drive-report.js';
import { aDataJob } from '../../support/test-store.js';

const DRIVE: FreeDrive = { id: 'one', accepting: true, enabled: true };

const BLANK: Medium = { ...aMedium('dvd+r'), fingerprint: '00' };

const drivesOf = (request: Record<string, unknown>): Pick<Candidate, 'drives'> => {
  const drives = drivesFor(aDataJob(request), 'disc');
  return drives ? { drives } : {};
};

const candidate = (
  job: string,
  some: Partial<Candidate> = {},
  request: Record<string, unknown> = {},
): Candidate => ({
  job,
  kind: 'disc',
  use: useOf(aDataJob(request), 'disc'),
  ...drivesOf(request),
  copy: 1,
  pending: 1,
  priority: 50,
  createdAt: '2026-11-22T12:00:00.000Z',
  request: aDataJob(request),
  image: '01JB3Z5V8N0Q4W7X9Y2A6C5D1E',
  imageState: 'ready',
  imageBytes: 4096,
  used: [],
  made: [],
  ...some,
});

const chosen = (candidates: Candidate[], medium: Medium | undefined = BLANK, drive = DRIVE) =>
  nextFor(drive, medium, candidates).candidate?.job;

const reasonFor = (given: Candidate, medium: Medium | undefined = BLANK, drive = DRIVE) =>
  nextFor(drive, medium, [given]).objections.get(given.job)?.code;

describe('a free drive', () => {
  it('takes the job with the highest priority, and of equals the oldest', () => {
    const jobs = [candidate('3', { priority: 90 }), candidate('1'), candidate('2', { priority: 90 })];
    expect(chosen(jobs)).toBe('2');
  });

  it('takes a lesser job when the better one does not suit its medium, and says why', () => {
    const big = candidate('1', { priority: 90, imageBytes: 25_000_000_000 });
    const choice = nextFor(DRIVE, BLANK, [big, candidate('2')]);
    expect(choice.candidate?.job).toBe('2');
    expect(choice.objections.get('1')).toMatchObject({ code: 'medium-too-small', drive: 'one' });
  });

  it.each([
    ['overburn', { overburn: true }],
    ['no spares', { spares: 'none' }],
    ['pseudo overwrite', { pseudoOverwrite: true }],
  ])('leaves it to the plan how much there is room for where a job asks for %s', (_, burn) => {
    expect(chosen([candidate('1', { imageBytes: 25_000_000_000 }, { burn })])).toBe('1');
  });

  it('does not see jobs that ask for other drives', () => {
    const choice = nextFor(DRIVE, BLANK, [candidate('1', {}, { drives: ['two'] })]);
    expect(choice).toEqual({ candidate: undefined, objections: new Map() });
    expect(chosen([candidate('1', {}, { drives: ['two', 'one'] })])).toBe('1');
  });

  it('takes nothing when it is switched off, drained or held', () => {
    expect(reasonFor(candidate('1'), BLANK, { ...DRIVE, enabled: false })).toBe('drive-disabled');
    expect(reasonFor(candidate('1'), BLANK, { ...DRIVE, accepting: false })).toBe('drives-draining');
    expect(reasonFor(candidate('1'), BLANK, { ...DRIVE, held: { code: 'drives-busy', detail: 'k3b' } })).toBe(
      'drives-busy',
    );
  });

  it('waits for the image', () => {
    expect(reasonFor(candidate('1', { imageState: 'mastering' }))).toBe('image-not-ready');
  });

  it('asks for a medium when it has none', () => {
    expect(nextFor(DRIVE, undefined, [candidate('1')]).objections.get('1')?.code).toBe('insert-blank');
  });

  it('does not use a medium again that the job has used, until it was taken out', () => {
    const given = candidate('1', { used: [{ drive: 'one', job: '1', copy: 1, attempt: 2 }] });
    expect(reasonFor(given, BLANK, { ...DRIVE, attemptsSince: new Set(['1/1/2']) })).toBe('wrong-medium');
    expect(reasonFor(given, BLANK, DRIVE)).toBe('wrong-medium');
    expect(chosen([given], BLANK, { ...DRIVE, attemptsSince: new Set(['1/1/3']) })).toBe('1');
  });

  it('leaves it to the plan what speaks against a disc at hand: the one that was last seen may be gone', () => {
    const request = jobRequest.parse({ type: 'erase', drives: ['one'] });
    const erasing = candidate('1', { kind: 'erase', request, use: useOf(request, 'erase') });
    expect(chosen([erasing], { ...BLANK, writeProtected: true })).toBe('1');
    expect(chosen([erasing], { ...BLANK, kind: 'dvd-rom' })).toBe('1');
  });

  it('knows a copy of the job by what is on it, and does not take a blank for one', () => {
    const given = candidate('1', { made: ['00'] }, { burn: { onNonBlank: 'erase' } });
    const copy: Medium = { ...BLANK, status: 'complete', erasable: true, recording: '00' };
    expect(reasonFor(given, copy)).toBe('wrong-medium');
    expect(chosen([given], { ...copy, recording: '01' })).toBe('1');
    expect(chosen([given], BLANK)).toBe('1');
  });

  it('leaves pressed and protected media alone', () => {
    expect(reasonFor(candidate('1'), { ...BLANK, kind: 'dvd-rom' })).toBe('medium-unsupported');
    expect(reasonFor(candidate('1'), { ...BLANK, writeProtected: true })).toBe('medium-write-protected');
  });

  it('touches a recording only when the job asks for that', () => {
    const used: Medium = { ...BLANK, status: 'complete' };
    const erase = candidate('1', {}, { burn: { onNonBlank: 'erase' } });
    expect(reasonFor(candidate('1'), used)).toBe('medium-not-blank');
    expect(reasonFor(erase, used)).toBe('medium-not-erasable');
    expect(chosen([erase], { ...used, erasable: true })).toBe('1');
    const recording = 'a'.repeat(64);
    const append = { burn: { onNonBlank: 'append' }, recording };
    expect(chosen([candidate('1', {}, append)], { ...used, recording })).toBe('1');
  });

  it('appends to the medium that was named, and to none that has taken its place', () => {
    const [wanted, other] = ['a'.repeat(64), 'b'.repeat(64)];
    const used: Medium = { ...BLANK, status: 'appendable', recording: wanted };
    const append = candidate('1', {}, { burn: { onNonBlank: 'append' }, recording: wanted });
    expect(reasonFor(append, { ...used, recording: other })).toBe('wrong-medium');
    const placement = { session: 2, track: 2, start: 11_800, unit: 1, room: 300_000 };
    const madeFor = { drive: 'drive-1', recording: other, fingerprint: other, placement };
    expect(reasonFor({ ...append, madeFor }, used)).toBe('wrong-medium');
    const unplaced = candidate('1', {}, { burn: { onNonBlank: 'append' }, recording: wanted });
    const withoutImage = without(unplaced, 'image', 'imageState');
    expect(reasonFor(withoutImage, used)).toBe('image-not-ready');
    expect(nextFor(DRIVE, undefined, [withoutImage]).objections.get('1')?.code).toBe('insert-blank');
  });

  it('says which disc lies there, which is wanted and what to do', () => {
    const [wanted, other] = ['a'.repeat(64), 'b'.repeat(64)];
    const saidOf = (given: Candidate, medium: Medium): string | undefined =>
      nextFor(DRIVE, medium, [given]).objections.get(given.job)?.detail;
    const lying: Medium = { ...BLANK, status: 'appendable', volumeIdentifier: 'OTHER', recording: other };
    const there = 'In the drive lies dvd+r, the volume "OTHER", recording bbbbbbbbbbbb.';
    const append = candidate('1', {}, { burn: { onNonBlank: 'append' }, recording: wanted });
    expect(saidOf(append, lying)).toBe(
      `${there} The job names the disc with recording aaaaaaaaaaaa: insert that one, or cancel the job.`,
    );
    const placement = { session: 2, track: 2, start: 11_800, unit: 1, room: 300_000 };
    const imported = {
      volumeIdentifier: 'DATA',
      startBlock: 0,
      fileSystem: 'joliet' as const,
      fileSystems: ['joliet' as const],
      entries: 1,
    };
    const madeFor = { drive: 'drive-1', recording: wanted, fingerprint: wanted, placement, imported };
    const image = candidate('1', { madeFor }, { burn: { onNonBlank: 'append' }, drives: [DRIVE.id] });
    expect(saidOf(image, lying)).toBe(
      `${there} The image was made for another disc, with the volume "DATA", recording aaaaaaaaaaaa: insert that one as it was then. Where something else was recorded on it since, cancel the job and make the image anew.`,
    );
    const copy = candidate('1', { used: [{ drive: 'one', job: '1', copy: 1, attempt: 2 }] });
    expect(saidOf(copy, BLANK)).toBe(
      'In the drive lies dvd+r, blank. It was used for another copy of this job: insert another disc.',
    );
  });

  it('lets an image go whose medium is nowhere any more, once there is one that could take its job', () => {
    const [before, since] = ['a'.repeat(64), 'b'.repeat(64)];
    const placement = { session: 2, track: 2, start: 11_800, unit: 1, room: 300_000 };
    const madeFor = { drive: 'drive-1', recording: before, fingerprint: before, placement };
    const append = candidate('1', { madeFor }, { burn: { onNonBlank: 'append' }, drives: [DRIVE.id] });
    const lying = (recording: string): SeenMedium => ({
      drive: DRIVE,
      medium: { ...BLANK, status: 'appendable', recording },
    });
    expect(isOvertaken(append, [lying(since)])).toBe(true);
    expect(isOvertaken(append, [lying(since), lying(before)])).toBe(false);
    expect(
      isOvertaken(append, [
        { ...lying(since), drive: { ...DRIVE, held: { code: 'drives-busy', detail: 'lease' } } },
      ]),
    ).toBe(false);
    expect(isOvertaken(append, [{ drive: DRIVE, medium: undefined }])).toBe(false);
    expect(isOvertaken(without(append, 'madeFor'), [lying(since)])).toBe(false);
  });
});
