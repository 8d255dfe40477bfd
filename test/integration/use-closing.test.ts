/** Closing what a recording left open, and bringing into order what a failure did. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mediumAfter } from '../../src/burn/medium-after.js';
import type { BlankName } from '../../src/virtual/media.js';
import { type Rig, burnFailure, burnRig, useFailure } from '../support/burn-rig.js';
import { unhex } from '../support/hex.js';
import { cell } from '../support/matrix-cell.js';
import { MODE_SELECT, endOf, numberedBlocks, writeBlocks, writeParameters } from '../support/raw-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

const recorded = async (blank: BlankName, options = {}) => {
  const rig = burnRig(temporaryFolder(), { blank });
  const image = anImage(1333);
  await rig.burn(image, { options });
  return { rig, image };
};

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
