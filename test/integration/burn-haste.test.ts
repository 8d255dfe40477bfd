import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Answer, Command } from '../../src/transport/transport.js';
import { burnFailure, burnRig, racingTime } from '../support/burn-rig.js';
import { unhex } from '../support/hex.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** 16 MiB: at 4x of BD, which no BD-RE is faster than, 890 ms. */
const BLOCKS = 8192;
const IMAGE = randomBytes(BLOCKS * 2048);

const realtime = (blank: 'bd-re' | 'bd-r' | 'dvd+r' | 'dvd-ram' | 'cd-r') =>
  burnRig(temporaryFolder(), { blank, speed: 'realtime', time: racingTime() });

/** WRITE (10), MMC-5 §6.46: says GOOD and records nothing but the blocks before 128. */
const forgetful = (command: Command): Answer | undefined => {
  const lba = command.cdb.slice(2, 6).reduce((sum, byte) => sum * 256 + byte, 0);
  if (command.cdb[0] !== 0x2a || lba < 128 || command.direction !== 'to-drive') return undefined;
  return { status: 'good', data: new Uint8Array(0), moved: command.data.length };
};

describe('a recording that is done sooner than any drive could be', () => {
  it('is read back though nobody wanted that, and found not to be there', async () => {
    const failure = await burnFailure(realtime('bd-re'), IMAGE, {
      options: { verify: 'none' },
      intercept: forgetful,
    });
    expect(failure).toMatchObject({ code: 'verify-mismatch' });
  });

  it('is good where it is there after all, and says so', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    const plan = await rig.plan(IMAGE, { verify: 'none' });
    const { result, phases } = await rig.burn(IMAGE, {
      options: { verify: 'none' },
      work: { plan: { ...plan, leastWriteMs: 3_600_000 } },
    });
    expect(result.verified).toEqual({ blocks: BLOCKS });
    expect(phases.slice(-2)).toEqual(['verify', 'unload']);
    expect(result.notices).toMatchObject([
      {
        code: 'implausibly-fast',
        detail: expect.stringContaining('takes the fastest drive 3600.0 s') as string,
      },
    ]);
  });
});

describe('a recording in its time', () => {
  it.each(['bd-re', 'bd-r', 'dvd+r', 'dvd-ram', 'cd-r'] as const)('raises no doubt: %s', async (blank) => {
    const { plan, result } = await realtime(blank).burn(IMAGE, { options: { verify: 'none' } });
    expect(plan.leastWriteMs).toBeGreaterThan(200);
    expect(result).toMatchObject({ verified: undefined, notices: [] });
  });
});

describe('a virtual drive that keeps no time', () => {
  it('says so in a feature of our own, after those of the standard', async () => {
    const { drive } = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    // GET CONFIGURATION for feature FF00h and up: persistent and current, then SPINDLE.
    const answer = await drive.execute({
      name: 'GET CONFIGURATION',
      cdb: unhex('46 01 ff 00 00 00 00 00 20 00'),
      direction: 'from-drive',
      length: 32,
      timeoutMs: 1000,
    });
    expect(Buffer.from(answer.status === 'good' ? answer.data.subarray(8) : []).toString('hex')).toBe(
      'ff0003085350494e444c4520',
    );
  });

  it('is not measured by the time that it takes, unlike one in real time', async () => {
    const timeless = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    expect((await timeless.report()).capabilities.keepsNoTime).toBe(true);
    expect(await timeless.plan(IMAGE)).not.toHaveProperty('leastWriteMs');
    expect((await realtime('dvd+r').report()).capabilities).not.toHaveProperty('keepsNoTime');
    const test = await realtime('cd-r').plan(IMAGE, { simulate: true });
    expect(test).not.toHaveProperty('leastWriteMs');
  });
});
