import { describe, expect, it } from 'vitest';
import { treeRequest } from '../../../src/image/master-request.js';
import { masterRequestOf } from '../../../src/jobs/master-request.js';
import { imageRequest } from '../../../src/jobs/image-request.js';
import { jobRequest } from '../../../src/jobs/request.js';

const DATA = { type: 'data', sources: [{ at: '/', root: 'music', path: 'albums/Best of' }] };
const refusals = (value: unknown): string[] =>
  jobRequest.safeParse(value).error?.issues.map(({ path, code }) => `${path.join('.')}: ${code}`) ?? [];

describe('a job request', () => {
  it('needs no more than its sources', () => {
    expect(jobRequest.parse(DATA)).toMatchObject({
      priority: 50,
      copies: 1,
      hold: false,
      spool: 'auto',
      maxAttempts: 1,
      volume: { iso9660: { level: 3 }, joliet: true, rockRidge: true, strictNames: false },
      burn: { onNonBlank: 'reject', verify: 'full', close: 'disc' },
    });
  });

  it('refuses fields that it does not know, at any depth', () => {
    expect(refusals({ ...DATA, verfy: 'full' })).toEqual([': unrecognized_keys']);
    expect(refusals({ ...DATA, burn: { verfy: 'full' } })).toEqual(['burn: unrecognized_keys']);
  });

  it.each([
    ['copies', 0],
    ['copies', 1001],
    ['copies', 1.5],
    ['copies', '1'],
    ['priority', 101],
    ['maxAttempts', 11],
    ['drives', []],
    ['label', 'two\nlines'],
    ['planHash', 'abc'],
    ['sources', []],
  ])('refuses %s %j', (field, value) => {
    expect(refusals({ ...DATA, [field]: value })).toHaveLength(1);
  });

  it.each(['/etc/passwd', '../secret', 'a/../../b', 'nul\0'])('refuses the source path %j', (path) => {
    expect(refusals({ ...DATA, sources: [{ at: '/', root: 'music', path }] })).toEqual([
      'sources.0.path: custom',
    ]);
  });

  it.each(['relative', '/a//b', '/a/../b', '/./a', '/a/'])('refuses the place %j on the disc', (at) => {
    expect(refusals({ ...DATA, sources: [{ at, root: 'music', path: 'a' }] })).toEqual([
      'sources.0.at: custom',
    ]);
  });

  it('names an image or the source of one, and not both', () => {
    const source = { root: 'isos', path: 'debian.iso' };
    const image = '01JB3Z5V8N0Q4W7X9Y2A6C5D1E';
    expect(refusals({ type: 'image' })).toEqual([': custom']);
    expect(refusals({ type: 'image', source, image })).toEqual([': custom']);
    expect(refusals({ type: 'image', source })).toEqual([]);
    expect(refusals({ type: 'image', image })).toEqual([]);
  });
});

describe('what the mastering process is told', () => {
  const CREATED = '2026-11-22T12:00:00.123Z';

  it('is what its own schema takes, with the time of the request', () => {
    const request = masterRequestOf(imageRequest.parse(DATA), CREATED);
    expect(treeRequest.parse(request)).toEqual({
      sources: [{ at: '/', root: 'music', path: 'albums/Best of' }],
      volumeIdentifier: 'Best of',
      keepVolumeName: false,
      volumeNames: {},
      iso9660: true,
      level: 3,
      udf: false,
      joliet: true,
      rockRidge: true,
      strictNames: false,
      asciiNames: false,
      zoneMinutes: 0,
      skipUnsupported: false,
      skipOfSession: false,
      enhanced: false,
      relaxed: [],
      identifiers: {},
      posix: { times: 'modification', devices: false },
      hidden: [],
      startBlock: 0,
      remove: [],
      onConflict: 'replace',
      // date -u -d 2026-11-22T12:00:00Z +%s is 1795348800
      createdAtNs: 1_795_348_800_123_000_000n,
    });
  });

  it('keeps the name of the volume that is continued, unless the client names one', () => {
    const keeps = (more: object): unknown =>
      masterRequestOf(imageRequest.parse({ ...DATA, ...more }), CREATED);
    expect(keeps({ import: {} })).toMatchObject({ keepVolumeName: true, volumeIdentifier: 'Best of' });
    expect(keeps({ import: {}, volume: { identifiers: { udf: 'Mine' } } })).toMatchObject({
      keepVolumeName: true,
      volumeNames: { udf: 'Mine' },
    });
    expect(keeps({ import: {}, volume: { identifier: 'Mine' } })).toMatchObject({ keepVolumeName: false });
    // What hides the sessions before, or has none, has a name of its own.
    expect(keeps({})).toMatchObject({ keepVolumeName: false });
  });

  it('names the volume as the client does, else after the root', () => {
    const named = imageRequest.parse({ ...DATA, volume: { identifier: 'MUSIC_1' } });
    const whole = imageRequest.parse({ type: 'data', sources: [{ at: '/', root: 'music', path: '' }] });
    expect(masterRequestOf(named, CREATED)).toMatchObject({ volumeIdentifier: 'MUSIC_1' });
    expect(masterRequestOf(whole, CREATED)).toMatchObject({ volumeIdentifier: 'music' });
  });

  it('is the image file where there is one', () => {
    const source = { root: 'isos', path: 'debian.iso' };
    expect(masterRequestOf(imageRequest.parse({ type: 'image', source }), CREATED)).toEqual({
      image: source,
      startBlock: 0,
    });
  });
});
