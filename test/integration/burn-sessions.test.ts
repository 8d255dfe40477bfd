import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mediumAfter, mediumUnproven } from '../../src/burn/medium-after.js';
import { DATA_UNIT, type ImageSummary } from '../../src/image/image.js';
import type { Fault } from '../../src/virtual/faults.js';
import { burnFailure, burnRig } from '../support/burn-rig.js';
import { hasTool } from '../support/has-tool.js';
import { cell } from '../support/matrix-cell.js';
import { APPEND, exported, OPEN, SESSION_MODES } from '../support/sessions.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BLOCK = 2048;
const anImage = (blocks: number): Uint8Array => randomBytes(blocks * BLOCK);

const holds = (read: Buffer, image: Uint8Array): boolean => read.subarray(0, image.length).equals(image);

describe('a medium that is appended to', () => {
  it.each(SESSION_MODES)(
    'tells beforehand what the next session of a %s (%s) finds',
    async (blank, writeMode) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const first = await rig.burn(anImage(400), { options: { ...OPEN, writeMode } });
      const second = await rig.plan(anImage(400), { ...APPEND, writeMode });
      // Two run-out blocks end a track at once; the plan does not count them.
      expect(Math.abs(first.plan.left - second.placement.room)).toBeLessThanOrEqual(2);
      expect(second.placement.base).toMatchObject({ session: 1, start: 0 });
      expect(second.warnings.map(({ code }) => code)).not.toContain('data-lost');
    },
  );

  it('is closed where hardly anything would be left of it, and the plan says so', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r', capacity: 12_000 });
    const { plan, result } = await rig.burn(anImage(500), { options: OPEN });
    expect(plan).toMatchObject({ closes: 'disc', left: 0 });
    expect(plan.warnings.map(({ code }) => code)).toContain('closes-disc');
    expect(result.medium.status).toBe('complete');
    await expect(rig.plan(anImage(300), APPEND)).rejects.toThrow('medium-not-appendable');
  });

  it('is closed for players even where it was to stay open', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    const { plan, result } = await rig.burn(anImage(500), {
      options: { ...OPEN, dvdCompatibility: true },
    });
    expect(plan.closes).toBe('disc');
    expect(result.medium.status).toBe('complete');
  });

  it('refuses an image that was made for another place', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    await rig.burn(anImage(400), { options: OPEN });
    const parts = [{ session: 1, track: 1, unit: DATA_UNIT, start: 0, length: 400 }];
    await expect(rig.plan(anImage(400), APPEND, parts)).rejects.toThrow('image-misplaced');
    const { start } = (await rig.plan(anImage(400), APPEND)).placement;
    await rig.burn(anImage(400), { options: APPEND, parts: [{ ...parts[0]!, start }] });
  });

  it.each(SESSION_MODES)(
    'keeps the sessions of a %s (%s) when another one fails',
    async (blank, writeMode) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const first = anImage(400);
      await rig.burn(first, { options: { ...OPEN, writeMode } });
      const options = { ...APPEND, writeMode };
      const plan = await rig.plan(anImage(900), options);
      const lba = plan.placement.start + 500;
      const error = await burnFailure(rig, anImage(900), {
        options,
        faults: [
          { when: { lba, access: 'write' }, do: { action: 'sense', sense: '3/0C/00', deferred: false } },
        ],
      });
      expect(error.code).toBe('write-failed');
      const { medium } = await rig.report();
      expect(medium?.sessions).toBe(1);
      expect(mediumAfter(plan, medium).remedy).toContain('The session before it is still on it.');
      await rig.drive.close();
      expect(holds(await exported(rig, 1), first)).toBe(true);
    },
  );

  it.each(['cd-r', 'cd-rw'] as const)(
    'of a %s is closed by recovery where the drive lost its end, and another one follows: nothing is lost or to be erased',
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const first = anImage(400);
      await rig.burn(first, { options: OPEN });
      const plan = await rig.plan(anImage(900), APPEND);
      const lba = plan.placement.start + 500;
      const faults: Fault[] = [{ when: { lba, access: 'write' }, do: { action: 'reset' } }];
      expect((await burnFailure(rig, anImage(900), { options: APPEND, faults })).code).toBe('drive-reset');
      const { medium } = await rig.report();
      expect(medium).toMatchObject({ lastSession: 'damaged' });
      const { state, remedy } = mediumAfter(plan, medium);
      expect(state).toBe('appendable');
      expect(remedy).toContain('`recover`');
      expect(remedy).toContain('The session before it is still on it.');
      await rig.drive.setFaults([]);
      expect((await rig.use({ do: 'recover' })).result.medium).toMatchObject({ sessions: 2 });
      const next = await rig.burn(anImage(300), { options: APPEND });
      expect(next.result.verified).toEqual({ blocks: 300 });
      await rig.drive.close();
      expect(holds(await exported(rig, 1), first)).toBe(true);
    },
  );

  it('is told by what became of it: not begun, closed and bad, or closed and not compared', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    await rig.burn(anImage(400), { options: OPEN });
    const plan = await rig.plan(anImage(900), APPEND);
    const before = (await rig.report()).medium;
    expect(mediumAfter(plan, before).remedy).toContain('Nothing was recorded behind what was there');
    await rig.burn(anImage(900), { options: APPEND });
    const { medium } = await rig.report();
    expect(mediumAfter(plan, medium).remedy).toContain('must be taken for bad');
    expect(mediumUnproven(plan, medium)).toMatchObject({
      state: 'appendable',
      remedy: expect.stringMatching(
        /may be good; compare .* The session before it is still on it\.$/,
      ) as string,
    });
  });

  it('can be tried out before: a test write leaves it as it was', async () => {
    for (const writeMode of ['tao', 'sao'] as const) {
      const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
      await rig.burn(anImage(400), { options: { ...OPEN, writeMode } });
      const before = (await rig.report()).medium;
      const { plan } = await rig.burn(anImage(400), { options: { ...APPEND, writeMode, simulate: true } });
      expect(plan.closes).toBe('nothing');
      expect((await rig.report()).medium).toEqual(before);
    }
  });
});

describe('a CD-RW whose last session is erased', () => {
  // The new one lies in its place, and those before are kept.
  cell(
    { medium: 'cd-rw', mode: 'last session blanked, again', performer: 'our engine', always: true },
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const [first, second, third] = [anImage(400), anImage(450), anImage(333)];
      await rig.burn(first, { options: OPEN });
      const { plan: old } = await rig.burn(second, { options: { ...APPEND, close: 'disc' } });
      const { plan, result } = await rig.burn(third, {
        options: { onNonBlank: 'erase', blanking: 'session', close: 'session' },
      });
      expect(plan.placement).toMatchObject({ session: 2, start: old.placement.start });
      expect(plan.steps.find((step) => step.do === 'blank')?.command?.cdb.slice(0, 5)).toBe('a1 16');
      expect(result.medium).toMatchObject({ status: 'appendable', sessions: 2 });
      await rig.drive.close();
      expect(holds(await exported(rig, 1), first)).toBe(true);
      expect(holds(await exported(rig, 2), third)).toBe(true);
    },
  );

  it('is blanked as a whole where there is no other session, or where that is asked for', async () => {
    for (const blanking of ['session', 'full', 'minimal'] as const) {
      const rig = burnRig(temporaryFolder(), { blank: 'cd-rw' });
      await rig.burn(anImage(400));
      const image = anImage(350);
      const { plan } = await rig.burn(image, { options: { onNonBlank: 'erase', blanking } });
      expect(plan.placement).toMatchObject({ session: 1, start: 0 });
      await rig.drive.close();
      expect(holds(await exported(rig), image)).toBe(true);
    }
  });
});

describe('session at once', () => {
  const REFUSED = { action: 'sense', sense: '5/26/00', deferred: false } as const;

  it('sends the cue sheet in its other form when the drive refuses the first one', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    const { result } = await rig.burn(anImage(400), {
      options: { writeMode: 'sao' },
      faults: [{ when: { opcode: 0x5d, nth: 1 }, do: REFUSED }],
    });
    expect(result.medium.status).toBe('complete');
    const sheets = rig.commands.filter(({ cdb }) => cdb[0] === 0x5d);
    expect(sheets).toHaveLength(2);
  });

  it('records nothing when the drive refuses every form, and the disc stays blank', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    const error = await burnFailure(rig, anImage(400), {
      options: { writeMode: 'sao' },
      faults: [{ when: { opcode: 0x5d }, do: REFUSED }],
    });
    expect(error.scsi?.sense).toBe('5/26/00');
    expect(rig.commands.some(({ cdb }) => cdb[0] === 0x2a)).toBe(false);
    expect((await rig.report()).medium?.status).toBe('empty');
  });

  // Where that is consented to, and as far as the drive goes.
  cell(
    { medium: ['cd-r', 'cd-rw'], mode: 'overburn', performer: 'our engine', always: 'cd-r' },
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank, capacity: 2000 });
      const image = anImage(2400);
      await expect(rig.plan(image, { writeMode: 'sao' })).rejects.toThrow('medium-too-small');
      await expect(rig.plan(image, { writeMode: 'tao', overburn: true })).rejects.toThrow(
        'overburn-unsupported',
      );
      const error = await burnFailure(rig, anImage(9000), { options: { overburn: true } });
      expect(error.scsi?.sense).toBe('5/26/00');
      const { plan, result } = await rig.burn(image, { options: { overburn: true } });
      expect(plan.recipe).toBe('cd-sao');
      expect(plan.warnings.map(({ code }) => code)).toContain('overburning');
      expect(result.verified).toEqual({ blocks: 2400 });
    },
  );

  it('has no run-out behind the image, and no zeros either where they are not wanted', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    const { result } = await rig.burn(anImage(400), { options: { writeMode: 'sao', postgap: false } });
    expect(result.medium.readable).toBe(400);
  });
});

describe.skipIf(!hasTool('genisoimage'))(
  'a volume that grows on an overwritable medium (genisoimage)',
  () => {
    const GROWN = 64;
    const partsAt = (start: number): ImageSummary['parts'] => [
      { session: 1, track: 1, unit: DATA_UNIT, start, length: GROWN },
      { session: 1, track: 1, unit: DATA_UNIT, start: 0, length: 32 },
    ];

    const aVolume = (): Buffer => {
      const folder = temporaryFolder();
      const file = join(folder, 'old.iso');
      writeFileSync(join(folder, 'a'), randomBytes(100_000));
      execFileSync('genisoimage', ['-quiet', '-V', 'OLD', '-o', file, join(folder, 'a')]);
      return readFileSync(file);
    };

    it.each(['dvd+rw', 'bd-re'] as const)('is changed in ranges on a %s, its head last', async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const volume = aVolume();
      await rig.burn(volume);
      const start = Math.ceil(volume.length / BLOCK / 32) * 32;
      const grown = anImage(GROWN);
      const image = Buffer.concat([grown, volume.subarray(0, 32 * BLOCK)]);
      const how = { options: { onNonBlank: 'append' }, parts: partsAt(start) } as const;

      const error = await burnFailure(rig, image, {
        ...how,
        faults: [
          { when: { lba: 16, access: 'write' }, do: { action: 'sense', sense: '3/0C/00', deferred: false } },
        ],
      });
      expect(error.code).toBe('write-failed');
      expect((await rig.report()).medium).toMatchObject({ contents: 'volume', volumeIdentifier: 'OLD' });

      const { plan, result } = await rig.burn(image, { ...how, faults: [] });
      expect(plan.placement).toMatchObject({ start, blocks: GROWN + 32, padding: 0 });
      expect(result.verified).toEqual({ blocks: GROWN + 32 });
      await rig.drive.close();
      const read = await exported(rig);
      expect(holds(read, volume)).toBe(true);
      expect(read.subarray(start * BLOCK, (start + GROWN) * BLOCK).equals(grown)).toBe(true);
    });

    it.each(['dvd+rw', 'dvd-ram', 'bd-re'] as const)(
      'is said to be whole on a %s where that failed before its descriptors, and grows when it is tried again',
      async (blank) => {
        const rig = burnRig(temporaryFolder(), { blank });
        const volume = aVolume();
        await rig.burn(volume);
        const start = Math.ceil(volume.length / BLOCK / 32) * 32;
        const image = Buffer.concat([anImage(GROWN), anImage(32)]);
        const how = { options: { onNonBlank: 'append' }, parts: partsAt(start) } as const;
        const plan = await rig.plan(image, how.options, how.parts);
        const struck = (lba: number): Fault[] => [
          { when: { lba, access: 'write' }, do: { action: 'sense', sense: '3/0C/00', deferred: false } },
        ];
        await burnFailure(rig, image, { ...how, faults: struck(start + 40) });

        const { medium } = await rig.report();
        const after = mediumAfter(plan, medium);
        expect(after.state).toBe('appendable');
        expect(after.remedy).toContain('onNonBlank: append');
        // Another volume than the one that was to grow is none that may be appended to unseen.
        const other = { ...medium!, recording: 'of another' };
        expect(mediumAfter(plan, other).state).toBe('needs-erase');
        // One that reaches into what is new has grown, of which the anchor of UDF alone may be missing.
        const grown = { ...other, volumeBlocks: start + GROWN };
        expect(mediumAfter(plan, grown).state).toBe('appendable');

        expect((await rig.burn(image, { ...how, faults: [] })).result.verified).toEqual({
          blocks: GROWN + 32,
        });
        // The descriptors are new now: the old volume is gone.
        expect(mediumAfter(plan, (await rig.report()).medium).state).toBe('needs-erase');
      },
    );

    it('is not begun anew by an image that does not begin behind it or does not end with its head', async () => {
      const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
      await rig.burn(aVolume());
      const append = { onNonBlank: 'append' } as const;
      const image = anImage(GROWN + 32);
      await expect(rig.plan(image, append)).rejects.toThrow('medium-append-unsupported');
      await expect(rig.plan(image, append, partsAt(0))).rejects.toThrow('image-misplaced');
      await expect(rig.plan(image, append, partsAt(4096).toReversed())).rejects.toThrow('image-misplaced');
    });
  },
);
