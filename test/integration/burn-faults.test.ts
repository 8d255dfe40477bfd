import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mediumAfter } from '../../src/burn/medium-after.js';
import { SpindleError } from '../../src/errors.js';
import type { Fault } from '../../src/virtual/faults.js';
import type { BlankName } from '../../src/virtual/media.js';
import { type How, type Rig, burnFailure, burnRig, memorySource, opens } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const WRITE = 0x2a;
const CLOSE = 0x5b;
const SYNCHRONIZE = 0x35;
const image = randomBytes(1000 * 2048);

const rigWith = (blank: BlankName, ...faults: Fault[]): Rig => burnRig(temporaryFolder(), { blank, faults });

const failure = (rig: Rig, how?: How): Promise<SpindleError> => burnFailure(rig, image, how);

describe('a drive that is busy', () => {
  it('is asked again until its buffer takes the blocks', async () => {
    const busy: Fault = {
      when: { opcode: WRITE, nth: 10 },
      do: { action: 'sense', sense: '2/04/08', deferred: false },
      times: 30,
    };
    const { result } = await rigWith('dvd+r', busy).burn(image);
    expect(result.verified).toEqual({ blocks: 1000 });
  });

  it('may close for as long as it likes', async () => {
    const busy: Fault = {
      when: { opcode: CLOSE, nth: 1 },
      do: { action: 'sense', sense: '2/04/07', deferred: false },
      times: 40,
    };
    const { result } = await rigWith('dvd+r', busy).burn(image);
    expect(result.medium.status).toBe('complete');
  });

  it('may be waking up at the first block', async () => {
    const waking: Fault = {
      when: { opcode: WRITE, nth: 1 },
      do: { action: 'sense', sense: '2/04/01', deferred: false },
      times: 5,
    };
    await expect(rigWith('bd-re', waking).burn(image)).resolves.toBeDefined();
  });
});

describe('a drive that does not know a command', () => {
  it.each([0xb6, 0xbb])('burns at its own speed without opcode %i', async (opcode) => {
    const unknown: Fault = { when: { opcode }, do: { action: 'sense', sense: '5/20/00', deferred: false } };
    await expect(rigWith(opcode === 0xbb ? 'cd-r' : 'dvd+r', unknown).burn(image)).resolves.toBeDefined();
  });

  it('is given the buffer underrun protection only if it takes it', async () => {
    const refused: Fault = {
      when: { opcode: 0x55, nth: 1 },
      do: { action: 'sense', sense: '5/26/00', deferred: false },
    };
    await expect(rigWith('cd-r', refused).burn(image)).resolves.toBeDefined();
  });

  it('finalizes by the other function', async () => {
    // The first CLOSE is that of the track.
    const refused: Fault = {
      when: { opcode: CLOSE, nth: 2 },
      do: { action: 'sense', sense: '5/24/00', deferred: false },
    };
    const rig = rigWith('dvd+r', refused);
    await rig.burn(image);
    expect(rig.commands.filter(({ cdb }) => cdb[0] === CLOSE).map(({ cdb }) => cdb[2])).toEqual([1, 6, 5]);
  });
});

describe('a write that fails', () => {
  const defect: Fault = {
    when: { lba: 600, access: 'write' },
    do: { action: 'sense', sense: '3/0C/00', deferred: false },
  };

  it.each(['cd-r', 'cd-rw', 'dvd+r', 'dvd+rw', 'bd-re'] as const)(
    'is told with block and sense on %s, and the disc can be taken out',
    async (blank) => {
      const rig = rigWith(blank, defect);
      const error = await failure(rig);
      expect(error).toMatchObject({
        code: 'write-failed',
        scsi: { command: 'WRITE (10)', sense: '3/0C/00', text: 'WRITE ERROR' },
      });
      expect(error.scsi?.lba).toBeGreaterThan(568);
      expect(error.scsi?.lba).toBeLessThanOrEqual(600);
      expect(await opens(rig)).toBe(true);
    },
  );

  it('says what the medium is afterwards', async () => {
    const states = [];
    for (const blank of ['cd-r', 'cd-rw', 'dvd+r', 'dvd+rw', 'bd-re'] as const) {
      const rig = rigWith(blank, defect);
      const plan = await rig.plan(image);
      await failure(rig);
      await rig.drive.setFaults([]);
      states.push(mediumAfter(plan, (await rig.report()).medium).state);
    }
    expect(states).toEqual(['lost', 'needs-erase', 'appendable', 'needs-erase', 'needs-erase']);
  });

  it.each(['cd-rw', 'dvd+rw', 'bd-re'] as const)('leaves a %s that can be burned at once', async (blank) => {
    const rig = rigWith(blank, defect);
    await failure(rig);
    const again = await rig.burn(image, { options: { onNonBlank: 'erase' }, faults: [] });
    expect(again.result.verified).toEqual({ blocks: 1000 });
  });

  it('is blamed on the right command when the drive tells late', async () => {
    const late: Fault = {
      when: { opcode: WRITE, nth: 20 },
      do: { action: 'sense', sense: '3/0C/00', deferred: true },
    };
    const error = await failure(rigWith('dvd+r', late));
    expect(error).toMatchObject({ code: 'write-failed', scsi: { deferred: true, sense: '3/0C/00' } });
    expect(error.scsi?.lba).toBeUndefined();
    expect(error.message).toContain('earlier failure');
  });

  it('is told although it shows only when the buffer is flushed', async () => {
    const late: Fault = {
      when: { opcode: SYNCHRONIZE, nth: 1 },
      do: { action: 'sense', sense: '3/0C/00', deferred: true },
    };
    expect(await failure(rigWith('dvd+r', late))).toMatchObject({
      code: 'write-failed',
      scsi: { deferred: true },
    });
  });
});

describe('other failures', () => {
  it('of calibration have a code of their own', async () => {
    const opc: Fault = {
      when: { opcode: WRITE, nth: 1 },
      do: { action: 'sense', sense: '3/73/03', deferred: false },
    };
    expect((await failure(rigWith('cd-r', opc))).code).toBe('calibration-failed');
  });

  it('of closing are not taken for success', async () => {
    const open: Fault = {
      when: { opcode: CLOSE, nth: 1 },
      do: { action: 'sense', sense: '5/72/03', deferred: false },
    };
    expect(await failure(rigWith('cd-r', open))).toMatchObject({
      code: 'close-failed',
      scsi: { command: 'CLOSE TRACK/SESSION', sense: '5/72/03' },
    });
  });

  it('are found by proof when the drive says nothing of them', async () => {
    // A USB bridge that answers 0/00/00 to a command that never reached the drive.
    const lied: Fault = {
      when: { opcode: CLOSE },
      do: { action: 'sense', sense: '0/00/00', deferred: false },
    };
    const error = await failure(rigWith('dvd+r', lied));
    expect(error.code).toBe('close-failed');
    expect(error.message).toContain('the number of closed sessions is 0, not 1');
  });

  it('say that a medium holds less than it announced', async () => {
    const short: Fault = { when: { command: 1 }, do: { action: 'capacity', blocks: 500 } };
    for (const blank of ['cd-r', 'dvd+r', 'bd-re'] as const)
      expect((await failure(rigWith(blank, short))).code).toBe('medium-full');
  });

  it.each([
    [0x02, 'the bus was busy'],
    [0x05, 'the command was aborted'],
    [0x07, 'the host adapter failed'],
  ])('of the link (host status %i: %s) are not taken for a drive that is gone', async (hostStatus) => {
    const rig = rigWith('cd-r');
    let writes = 0;
    const error = await failure(rig, {
      intercept: ({ cdb }) =>
        cdb[0] === WRITE && ++writes === 20 ? { status: 'transport-error', hostStatus, moved: 0 } : undefined,
    });
    expect(error).toMatchObject({ code: 'drive-link-failed', scsi: { hostStatus } });
    // What was recorded is closed, so that the drive can go on with the next disc.
    expect((await rig.report()).medium).toMatchObject({ status: 'complete', sessions: 1 });
    expect(await opens(rig)).toBe(true);
  });

  it('say that the drive was unplugged', async () => {
    const unplugged: Fault = { when: { lba: 400, access: 'write' }, do: { action: 'unplug' } };
    expect((await failure(rigWith('dvd+r', unplugged))).code).toBe('drive-lost');
  });

  it('say that the drive was reset, also when a question was told', async () => {
    const reset: Fault = { when: { opcode: 0x5c, nth: 1 }, do: { action: 'reset' } };
    const large = randomBytes(10 * 1024 * 1024);
    await expect(rigWith('dvd+r', reset).burn(large)).rejects.toMatchObject({ code: 'drive-reset' });
  });

  it('say that the drive was reset', async () => {
    const reset: Fault = { when: { opcode: WRITE, nth: 12 }, do: { action: 'reset' } };
    expect((await failure(rigWith('dvd+r', reset))).code).toBe('drive-reset');
  });

  it('say that the plan no longer fits when the medium was changed before the first block', async () => {
    const rig = rigWith('cd-r', {
      when: { opcode: 0x55 },
      do: { action: 'sense', sense: '6/28/00', deferred: false },
    });
    expect((await failure(rig)).code).toBe('medium-changed');
  });

  it('of the eject alone do not spoil a disc that is proven', async () => {
    const stuck: Fault = {
      when: { opcode: 0x1b },
      do: { action: 'sense', sense: '4/15/01', deferred: false },
    };
    const { result } = await rigWith('dvd+r', stuck).burn(image, { options: { eject: true } });
    expect(result.verified).toEqual({ blocks: 1000 });
    expect(result.unloadProblem).toMatchObject({ code: 'drive-fault' });
  });

  it('of the source end the disc with its own code, the tray unlocked', async () => {
    const rig = rigWith('cd-r');
    const error = await failure(rig, {
      source: {
        read: () => Promise.reject(new SpindleError('source-stalled', 'The disk is asleep.')),
        compareSources: () => Promise.resolve(),
        available: () => 0,
        fill: () => 0,
      },
    });
    expect(error.code).toBe('source-stalled');
    expect(await opens(rig)).toBe(true);
  });
});

describe('a source that is not the same any more when the drive is ready', () => {
  /** Found so at this look. */
  const alteredBefore = (nthLook: number): How => {
    let looks = 0;
    const compareSources = (): Promise<void> =>
      (looks += 1) < nthLook
        ? Promise.resolve()
        : Promise.reject(new SpindleError('source-changed', 'photos:a.jpg is another one.'));
    return { source: { ...memorySource(image), compareSources }, options: { onNonBlank: 'erase' } };
  };
  const altering = new Set([0x04, WRITE, SYNCHRONIZE, 0x53, CLOSE, 0xa1]);
  const alterations = (rig: Rig): number[] =>
    rig.commands.map(({ cdb }) => cdb[0]!).filter((opcode) => altering.has(opcode));

  it.each<BlankName>(['cd-r', 'dvd-r', 'dvd+r', 'dvd+r-dl', 'bd-r', 'bd-re', 'dvd+rw'])(
    'costs a %s nothing: no command is sent that alters it',
    async (blank) => {
      const rig = rigWith(blank);
      const error = await failure(rig, alteredBefore(1));
      expect(error.code).toBe('source-changed');
      expect(alterations(rig)).toEqual([]);
      expect(await opens(rig)).toBe(true);
    },
  );

  const RESERVE_TRACK = 0x53;
  const SEND_STRUCTURE = 0xbf;

  it.each<readonly [BlankName, NonNullable<How['options']>]>([
    ['dvd-r', { writeMode: 'dao' }],
    ['dvd-r-dl', { writeMode: 'dao' }],
    ['dvd+r-dl', { close: 'disc' }],
  ])('costs a %s nothing where it is altered while the FIFO is filled', async (blank, options) => {
    const source = memorySource(image);
    let filled = 0;
    const slow = {
      ...source,
      available: () => Math.min((filled += 100), source.available()),
      fill: () => filled / 1000,
      compareSources: () =>
        filled < 900
          ? Promise.resolve()
          : Promise.reject(new SpindleError('source-changed', 'photos:a.jpg is another one.')),
    };
    const rig = rigWith(blank);
    expect((await failure(rig, { source: slow, options })).code).toBe('source-changed');
    const sent = rig.commands.map(({ cdb }) => cdb[0]);
    expect(sent).not.toContain(RESERVE_TRACK);
    expect(sent).not.toContain(SEND_STRUCTURE);
    const { medium } = await rig.report();
    expect(medium).toMatchObject({ status: 'empty' });
    expect(medium!.layerBreak?.fixed).not.toBe(true);
    expect(await opens(rig)).toBe(true);
  });

  it.each<BlankName>(['cd-rw', 'dvd-rw'])('leaves a %s that was erased for it blank', async (blank) => {
    const rig = rigWith(blank);
    const { plan } = await rig.burn(image);
    rig.commands.length = 0;
    expect((await failure(rig, alteredBefore(2))).code).toBe('source-changed');
    expect(alterations(rig)).not.toContain(WRITE);
    const { medium } = await rig.report();
    expect(mediumAfter(plan, medium)).toMatchObject({ state: 'usable' });
  });
});
