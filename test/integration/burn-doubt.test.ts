import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOST_STATUS, type Answer, type Command } from '../../src/transport/transport.js';
import type { Fault } from '../../src/virtual/faults.js';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { type Rig, burnFailure, burnRig, useFailure } from '../support/burn-rig.js';
import { sense } from '../support/scripted-transport.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const IMAGE = randomBytes(400 * 2048);

/** Opcodes of MMC-5. */
const FORMAT = 0x04;
const WRITE = 0x2a;
const SYNCHRONIZE = 0x35;
const READ_DISC_INFORMATION = 0x51;
const CLOSE = 0x5b;
const BLANK = 0xa1;

const told = (opcode: number, sense: string, { nth = 1, times = 1, done = false } = {}): Fault => ({
  when: { opcode, nth },
  do: { action: 'sense', sense, deferred: false, ...(done && { done }) },
  times,
});
/** For ever. */
const LASTING = 1000;

const LOST: Fault = { when: { opcode: WRITE, nth: 5 }, do: { action: 'lost-write' }, times: 1 };

const sentWith = ({ commands }: Rig, opcode: number): Command[] =>
  commands.filter(({ cdb }) => cdb[0] === opcode);
const isImmediate = ({ cdb }: Command): boolean => (cdb[1]! & 0x02) !== 0;

const holdsImage = async (rig: Rig): Promise<boolean> => {
  const file = join(temporaryFolder(), 'exported.iso');
  await exportImage(rig.mediumFolder, file);
  return readFileSync(file).subarray(0, IMAGE.length).equals(IMAGE);
};

describe('what alters the medium and failed in the drive is not sent again', () => {
  it.each(['dvd+rw', 'dvd+r', 'bd-re', 'bd-r', 'dvd-ram'] as const)(
    'a flush of a %s, since the blocks that it was about may be gone',
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const faults = [LOST, told(SYNCHRONIZE, '4/09/00')];
      const failure = await burnFailure(rig, IMAGE, { options: { verify: 'none' }, faults });
      expect(failure).toMatchObject({ code: 'write-failed', scsi: { sense: '4/09/00' } });
    },
  );

  it.each(['4/08/00', '4/15/01', '4/1B/00', '4/3E/00', '4/44/00', 'B/00/00', 'B/4B/00'])(
    'nor a closing after %s',
    async (sense) => {
      const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
      const failure = await burnFailure(rig, IMAGE, { faults: [told(CLOSE, sense)] });
      expect(failure).toMatchObject({ code: 'close-failed', scsi: { sense } });
    },
  );
});

describe('CHECK CONDITION that does not say why', () => {
  it('has the drive flush once more, and answer when that is done', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
    const { result } = await rig.burn(IMAGE, {
      options: { verify: 'none' },
      faults: [told(SYNCHRONIZE, '0/00/00')],
    });
    expect(sentWith(rig, SYNCHRONIZE).map(isImmediate)).toEqual([true, false]);
    expect(result.verified).toBeUndefined();
    expect(await holdsImage(rig)).toBe(true);
  });

  it.each(['dvd+rw', 'dvd+r', 'bd-re', 'cd-r'] as const)(
    'has all of a %s read back that nobody wanted to be read, if the drive never says more',
    async (blank) => {
      for (const verify of ['none', 'quick'] as const) {
        const rig = burnRig(temporaryFolder(), { blank });
        const faults = [told(SYNCHRONIZE, '0/00/00', { times: LASTING, done: true })];
        const { result, phases } = await rig.burn(IMAGE, { options: { verify }, faults });
        expect(result.verified).toEqual({ blocks: 400 });
        expect(phases.slice(-2)).toEqual(['verify', 'unload']);
      }
    },
  );

  it.each(['dvd+rw', 'dvd+r', 'bd-re'] as const)(
    'is no proof that a %s holds what was sent',
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const faults = [LOST, told(SYNCHRONIZE, '0/00/00', { times: LASTING, done: true })];
      const failure = await burnFailure(rig, IMAGE, { options: { verify: 'none' }, faults });
      expect(failure).toMatchObject({ code: 'verify-mismatch' });
    },
  );

  it('ends a test write well, of which nothing can be read', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r', lies: ['spurious-check'] });
    const { result } = await rig.burn(IMAGE, { options: { simulate: true } });
    expect(result.verified).toBeUndefined();
  });

  it('is no proof that a disc was closed', async () => {
    for (const blank of ['dvd+r', 'cd-r', 'bd-r'] as const) {
      const rig = burnRig(temporaryFolder(), { blank });
      const failure = await burnFailure(rig, IMAGE, { faults: [told(CLOSE, '0/00/00', { times: LASTING })] });
      expect(failure).toMatchObject({ code: 'close-failed', scsi: { sense: '0/00/00' } });
    }
  });

  it('is no proof that a medium was blanked or formatted', async () => {
    const cd = burnRig(temporaryFolder(), { blank: 'cd-rw' });
    await cd.burn(IMAGE);
    const lost = told(BLANK, '0/00/00', { times: LASTING });
    expect(await burnFailure(cd, IMAGE, { options: { onNonBlank: 'erase' }, faults: [lost] })).toMatchObject({
      code: 'erase-failed',
      scsi: { sense: '0/00/00' },
    });
    const bd = burnRig(temporaryFolder(), { blank: 'bd-re' });
    expect(
      await burnFailure(bd, IMAGE, { faults: [told(FORMAT, '0/00/00', { times: LASTING })] }),
    ).toMatchObject({ code: 'format-failed', scsi: { sense: '0/00/00' } });
  });

  it('has a blank medium blanked once more that looks the same before and after', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-rw' });
    await rig.use({ do: 'erase', options: { method: 'full' } }, { faults: [told(BLANK, '0/00/00')] });
    expect(sentWith(rig, BLANK)).toHaveLength(2);
  });

  it('is enough where the drive was seen at work', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-rw' });
    await rig.use(
      { do: 'erase', options: { method: 'full' } },
      { faults: [told(BLANK, '0/00/00', { done: true })] },
    );
    expect(sentWith(rig, BLANK)).toHaveLength(1);
  });

  it('is told where what it was about was not done', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-rw' });
    await rig.burn(IMAGE);
    expect(
      await useFailure(rig, { do: 'erase' }, { faults: [told(BLANK, '0/00/00', { times: LASTING })] }),
    ).toMatchObject({ code: 'erase-failed', scsi: { sense: '0/00/00' } });
  });
});

describe('a drive that does not answer in time', () => {
  const TIMED_OUT: Answer = { status: 'transport-error', hostStatus: HOST_STATUS.timeOut, moved: 0 };

  /** The drive does what it was told, but nobody hears of it. */
  const unheard = (rig: Rig, opcode: number): ((command: Command) => Answer | undefined) => {
    let struck = false;
    return (command) => {
      if (struck || command.cdb[0] !== opcode) return undefined;
      struck = true;
      void rig.drive.execute(command);
      return TIMED_OUT;
    };
  };

  it.each([
    ['cd-r', CLOSE],
    ['dvd+r', CLOSE],
    ['bd-r', CLOSE],
    ['dvd+rw', SYNCHRONIZE],
    ['dvd+rw', FORMAT],
    ['bd-re', FORMAT],
  ] as const)('has made a %s good all the same, as it says itself: %i', async (blank, opcode) => {
    const rig = burnRig(temporaryFolder(), { blank });
    await rig.burn(IMAGE, { intercept: unheard(rig, opcode) });
    expect(await holdsImage(rig)).toBe(true);
  });

  /** The kernel resets a drive that it gave up, which tells of that. */
  const reset = (rig: Rig, opcode: number): ((command: Command) => Answer | undefined) => {
    const lost = unheard(rig, opcode);
    let toTell = false;
    return (command) => {
      const answer = toTell ? sense('6/29/00') : lost(command);
      toTell = answer === TIMED_OUT;
      return answer;
    };
  };

  it('may have been reset by the host, and gone on closing', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    await rig.burn(IMAGE, { intercept: reset(rig, CLOSE) });
    expect(await holdsImage(rig)).toBe(true);
  });

  it('has lost what was to be flushed, if it was reset', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
    expect(await burnFailure(rig, IMAGE, { intercept: reset(rig, SYNCHRONIZE) })).toMatchObject({
      code: 'drive-reset',
    });
  });

  it('is not believed that it flushed what was lost', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
    const how = {
      options: { verify: 'none' } as const,
      faults: [LOST],
      intercept: unheard(rig, SYNCHRONIZE),
    };
    expect(await burnFailure(rig, IMAGE, how)).toMatchObject({ code: 'verify-mismatch' });
  });

  it('has failed where what it was about was not done', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    const hang: Fault = { when: { opcode: CLOSE, nth: 1 }, do: { action: 'hang', ms: 1 } };
    expect(await burnFailure(rig, IMAGE, { faults: [hang] })).toMatchObject({ code: 'drive-timeout' });
  });
});

describe('a drive that does not tell of its disc', () => {
  it.each(['5/20/00', '5/24/00', '5/26/00', '5/2C/00'])('burns well when it answers %s', async (sense) => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
    let flushed = false;
    const refused = told(READ_DISC_INFORMATION, sense, { times: LASTING });
    // Only while it is waited for: what reads the medium takes what it gets.
    await rig.burn(IMAGE, {
      options: { verify: 'none' },
      intercept: ({ cdb }) => {
        if (cdb[0] === SYNCHRONIZE && !flushed) {
          flushed = true;
          void rig.drive.setFaults([refused]);
        }
        return undefined;
      },
    });
    expect(await holdsImage(rig)).toBe(true);
  });
});
