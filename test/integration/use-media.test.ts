import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toFailure } from '../../src/errors.js';
import { isBlank } from '../../src/drive/medium.js';
import type { BlankName } from '../../src/virtual/media.js';
import { burnRig, useFailure } from '../support/burn-rig.js';
import { cell } from '../support/matrix-cell.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BLOCK = 2048;
const anImage = (blocks: number): Uint8Array => randomBytes(blocks * BLOCK);

/** Small enough that writing or reading all of it takes no time. */
const CAPACITY: Partial<Record<BlankName, number>> = {
  'cd-rw': 20_000,
  'dvd-rw': 20_000,
  'dvd+rw': 20_000,
  'dvd+rw-dl': 20_000,
  'dvd-ram': 20_000,
  'bd-re': 32_768,
  'bd-re-dl': 65_536,
  'bd-re-xl': 98_304,
  'removable-disk': 20_000,
  'removable-disk-512': 20_000,
  'removable-disk-4096': 20_000,
};

const recorded = async (blank: BlankName, options = {}, blocks = 1333) => {
  const capacity = CAPACITY[blank];
  const rig = burnRig(temporaryFolder(), {
    blank,
    ...(capacity !== undefined && { capacity }),
  });
  const image = anImage(blocks);
  await rig.burn(image, { options });
  return { rig, image };
};

const ERASABLE = ['cd-rw', 'dvd+rw', 'bd-re'] as const;
const DISKS = ['removable-disk', 'removable-disk-512', 'removable-disk-4096'] as const;
/** As the ones above, but for their medium: they take turns. */
const ERASABLE_TOO = ['dvd-rw', 'dvd-ram', 'dvd+rw-dl', 'bd-re-dl', 'bd-re-xl', ...DISKS] as const;

describe('erasing', () => {
  // It is blank then, and can be recorded again.
  const eraseAndBurn = async (blank: BlankName, method: 'quick' | 'full'): Promise<void> => {
    const { rig } = await recorded(blank);
    expect(isBlank((await rig.report()).medium!)).toBe(false);
    const { result } = await rig.use({ do: 'erase', options: { method } });
    expect(isBlank(result.medium)).toBe(true);
    expect((await rig.burn(anImage(700))).result.verified).toEqual({ blocks: 700 });
  };
  for (const method of ['quick', 'full'] as const) {
    const row = { mode: `erase job, ${method}`, performer: 'our engine' } as const;
    cell({ ...row, medium: ERASABLE, always: true }, (blank) => eraseAndBurn(blank, method));
    cell({ ...row, medium: ERASABLE_TOO }, (blank) => eraseAndBurn(blank, method));
  }

  it('quickly finds what lies behind an empty head, such as btrfs', async () => {
    const { rig } = await recorded('bd-re', {}, 5000);
    await rig.use({ do: 'erase' });
    expect((await rig.report()).medium!.contents).toBe('none');
  });

  it('fully leaves no byte of what was recorded', async () => {
    const { rig, image } = await recorded('dvd+rw');
    await rig.use({ do: 'erase', options: { method: 'full' } });
    const { bytes } = await rig
      .use({ do: 'read', options: { area: 'whole' } })
      .catch(() => ({ bytes: undefined }));
    expect(Buffer.from(bytes ?? []).includes(Buffer.from(image.subarray(0, 64)))).toBe(false);
    expect((await rig.report()).medium!.contents).toBe('none');
  });

  it.each([
    ['cd-r', 'quick', 'medium-not-erasable'],
    ['dvd+r', 'full', 'medium-not-erasable'],
    ['cd-rw', 'secure', 'secure-erase-unsupported'],
    ['dvd+rw', 'deformat', 'deformat-unsupported'],
    ['dvd+rw', 'session', 'session-erase-unsupported'],
    ['bd-re', 'deformat', 'deformat-unsupported'],
  ] as const)('a %s by the %s method is refused: %s', async (blank, method, code) => {
    const { rig } = await recorded(blank);
    expect((await useFailure(rig, { do: 'erase', options: { method } })).code).toBe(code);
  });

  it('fails with its own code when the drive refuses to blank, and never goes back in its progress', async () => {
    const { rig } = await recorded('cd-rw');
    const failure = await useFailure(
      rig,
      { do: 'erase' },
      {
        faults: [{ when: { opcode: 0xa1 }, do: { action: 'sense', sense: '4/09/00', deferred: false } }],
      },
    );
    expect(toFailure(failure)).toMatchObject({ code: 'erase-failed', cause: 'drive-fault' });
    const { progress } = await rig.use({ do: 'erase' });
    const done = progress
      .filter(({ phase, total }) => phase === 'format' && total > 0)
      .map((each) => each.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });
});

describe('formatting', () => {
  it('gives a BD-RE the more blocks the fewer spares it keeps', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-re' });
    const sizes: number[] = [];
    for (const spareArea of ['maximum', 'default', 'minimum', 'none'])
      sizes.push((await rig.use({ do: 'format', options: { spareArea } })).result.medium.capacity);
    // The list that libburn read from a real one.
    expect(sizes).toEqual([11_564_032, 11_826_176, 12_088_320, 12_219_392]);
  });

  it.each([
    ['cd-r', {}],
    ['dvd+r', {}],
    ['bd-re', { formatType: 0x26 }],
    ['bd-re', { blocks: 4711 }],
    ['dvd+rw', { spareArea: 'none' }],
    ['dvd+rw', { certification: 'full' }],
  ] as const)('a %s with %j is refused', async (blank, options) => {
    const { rig } = await recorded(blank);
    expect((await useFailure(rig, { do: 'format', options })).code).toBe('format-unsupported');
  });
});

const MEDIA = ['cd-r', 'cd-rw', 'dvd+r', 'dvd+rw', 'bd-re'] as const;
const MEDIA_TOO = [
  'dvd-r',
  'dvd-r-dl',
  'dvd-rw',
  'dvd+r-dl',
  'dvd+rw-dl',
  'dvd-ram',
  'bd-r',
  'bd-r-dl',
  'bd-r-xl-100',
  'bd-r-xl-128',
  'bd-re-dl',
  'bd-re-xl',
  ...DISKS,
] as const;

describe('comparing', () => {
  const compare = async (blank: BlankName): Promise<void> => {
    const { rig, image } = await recorded(blank);
    expect((await rig.use({ do: 'verify' }, { sent: image })).result.verified).toEqual({ blocks: 1333 });
    const quick = await rig.use({ do: 'verify', options: { mode: 'quick' } }, { sent: image });
    expect(quick.result.verified!.blocks).toBeGreaterThan(0);
  };
  cell({ medium: MEDIA, mode: 'verify job', performer: 'our engine', always: true }, compare);
  cell({ medium: MEDIA_TOO, mode: 'verify job', performer: 'our engine' }, compare);

  it('names the blocks that differ', async () => {
    const { rig, image } = await recorded('dvd+r');
    const other = Uint8Array.from(image);
    other[700 * BLOCK]! ^= 1;
    const failure = await useFailure(rig, { do: 'verify' }, { sent: other });
    expect(failure).toMatchObject({ code: 'verify-mismatch', errors: [{ pointer: 'block 700' }] });
  });

  it('refuses a blank medium, one that is too short, and another one than the job has recorded', async () => {
    const { rig, image } = await recorded('dvd+r');
    const blank = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    expect((await useFailure(blank, { do: 'verify' }, { sent: image })).code).toBe('medium-blank');
    expect((await useFailure(rig, { do: 'verify' }, { sent: anImage(9000) })).code).toBe('medium-shorter');
    const recordings = [{ recording: 'of another disc', start: 0 }];
    const failure = await useFailure(rig, { do: 'verify', options: { recordings } }, { sent: image });
    expect(failure.code).toBe('verify-other-medium');
  });
});

const unreadable = (lba: number) => ({
  when: { lba, access: 'read' as const },
  do: { action: 'sense' as const, sense: '3/11/00', deferred: false },
});

describe('reading', () => {
  const readAll = async (blank: BlankName): Promise<void> => {
    const { rig, image } = await recorded(blank);
    const { bytes, result } = await rig.use({ do: 'read' });
    expect(Buffer.from(bytes.subarray(0, image.length)).equals(Buffer.from(image))).toBe(true);
    expect(bytes.subarray(image.length).every((byte) => byte === 0)).toBe(true);
    expect(result).toMatchObject({ blocksRead: bytes.length / BLOCK, unreadable: [] });
  };
  cell(
    { medium: ['cd-r', 'cd-rw', 'dvd+r'], mode: 'read job', performer: 'our engine', always: true },
    readAll,
  );
  cell({ medium: ['dvd+rw', 'bd-re', ...MEDIA_TOO], mode: 'read job', performer: 'our engine' }, readAll);

  it('stops at a block that cannot be read, and names it', async () => {
    const { rig } = await recorded('dvd+r');
    const failure = await useFailure(rig, { do: 'read' }, { faults: [unreadable(900)] });
    expect(failure).toMatchObject({ code: 'read-incomplete', errors: [{ pointer: 'block 900' }] });
  });

  it('reads on with zeros and a map where that is asked for', async () => {
    const { rig, image } = await recorded('dvd+r');
    const { bytes, result } = await rig.use(
      { do: 'read', options: { onUnreadable: 'zero-fill', retries: 0 } },
      { faults: [unreadable(900), unreadable(901), unreadable(1200)] },
    );
    expect(result.unreadable).toEqual([
      { from: 900, count: 2 },
      { from: 1200, count: 1 },
    ]);
    const expected = Uint8Array.from(image);
    expected.fill(0, 900 * BLOCK, 902 * BLOCK);
    expected.fill(0, 1200 * BLOCK, 1201 * BLOCK);
    expect(Buffer.from(bytes.subarray(0, image.length)).equals(Buffer.from(expected))).toBe(true);
  });

  it('refuses a blank medium and sessions and tracks that there are not', async () => {
    const blank = burnRig(temporaryFolder(), { blank: 'cd-r' });
    expect((await useFailure(blank, { do: 'read' })).code).toBe('medium-blank');
    const { rig } = await recorded('cd-r');
    expect((await useFailure(rig, { do: 'read', options: { session: 2 } })).code).toBe('track-unknown');
    expect((await useFailure(rig, { do: 'read', options: { track: 7 } })).code).toBe('track-unknown');
  });
});
