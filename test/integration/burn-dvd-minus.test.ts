/** Our engine on virtual DVD-R, DVD-RW and DVD-R DL, in all of their ways. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { burnFailure, burnRig } from '../support/burn-rig.js';
import { hex } from '../support/hex.js';
import { cell } from '../support/matrix-cell.js';
import { endOf, untilReady } from '../support/raw-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

/** FORMAT UNIT, type 15h: MMC-5 §6.5. */
const QUICK_FORMAT = Uint8Array.of(0, 0, 0, 8, 0, 0, 0, 0, 0x54, 0, 0, 0x10);

const formattedRig = async () => {
  const rig = burnRig(temporaryFolder(), { blank: 'dvd-rw' });
  await untilReady(rig.drive);
  expect(await endOf(rig.drive, '04 11 00 00 00 00', QUICK_FORMAT)).toBe('good');
  return rig;
};

describe('disc at once, and test writes', () => {
  cell(
    { medium: ['dvd-r', 'dvd-rw', 'dvd-r-dl'], mode: 'disc at once', performer: 'our engine', always: true },
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const { plan, result } = await rig.burn(anImage(1005), { options: { writeMode: 'dao' } });
      expect(plan.recipe).toBe('dvd-r-dao');
      expect(result.medium).toMatchObject({ status: 'complete', sessions: 1 });
      expect(result.verified).toEqual({ blocks: 1005 });
    },
  );

  for (const [writeMode, mode, media] of [
    ['incremental', 'test write, incremental', ['dvd-r', 'dvd-rw', 'dvd-r-dl']],
    ['dao', 'test write', ['dvd-r', 'dvd-rw', 'dvd-r-dl']],
    ['layer-jump', 'test write, layer jump', ['dvd-r-dl']],
  ] as const)
    cell({ medium: media, mode, performer: 'our engine', always: 'dvd-r' }, async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const { result } = await rig.burn(anImage(400), { options: { simulate: true, writeMode } });
      expect(result.medium).toMatchObject({ status: 'empty', nextWritable: 0 });
      const again = await rig.burn(anImage(400), { options: { writeMode } });
      expect(again.result.medium.status).toBe('complete');
    });
});

describe('a disc at once behind a session that was left open', () => {
  it.each(['dvd-r', 'dvd-rw'] as const)('is refused on a %s before anything is reserved', async (blank) => {
    const rig = burnRig(temporaryFolder(), { blank });
    await rig.burn(anImage(400), { options: { close: 'session' } });
    const failure = rig.burn(anImage(400), { options: { writeMode: 'dao', onNonBlank: 'append' } });
    await expect(failure).rejects.toThrow('write-mode-unsupported');
    expect(rig.commands.filter(({ cdb }) => cdb[0] === 0x53)).toEqual([]);
    expect((await rig.report()).medium).toMatchObject({ status: 'appendable', sessions: 1 });
  });
});

describe('a formatted DVD-RW of which nothing can be read yet', () => {
  it('is looked at nowhere beyond what any medium has', async () => {
    const rig = await formattedRig();
    expect((await rig.report()).medium).toMatchObject({ contents: 'none', readable: 0 });
    const addresses = rig.commands
      .filter(({ cdb }) => cdb[0] === 0x28 || cdb[0] === 0xa8)
      .map(({ cdb }) => Buffer.from(cdb).readUInt32BE(2));
    expect(addresses.filter((address) => address >= 0x8000_0000)).toEqual([]);
  });
});

describe('a DVD-RW again and again', () => {
  // Minimally and recorded at once, or wholly and left open.
  cell(
    { medium: 'dvd-rw', mode: 'blanked quickly, again', performer: 'our engine', always: true },
    async () => {
      const rig = burnRig(temporaryFolder(), { blank: 'dvd-rw' });
      await rig.burn(anImage(700));
      const closed = await rig.burn(anImage(500), { options: { onNonBlank: 'erase' } });
      expect(closed.plan.recipe).toBe('dvd-r-dao');
      const open = await rig.burn(anImage(300), { options: { onNonBlank: 'erase', close: 'session' } });
      expect(open.plan.recipe).toBe('dvd-r');
      expect(open.result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
    },
  );

  // It grows where it is too small.
  cell(
    { medium: 'dvd-rw', mode: 'restricted overwrite', performer: 'our engine', always: true },
    async () => {
      const rig = await formattedRig();
      const first = await rig.burn(anImage(300));
      expect(first.plan.recipe).toBe('dvd-rw-overwrite');
      expect(first.result.medium).toMatchObject({ lastSession: 'complete', readable: 304 });
      const larger = await rig.burn(anImage(900), { options: { onNonBlank: 'erase' } });
      expect(larger.plan.willFormat).toBe(true);
      expect(larger.result.medium).toMatchObject({ lastSession: 'complete', readable: 912 });
      const smaller = await rig.burn(anImage(100), { options: { onNonBlank: 'erase' } });
      expect(smaller.plan.willFormat).toBe(false);
      expect(smaller.result.verified).toEqual({ blocks: 100 });
    },
  );
});

describe('layer jumps', () => {
  // It can be continued then.
  cell({ medium: 'dvd-r-dl', mode: 'layer jump', performer: 'our engine', always: true }, async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-r-dl' });
    const { plan, result } = await rig.burn(anImage(1000), {
      options: { writeMode: 'layer-jump', close: 'session' },
    });
    expect(plan.recipe).toBe('dvd-r-dl-jump');
    expect(result.medium).toMatchObject({ profile: 0x16, status: 'appendable', sessions: 1 });
  });
});

describe('a failure in the middle', () => {
  const failing = [
    { when: { lba: 300, access: 'write' }, do: { action: 'sense', sense: '3/0C/00', deferred: false } },
  ] as never;

  it.each([
    ['dvd-r', 'incremental', 'appendable'],
    ['dvd-rw', 'incremental', 'appendable'],
    ['dvd-rw', 'dao', 'complete'],
  ] as const)('leaves a %s (%s) %s', async (blank, writeMode, status) => {
    const rig = burnRig(temporaryFolder(), { blank });
    await expect(rig.burn(anImage(900), { options: { writeMode }, faults: failing })).rejects.toThrow();
    expect((await rig.report()).medium).toMatchObject({ status });
    if (blank !== 'dvd-rw') return;
    await rig.drive.setFaults([]);
    const again = await rig.burn(anImage(200), { options: { onNonBlank: 'erase' } });
    expect(again.result.verified).toEqual({ blocks: 200 });
  });

  it('leaves no border open on a formatted DVD-RW', async () => {
    const rig = await formattedRig();
    await expect(rig.burn(anImage(900), { faults: failing })).rejects.toThrow();
    expect((await rig.report()).medium).toMatchObject({ lastSession: 'complete' });
    await rig.drive.setFaults([]);
    const again = await rig.burn(anImage(400), { options: { onNonBlank: 'erase' } });
    expect(again.result.verified).toEqual({ blocks: 400 });
  });
});

describe('a drive that takes no single layer jump', () => {
  const unknown = (nth?: number) => ({
    when: { opcode: 0xbf, ...(nth !== undefined && { nth }) },
    do: { action: 'sense', sense: '5/24/00', deferred: false } as const,
  });
  const options = { writeMode: 'layer-jump' } as const;

  it('is asked for regular ones instead, the first of them at the same block', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-r-dl' });
    const { result } = await rig.burn(anImage(1005), { options, faults: [unknown(1)] });
    expect(result.verified).toEqual({ blocks: 1005 });
    const sent = rig.commands.filter(({ cdb }) => cdb[0] === 0xbf);
    expect(sent.map(({ cdb }) => cdb[7])).toEqual([0x23, 0x22]);
    // 1,008 blocks in ECC blocks of 16: 512 on layer 0, up to block 511, or 512 between two jumps.
    expect(sent.map((each) => each.direction === 'to-drive' && hex(each.data))).toEqual([
      '00 0a 00 00 00 00 00 00 00 00 01 ff',
      '00 0a 00 00 00 00 00 00 00 00 02 00',
    ]);
  });

  it('costs no disc where it takes none at all', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-r-dl' });
    const failure = await burnFailure(rig, anImage(1005), { options, faults: [unknown()] });
    expect(failure.scsi?.sense).toBe('5/24/00');
    await rig.drive.setFaults([]);
    expect((await rig.report()).medium?.status).toBe('empty');
  });
});
