import { describe, expect, it } from 'vitest';
import { goodIsWhole } from '../../soak/judge.mjs';
import { completeStays } from '../../soak/media-use.mjs';
import { sealedMediaStay } from '../../soak/sealed.mjs';
import { BLOCK, soakWorld } from './soak-world.js';

type Run = ReturnType<typeof soakWorld>;
type Held = Parameters<Run['holds']>[0];

const burn = (options: object = {}) => ({
  type: 'data',
  burn: { verify: 'full', close: 'disc', onNonBlank: 'reject', simulate: false, ...options },
});

/** What the judge says of a disc that is called good. */
const verdict = async (blank: string, request: Parameters<typeof soakWorld>[1], held: (run: Run) => Held) => {
  const run = soakWorld(blank, request);
  run.holds(held(run));
  run.done();
  await goodIsWhole(run.world);
  return { ...run, judged: run.judged() };
};

const image = ({ recorded }: Pick<Run, 'recorded'>, start = 0, session = 1) => ({
  start,
  session,
  data: recorded,
});
const other = (start = 0) => ({ start, session: 1, data: Buffer.alloc(4 * BLOCK, 9) });
const volume = (start = 0) => {
  const data = Buffer.alloc(32 * BLOCK);
  data.write('CD001', 16 * BLOCK + 1);
  return { start, session: 1, data };
};

describe('what the soak says of a use that is called good', () => {
  it.each([
    ['a disc that holds its image', burn(), (run: Run) => ({ tracks: [image(run)] }), 'proven'],
    ['a disc that holds another', burn(), () => ({ tracks: [other()] }), 'false'],
    [
      'a disc of which a block is not recorded',
      burn(),
      (run: Run) => ({ tracks: [{ ...image(run), recorded: 3 }] }),
      'false',
    ],
    [
      'a session that was appended',
      burn({ onNonBlank: 'append' }),
      (run: Run) => ({ tracks: [other(), image(run, 100, 2)] }),
      'proven',
    ],
    [
      'a disc that was to begin with its image',
      burn(),
      (run: Run) => ({ tracks: [other(), image(run, 100, 2)] }),
      'false',
    ],
    [
      'a disc that was verified and is not its image',
      { type: 'verify', verify: { mode: 'full' } },
      () => ({ tracks: [other()] }),
      'false',
    ],
    [
      'samples of a disc that is not its image',
      { type: 'verify', verify: { mode: 'quick' } },
      () => ({ tracks: [other()] }),
      'undetectable',
    ],
    ['a CD-RW that was erased', { type: 'erase', erase: { method: 'quick' } }, () => ({}), 'proven'],
    [
      'a CD-RW that is called erased',
      { type: 'erase', erase: { method: 'quick' } },
      () => ({ tracks: [other()] }),
      'false',
    ],
    [
      'a disc that was closed',
      { type: 'close', close: { what: 'disc' } },
      () => ({ finalized: true, tracks: [other()] }),
      'proven',
    ],
    [
      'a disc that is called closed',
      { type: 'close', close: { what: 'disc' } },
      () => ({ tracks: [other()] }),
      'false',
    ],
    [
      'a session that is called closed',
      { type: 'close', close: { what: 'session' } },
      () => ({ openSession: true, tracks: [other()] }),
      'false',
    ],
    [
      'a disc that is called in order',
      { type: 'recover' },
      () => ({ openSession: true, tracks: [other()] }),
      'false',
    ],
    ['a medium that is called formatted', { type: 'format' }, () => ({}), 'false'],
    ['a medium left in a format', { type: 'format' }, () => ({ format: {}, underway: 'format' }), 'false'],
    ['a medium that was formatted', { type: 'format' }, () => ({ format: {} }), 'proven'],
  ] as const)('%s', async (_, request, held, expected) => {
    const { judged, failures } = await verdict('cd-rw', request, held);
    expect(judged).toBe(expected);
    expect(failures).toHaveLength(expected === 'false' ? 1 : 0);
  });

  it.each([
    ['quick', volume(), 'false'],
    ['full', other(), 'false'],
    ['quick', other(), 'proven'],
    ['full', { start: 0, session: 1, data: Buffer.alloc(64 * BLOCK) }, 'proven'],
  ])('erasing a DVD-RAM (%s)', async (method, track, expected) => {
    const { judged } = await verdict('dvd-ram', { type: 'erase', erase: { method } }, () => ({
      tracks: [track],
    }));
    expect(judged).toBe(expected);
  });
});

describe('what the soak says of an image that was read', () => {
  const read = async (change: (bytes: Buffer) => Buffer, more: number[] = []) => {
    const run = soakWorld('cd-r', { type: 'read' });
    run.holds({ tracks: [image(run), ...more.map((start) => image(run, start))] });
    run.gives(change(Buffer.from(run.recorded)));
    run.done();
    await goodIsWhole(run.world);
    return run.judged();
  };

  it('is whole, differs in one byte, or ends before the disc does', async () => {
    expect(await read((bytes) => bytes)).toBe('proven');
    expect(await read((bytes) => bytes.fill(8, 5000, 5001))).toBe('false');
    expect(await read((bytes) => bytes, [4, 8])).toBe('false');
  });
});

describe('what may be done to a write-once disc that is good', () => {
  const then = async (first: object, second: Parameters<Run['good']>) => {
    const run = await verdict('dvd+r', burn(first), (made) => ({ tracks: [image(made)] }));
    run.good(...second);
    completeStays(run.world);
    return run.failures;
  };
  const append = burn({ onNonBlank: 'append' });

  it('is nothing once it is closed, and adding to it as long as it is not', async () => {
    expect(await then({ close: 'session' }, ['b', append, 'disc'])).toEqual([]);
    expect(await then({ close: 'session' }, ['b', { close: { what: 'disc' } }, 'close'])).toEqual([]);
    expect(await then({ close: 'session' }, ['b', burn(), 'disc'])).toHaveLength(1);
    expect(await then({ close: 'disc' }, ['b', append, 'disc'])).toHaveLength(1);
  });

  it('leaves every image on it as it was', async () => {
    const run = await verdict('dvd+r', burn({ close: 'session' }), (made) => ({ tracks: [image(made)] }));
    run.holds({ tracks: [image(run), other(100)] });
    sealedMediaStay(run.world);
    expect(run.failures).toEqual([]);
    run.holds({ tracks: [other(), other(100)] });
    sealedMediaStay(run.world);
    expect(run.failures).toHaveLength(1);
  });
});
