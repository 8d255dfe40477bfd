import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toFailure } from '../../src/errors.js';
import { mediumAfter } from '../../src/burn/medium-after.js';
import { isBlank } from '../../src/drive/medium.js';
import type { BlankName } from '../../src/virtual/media.js';
import { type Rig, burnFailure, burnRig, useFailure } from '../support/burn-rig.js';
import { unhex } from '../support/hex.js';
import { cell } from '../support/matrix-cell.js';
import { MODE_SELECT, endOf, numberedBlocks, writeBlocks, writeParameters } from '../support/raw-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BLOCK = 2048;
const anImage = (blocks: number): Uint8Array => randomBytes(blocks * BLOCK);

/** Small enough that writing or reading all of it takes no time. */
const CAPACITY: Partial<Record<BlankName, number>> = {
  'cd-rw': 20_000,
  // With room for borders.
  'dvd-rw': 98_304,
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
/** Media of which a session was left open, beside the two that are always closed. */
const CLOSED_TOO = [
  'dvd-rw',
  'dvd-r-dl',
  'dvd+r-dl',
  'bd-r',
  'bd-r-dl',
  'bd-r-xl-100',
  'bd-r-xl-128',
] as const;
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
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(new Set(sizes).size).toBe(4);
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

describe('closing and recovering', () => {
  // Without writing; a second time is refused.
  const closing = { mode: 'close job', performer: 'our engine' } as const;
  const closeAppendable = async (blank: BlankName): Promise<void> => {
    const byJumps = blank === 'dvd-r-dl' && { writeMode: 'layer-jump' };
    const { rig, image } = await recorded(blank, { close: 'session', ...byJumps });
    expect((await useFailure(rig, { do: 'close', options: { what: 'session' } })).code).toBe('medium-closed');
    const { result } = await rig.use({ do: 'close' });
    expect(result.medium).toMatchObject({ status: 'complete', sessions: 1 });
    expect((await rig.use({ do: 'verify' }, { sent: image })).result.verified).toEqual({ blocks: 1333 });
    expect((await useFailure(rig, { do: 'close' })).code).toBe('medium-closed');
  };
  cell({ ...closing, medium: ['dvd-r', 'dvd+r'], always: true }, closeAppendable);
  cell({ ...closing, medium: CLOSED_TOO }, closeAppendable);

  cell(
    {
      ...closing,
      medium: ['cd-r', 'cd-rw'],
      refusal: 'no command finalizes a CD whose sessions are closed: only another session does',
      always: 'cd-r',
    },
    async (blank) => {
      const { rig } = await recorded(blank, { close: 'session' });
      expect((await useFailure(rig, { do: 'close' })).code).toBe('close-unsupported');
    },
  );

  it('says what no command does: media that keep no sessions', async () => {
    const bd = await recorded('bd-re');
    expect((await useFailure(bd.rig, { do: 'close' })).code).toBe('close-unsupported');
    expect((await useFailure(bd.rig, { do: 'recover' })).code).toBe('recovery-not-needed');
    const blank = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    expect((await useFailure(blank, { do: 'close' })).code).toBe('medium-blank');
  });

  /** The drive refuses to close: what recovery would do is left undone. */
  const leftOpen = async (blank: BlankName): Promise<Rig> => {
    const rig = burnRig(temporaryFolder(), { blank });
    const failure = await burnFailure(rig, anImage(1333), {
      faults: [
        { when: { lba: 900, access: 'write' }, do: { action: 'sense', sense: '3/0C/00', deferred: false } },
        { when: { opcode: 0x5b }, do: { action: 'sense', sense: '3/0C/00', deferred: false } },
      ],
    });
    expect(failure.code).toBe('write-failed');
    await rig.drive.setFaults([]);
    expect((await rig.report()).medium!.lastSession).toBe('incomplete');
    return rig;
  };
  const recoverOpen = async (blank: BlankName): Promise<void> => {
    const rig = await leftOpen(blank);
    const { result } = await rig.use({ do: 'recover' });
    expect(result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
    expect((await useFailure(rig, { do: 'recover' })).code).toBe('recovery-not-needed');
  };
  const closeOpen = async (blank: BlankName): Promise<void> => {
    const rig = await leftOpen(blank);
    const { result } = await rig.use({ do: 'close' });
    expect(result.medium).toMatchObject({ status: 'complete', sessions: 1 });
    expect((await useFailure(rig, { do: 'close' })).code).toBe('medium-closed');
  };
  const recovering = { mode: 'recover job after a failed write', performer: 'our engine' } as const;
  cell({ ...recovering, medium: ['cd-r', 'dvd+r'], always: true }, recoverOpen);
  cell(
    { ...recovering, medium: ['cd-rw', 'dvd-r', 'bd-r', 'bd-r-dl', 'bd-r-xl-100', 'bd-r-xl-128'] },
    recoverOpen,
  );
  const closingOpen = { mode: 'close job after a failed write', performer: 'our engine' } as const;
  cell(
    {
      ...closingOpen,
      medium: ['cd-r', 'cd-rw', 'dvd-r', 'dvd-rw', 'dvd+r', 'dvd+r-dl', 'bd-r'],
      always: 'cd-r',
    },
    closeOpen,
  );

  // A worker that dies there leaves the drive with it.
  it.each(['cd-r', 'cd-rw'] as const)(
    'closes a session at once of a %s that came no further than its pre-gap',
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const plan = await rig.plan(anImage(400), { writeMode: 'sao' });
      // As cdrskin sends it for a track of mode 1, here of 450 sectors.
      const sheet =
        '41 00 00 14 00 00 00 00 41 01 00 10 00 00 00 00 41 01 01 10 00 00 02 00 41 aa 01 14 00 00 08 00';
      expect(await endOf(rig.drive, MODE_SELECT, writeParameters(0x42, 0xc4, 8))).toBe('good');
      expect(await endOf(rig.drive, '5d 00 00 00 00 00 00 00 20 00', unhex(sheet))).toBe('good');
      expect(await writeBlocks(rig.drive, -150, numberedBlocks(150))).toBe('good');
      const { medium } = await rig.report();
      expect(medium!.states).toContain('non-empty-session');
      expect(mediumAfter(plan, medium).remedy).toContain('`recover`');
      const { result } = await rig.use({ do: 'recover' });
      expect(result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
      const next = await rig.burn(anImage(300), { options: { onNonBlank: 'append' } });
      expect(next.result.verified).toEqual({ blocks: 300 });
    },
  );

  it('closes the session of a DVD+R DL that has no room for another one: its drive finalizes the disc', async () => {
    // What is begun and closed at once halves its layers, so that they end behind it.
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r-dl' });
    await burnFailure(rig, anImage(1333), {
      faults: [
        { when: { lba: 900, access: 'write' }, do: { action: 'sense', sense: '3/0C/00', deferred: false } },
      ],
    });
    await rig.drive.setFaults([]);
    const { result } = await rig.use({ do: 'recover' });
    expect(result.medium).toMatchObject({ status: 'complete', sessions: 1, lastSession: 'complete' });
  });
});
