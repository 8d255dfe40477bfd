import { describe, expect, it } from 'vitest';
import { createSpaceSurvey } from '../../../src/api/root-space.js';

const NEVER = new Promise<never>(() => undefined);

/** File systems of which those named `dead…` never answer; which were asked is kept. */
const aSurvey = () => {
  const asked: string[] = [];
  const spaceOf = createSpaceSurvey({
    ask: (path) => {
      asked.push(path);
      if (path.startsWith('dead')) return NEVER;
      if (path === 'gone') return Promise.reject(new Error('ENOENT'));
      return Promise.resolve({ bavail: 3, bsize: 4096 });
    },
    limitMs: 1,
  });
  return { spaceOf, asked };
};

describe('the free space beneath a root', () => {
  it('is told in bytes, as often as it is asked for', async () => {
    const { spaceOf, asked } = aSurvey();
    expect([await spaceOf('disk'), await spaceOf('disk')]).toEqual([
      { freeBytes: 12288 },
      { freeBytes: 12288 },
    ]);
    expect(asked).toEqual(['disk', 'disk']);
  });

  it('is unknown where the disk is gone', async () => {
    expect(await aSurvey().spaceOf('gone')).toBeUndefined();
  });

  it('is unknown where the mount is dead, which is asked only once', async () => {
    const { spaceOf, asked } = aSurvey();
    expect(await spaceOf('dead')).toBeUndefined();
    expect(await spaceOf('dead')).toBeUndefined();
    expect(asked).toEqual(['dead']);
    expect(await spaceOf('disk')).toEqual({ freeBytes: 12288 });
  });

  it('costs two threads at most, however many mounts are dead', async () => {
    const { spaceOf, asked } = aSurvey();
    for (const path of ['dead 1', 'dead 2', 'dead 3']) expect(await spaceOf(path)).toBeUndefined();
    expect(asked).toEqual(['dead 1', 'dead 2']);
  });
});
