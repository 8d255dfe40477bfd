import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Medium } from '../../src/drive/medium.js';
import type { BlankName } from '../../src/virtual/media.js';
import type { ModelName } from '../../src/virtual/models.js';
import { burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

/** Drives that take what not all do. */
const MODELS: Partial<Record<BlankName, ModelName>> = {
  'bd-r-xl-100': 'bdxl-writer',
  'removable-disk': 'disk-drive',
};

const mediumOf = async (rig: ReturnType<typeof burnRig>): Promise<Medium> => (await rig.report()).medium!;

describe('a medium that lies in a drive', () => {
  it.each([
    ['cd-r', 'blank', 'atip'],
    ['cd-rw', 'blank', 'atip'],
    ['dvd-r', 'blank', 'pre-recorded'],
    ['dvd-rw', 'blank', 'pre-recorded'],
    ['dvd+r', 'blank', 'adip'],
    ['dvd+r-dl', 'blank', 'adip'],
    ['dvd+rw', 'blank overwritable', 'adip'],
    ['bd-r', 'blank', 'disc-information'],
    ['bd-r-xl-100', 'blank', 'disc-information'],
    ['bd-re', 'blank overwritable', 'disc-information'],
    ['dvd-ram', 'blank overwritable randomly-writable', undefined],
    ['removable-disk', 'blank overwritable randomly-writable', undefined],
  ] as const satisfies [BlankName, string, string | undefined][])(
    'says what it is and who made it: %s',
    async (blank, states, source) => {
      const medium = await mediumOf(
        burnRig(temporaryFolder(), { blank, model: MODELS[blank] ?? 'bd-writer' }),
      );
      expect(medium.states.join(' ')).toBe(states);
      expect(medium.identity?.source).toBe(source);
      expect(medium.blankness.probable).toBe(true);
      expect(medium.used).toBe(0);
    },
  );

  it('has layers, of which more than two are BDXL and take a drive of that class', async () => {
    const { medium, capabilities } = await burnRig(temporaryFolder(), {
      blank: 'bd-r-xl-128',
      model: 'bdxl-writer',
    }).report();
    expect(medium).toMatchObject({ layers: 4, bdxl: true });
    expect(capabilities.bdxl).toBe('record');

    const dual = await burnRig(temporaryFolder(), { blank: 'bd-r-dl' }).report();
    expect(dual.medium).toMatchObject({ layers: 2 });
    expect(dual.medium).not.toHaveProperty('bdxl');
    expect(dual.capabilities.bdxl).toBe('none');
  });

  it.each([
    ['dvd-r', 'bd-writer', 'dvd-r', 1],
    ['dvd-rw', 'bd-writer', 'dvd-rw', 1],
    ['dvd-r-dl', 'bd-writer', 'dvd-r-dl', 2],
    ['dvd-ram', 'bd-writer', 'dvd-ram', 1],
    ['dvd+r-dl', 'lying-writer', 'dvd+r-dl', 2],
    // A drive that takes what it cannot record for pressed.
    ['dvd-r-dl', 'bd-rom', 'dvd-rom', 2],
    ['dvd+r', 'bd-rom', 'dvd-rom', 1],
    ['bd-r-dl', 'bd-rom', 'bd-rom', 2],
  ] as const satisfies [BlankName, ModelName, Medium['kind'], number][])(
    'says how many layers it has: %s in a %s',
    async (blank, model, kind, layers) => {
      const medium = await mediumOf(burnRig(temporaryFolder(), { blank, model }));
      expect(medium).toMatchObject({ kind, layers });
    },
  );

  it.each([
    ['dvd-r', 1],
    ['dvd-rw', 1],
    ['dvd-r-dl', 2],
  ] as const)('has the layers that its profile says, whatever its drive tells: %s', async (blank, layers) => {
    const rig = burnRig(temporaryFolder(), { blank });
    // READ DISC STRUCTURE
    const unknown = { action: 'sense', sense: '5/24/00', deferred: false } as const;
    await rig.drive.setFaults([{ when: { opcode: 0xad }, do: unknown, times: 100 }]);
    expect(await mediumOf(rig)).toMatchObject({ kind: blank, layers });
  });

  it.each(['cd-r', 'dvd-r', 'bd-re'] as const)(
    'has its drive asked for pages by even lengths, since bridges refuse odd ones: %s',
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      await mediumOf(rig);
      // MODE SENSE (10)
      const asked = rig.commands
        .filter(({ cdb }) => cdb[0] === 0x5a)
        .map(({ cdb }) => cdb[7]! * 256 + cdb[8]!);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((length) => length % 2 === 1)).toEqual([]);
    },
  );

  it('tells its sessions, and how much of it is used', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    await rig.burn(anImage(100), { options: { close: 'session' } });
    const medium = await mediumOf(rig);
    expect(medium.states).toEqual(['appendable']);
    expect(medium.previousSession).toEqual({ number: 1, start: 0, lastRecorded: 111 });
    expect(medium.used).toBe(medium.nextWritable);
    expect(medium.blankness).toMatchObject({ physical: false, probable: false });
  });

  it('has one more session to give when it was blanked minimally', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-rw' });
    expect((await mediumOf(rig)).states).toEqual(['blank']);
    await rig.burn(anImage(100));
    expect((await mediumOf(rig)).states).toEqual(['erase-required', 'finalized']);
    await rig.use({ do: 'erase', options: { method: 'quick' } });
    expect((await mediumOf(rig)).states).toEqual(['blank', 'final-session']);
  });

  it('is told from a blank one by all that was looked at', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw', capacity: 4096 });
    expect((await mediumOf(rig)).blankness).toEqual({
      physical: true,
      probable: true,
      evidence: [{ sign: 'format', blank: true, detail: 'The medium has no format yet.' }],
    });
    await rig.burn(anImage(200));
    await rig.use({ do: 'erase', options: { method: 'quick' } });
    const erased = (await mediumOf(rig)).blankness;
    expect(erased).toMatchObject({ physical: false, probable: true });
    expect(erased.evidence.map(({ sign, blank }) => [sign, blank])).toEqual([
      ['format', false],
      ['first-blocks', true],
      ['other-blocks', true],
    ]);
  });
});
