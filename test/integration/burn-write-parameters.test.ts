/** Mode page 05h as drives want it, and what they tell while it says one thing or another. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Rig, burnFailure, burnRig } from '../support/burn-rig.js';
import { hex } from '../support/hex.js';
import { MODE_SELECT, endOf, writeParameters } from '../support/raw-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const IMAGE = randomBytes(400 * 2048);
const OPEN = { close: 'session' } as const;
const APPEND = { ...OPEN, onNonBlank: 'append' } as const;

/** MODE SELECT (10) as it was sent: the CDB, then the header and the first bytes of the page. */
const selected = (rig: Rig): string[] =>
  rig.commands.flatMap((command) =>
    command.cdb[0] === 0x55 && command.direction === 'to-drive'
      ? [`${hex(command.cdb.subarray(7, 9))} | ${hex(command.data.subarray(8, 14))}`]
      : [],
  );

/** MODE SELECT (6): 4 bytes of header. */
const selectedShort = (rig: Rig): string[] =>
  rig.commands.flatMap((command) =>
    command.cdb[0] === 0x15 && command.direction === 'to-drive'
      ? [`${hex(command.cdb.subarray(4, 5))} | ${hex(command.data.subarray(4, 10))}`]
      : [],
  );

describe('a drive with a page of write parameters of its own', () => {
  it.each(['cd-r', 'dvd-r'] as const)('is sent as many bytes of it for a %s as it has', async (blank) => {
    const rig = burnRig(temporaryFolder(), { blank, lies: ['long-write-parameters'] });
    expect((await rig.burn(IMAGE, { options: OPEN })).result.verified).toEqual({ blocks: 400 });
    expect((await rig.burn(IMAGE, { options: APPEND })).result.verified).toEqual({ blocks: 400 });
    // 8 bytes of header and 56 of page, which says 36h.
    for (const sent of selected(rig)) expect(sent).toMatch(/^00 40 \| 05 36/);
  });

  it('is closed in the same way', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-r', lies: ['long-write-parameters'] });
    await rig.burn(IMAGE, { options: OPEN });
    expect((await rig.use({ do: 'close' })).result.medium.status).toBe('complete');
  });

  it.each([
    ['cd-r', ['05 32 41 c4 08 00', '05 32 01 c4 08 00']],
    ['dvd-r', ['05 32 60 e5 08 10', '05 32 20 e5 08 10', '05 32 00 e5 08 00']],
  ] as const)('that refuses some bits of a %s is sent it without these', async (blank, pages) => {
    const rig = burnRig(temporaryFolder(), { blank, lies: ['few-write-parameters'] });
    expect((await rig.burn(IMAGE, { options: OPEN })).result.verified).toEqual({ blocks: 400 });
    expect(selected(rig)).toEqual(pages.map((page) => `00 3c | ${page}`));
  });

  it.each([
    ['cd-r', '38 | 05 32 41 c4 08 00', '38 | 05 32 01 c4 08 00'],
    ['dvd-r', '38 | 05 32 60 e5 08 10', '38 | 05 32 00 e5 08 00'],
  ] as const)('that knows MODE SELECT (6) alone is sent that for a %s', async (blank, whole, fewer) => {
    const bridge = burnRig(temporaryFolder(), { blank, lies: ['short-mode-commands'] });
    expect((await bridge.burn(IMAGE, { options: OPEN })).result.verified).toEqual({ blocks: 400 });
    expect(selectedShort(bridge)).toEqual([whole]);
    const both = burnRig(temporaryFolder(), { blank, lies: ['short-mode-commands', 'few-write-parameters'] });
    expect((await both.burn(IMAGE, { options: OPEN })).result.verified).toEqual({ blocks: 400 });
    expect(selectedShort(both).at(-1)).toBe(fewer);
  });

  it('that refuses its page is never sent another command for it', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    const sense = { action: 'sense', sense: '5/26/00', deferred: false } as const;
    const faults = [{ when: { opcode: 0x55 }, do: sense, times: 100 }];
    expect((await burnFailure(rig, IMAGE, { options: OPEN, faults })).scsi?.sense).toBe('5/26/00');
    expect(selectedShort(rig)).toEqual([]);
  });

  it('is not left in its test mode for a bit that it does not know', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r', lies: ['few-write-parameters'] });
    await rig.burn(IMAGE, { options: { simulate: true, verify: 'none' } });
    expect(selected(rig).at(-1)).toBe('00 3c | 05 32 01 04 08 00');
  });
});

describe('a drive that tells the pre-gap of the next session by write type SAO', () => {
  const aRig = async (): Promise<Rig> => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r', lies: ['pre-gap-next-writable'] });
    await rig.burn(IMAGE, { options: { ...OPEN, writeMode: 'sao' } });
    return rig;
  };

  it.each(['sao', 'tao'] as const)('takes another session behind it, by %s', async (writeMode) => {
    const rig = await aRig();
    const { result } = await rig.burn(IMAGE, { options: { ...APPEND, writeMode } });
    expect(result.medium).toMatchObject({ sessions: 2 });
    expect(result.verified).toEqual({ blocks: 400 });
  });

  it.each(['as it was meant', 'in the middle'])(
    'is asked by TAO again once a test write by SAO has ended: %s',
    async (how) => {
      const rig = await aRig();
      const right = (await rig.plan(IMAGE, APPEND)).placement.start;
      const test = { options: { ...APPEND, writeMode: 'sao', simulate: true, verify: 'none' } } as const;
      if (how === 'as it was meant') await rig.burn(IMAGE, test);
      else {
        const sense = { action: 'sense', sense: '3/0C/00', deferred: false } as const;
        const faults = [{ when: { lba: right + 100, access: 'write' as const }, do: sense }];
        expect((await burnFailure(rig, IMAGE, { ...test, faults })).code).toBe('write-failed');
        await rig.drive.setFaults([]);
      }
      // Track at once, mode 1, no test write.
      expect(selected(rig).at(-1)).toBe('00 3c | 05 32 41 c4 08 00');
      expect((await rig.plan(IMAGE, APPEND)).placement.start).toBe(right);
    },
  );

  it('is asked by TAO again once a session at once has failed', async () => {
    const rig = await aRig();
    const { start } = (await rig.plan(IMAGE, APPEND)).placement;
    const sense = { action: 'sense', sense: '3/0C/00', deferred: false } as const;
    const faults = [{ when: { lba: start + 100, access: 'write' as const }, do: sense }];
    const at = { options: { ...APPEND, writeMode: 'sao', verify: 'none' } } as const;
    expect((await burnFailure(rig, IMAGE, { ...at, faults })).code).toBe('write-failed');
    expect(selected(rig).at(-1)).toBe('00 3c | 05 32 01 c4 08 00');
  });

  it.each(['sao', 'tao'] as const)(
    'is planned for anew by %s where another program has left it so',
    async (writeMode) => {
      const rig = await aRig();
      const right = (await rig.plan(IMAGE, { ...APPEND, writeMode })).placement.start;
      expect(await endOf(rig.drive, MODE_SELECT, writeParameters(0x42, 0xc4, 8))).toBe('good');
      const failure = await burnFailure(rig, IMAGE, { options: { ...APPEND, writeMode } });
      expect(failure.code).toBe('plan-stale');
      expect(failure.message).toContain(`next writable block is ${right}, not ${right - 150}`);
      const { plan, result } = await rig.burn(IMAGE, { options: { ...APPEND, writeMode } });
      expect(plan.placement.start).toBe(right);
      expect(result.verified).toEqual({ blocks: 400 });
    },
  );
});
