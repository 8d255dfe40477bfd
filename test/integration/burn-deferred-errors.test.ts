import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SpindleError } from '../../src/errors.js';
import type { Fault } from '../../src/virtual/faults.js';
import type { BlankName } from '../../src/virtual/media.js';
import { type How, type Rig, burnFailure, burnRig, opens } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TEST_UNIT_READY = 0x00;
const WRITE = 0x2a;
const CLOSE = 0x5b;
const SYNCHRONIZE = 0x35;
const READ_BUFFER_CAPACITY = 0x5c;
const GET_CONFIGURATION = 0x46;
const READ_DISC_INFORMATION = 0x51;
const READ = 0x28;
const image = randomBytes(1000 * 2048);

const rigWith = (blank: BlankName, ...faults: Fault[]): Rig => burnRig(temporaryFolder(), { blank, faults });

const failure = (rig: Rig, how?: How): Promise<SpindleError> => burnFailure(rig, image, how);

describe('a deferred error', () => {
  /** The command is done, the next one is told. */
  const late = (opcode: number, nth: number, told = '3/0C/00'): Fault => ({
    when: { opcode, nth },
    do: { action: 'sense', sense: told, deferred: true },
  });

  const unverified = { options: { verify: 'none' } } as const;

  // With 8 MiB sent the drive is asked for its buffer for the first time.
  it.each([
    ['dvd+r', 129],
    ['cd-r', 257],
  ] as const)('of a WRITE to a %s ends it although the drive tells a question', async (blank, nth) => {
    const rig = rigWith(blank, late(WRITE, nth));
    const large = randomBytes(10 * 1024 * 1024);
    await expect(rig.burn(large, unverified)).rejects.toMatchObject({
      code: 'write-failed',
      scsi: { command: 'READ BUFFER CAPACITY', sense: '3/0C/00', deferred: true },
    });
    expect(await opens(rig)).toBe(true);
  });

  // Every block goes by another WRITE than usual: a failure of it is told late like any other.
  it.each([
    ['dvd+rw', 'verify', 0x2e],
    ['dvd-ram', 'verify', 0x2e],
    ['dvd-ram', 'stream', 0xaa],
    ['bd-re', 'verify', 0x2e],
    ['removable-disk', 'verify', 0x2e],
  ] as const)('on a %s with onWrite %s is ours', async (blank, onWrite, opcode) => {
    const rig = rigWith(blank, late(opcode, 10));
    const failed = await failure(rig, { options: { verify: 'none', onWrite } });
    expect(failed).toMatchObject({ code: 'write-failed', scsi: { sense: '3/0C/00', deferred: true } });
    expect(await opens(rig)).toBe(true);
  });

  it('that is no write error in name ends the writing as well', async () => {
    const rig = rigWith('dvd+r', late(WRITE, 129, '4/09/00'));
    const large = randomBytes(10 * 1024 * 1024);
    await expect(rig.burn(large, unverified)).rejects.toMatchObject({ code: 'write-failed' });
  });

  it('is not missed when it comes while the medium is proven', async () => {
    // READ DISC INFORMATION and the like may be refused, and are left out then. The first two are of the check.
    const rig = rigWith('dvd+r', late(GET_CONFIGURATION, 4));
    expect(await failure(rig, unverified)).toMatchObject({
      code: 'write-failed',
      scsi: { command: 'MODE SENSE (10)', deferred: true },
    });
  });

  it('is not missed when it comes while the medium is verified', async () => {
    const rig = rigWith('dvd+r', late(READ, 12));
    expect(await failure(rig)).toMatchObject({
      code: 'write-failed',
      scsi: { command: 'READ (10)', deferred: true },
    });
  });

  it('is not missed when it comes with the unlocking of the tray, which is unlocked all the same', async () => {
    const sent: string[] = [];
    const rig = rigWith('dvd+r');
    await rig.burn(image, {
      ...unverified,
      intercept: ({ name }) => {
        sent.push(name);
        return undefined;
      },
    });
    const reads = sent.filter((name) => name === 'READ (10)').length;
    const told = rigWith('dvd+r', late(READ, reads));
    expect(await failure(told, unverified)).toMatchObject({
      code: 'write-failed',
      scsi: { command: 'PREVENT ALLOW MEDIUM REMOVAL', deferred: true },
    });
    expect(await opens(told)).toBe(true);
  });

  it('that follows a failed WRITE keeps no command of the recovery from being done', async () => {
    const rig = rigWith('cd-r', late(WRITE, 10), late(SYNCHRONIZE, 1), late(CLOSE, 1));
    expect(await failure(rig)).toMatchObject({ code: 'write-failed', scsi: { command: 'WRITE (10)' } });
    expect((await rig.report()).medium).toMatchObject({ status: 'complete', sessions: 1 });
    expect(await opens(rig)).toBe(true);
  });

  it('of the work of another program keeps no medium from being read and burned', async () => {
    const old = [TEST_UNIT_READY, GET_CONFIGURATION, READ_DISC_INFORMATION].map((opcode) => late(opcode, 1));
    const rig = rigWith('dvd+rw');
    await rig.burn(image);
    const before = await rig.report();
    await rig.drive.setFaults(old);
    expect(await rig.report()).toEqual(before);
    await rig.drive.setFaults(old);
    expect((await rig.burn(image, { options: { onNonBlank: 'erase' } })).result.verified).toBeDefined();
  });

  it('leaves a drive alone that only refuses to tell its buffer', async () => {
    const rig = rigWith('dvd+r', {
      when: { opcode: READ_BUFFER_CAPACITY },
      do: { action: 'sense', sense: '5/20/00', deferred: false },
    });
    const large = randomBytes(10 * 1024 * 1024);
    expect((await rig.burn(large, unverified)).result.blocksWritten).toBe(5120);
    expect(rig.commands.filter(({ cdb }) => cdb[0] === READ_BUFFER_CAPACITY)).toHaveLength(1);
  });
});
