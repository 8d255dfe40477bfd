import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { QuirkRow } from '../../src/drive/quirk.js';
import { LIE_NAMES } from '../../src/virtual/lies.js';
import { type BlankName, MEDIA } from '../../src/virtual/media.js';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { MODELS, type ModelName } from '../../src/virtual/models.js';
import { type Rig, burnRig, useFailure } from '../support/burn-rig.js';
import { sampleOf } from '../support/sample.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const IMAGE = randomBytes(401 * 2048);
const OTHERS = [
  'dvd-r',
  'dvd-rw',
  'dvd-r-dl',
  'dvd+r-dl',
  'dvd+rw-dl',
  'dvd-ram',
  'bd-r-dl',
  'bd-re-dl',
] as const satisfies BlankName[];
/** Two of the others, which take turns. */
const BLANKS: readonly BlankName[] = [
  ...(['cd-r', 'cd-rw', 'dvd+r', 'dvd+rw', 'bd-r', 'bd-re'] as const),
  ...sampleOf(OTHERS, 2),
];

const expectBurned = async (rig: Rig): Promise<void> => {
  const { result } = await rig.burn(IMAGE);
  expect(result.verified).toEqual({ blocks: 401 });
  const file = join(temporaryFolder(), 'exported.iso');
  await exportImage(rig.mediumFolder, file);
  expect(readFileSync(file).subarray(0, IMAGE.length).equals(IMAGE)).toBe(true);
};

const records = (model: ModelName, blank: BlankName): boolean =>
  (MODELS[model].writes as readonly string[]).includes(MEDIA[blank].kind);

describe('every model of drive', () => {
  it.each([
    'cd-writer',
    'dvd-writer',
    'bd-writer',
    'bdxl-writer',
    'lying-writer',
    'usb-bridge',
    'zoned-writer',
  ] as const)('%s burns well what it can record, and what it cannot is refused', async (model) => {
    for (const blank of BLANKS) {
      const rig = burnRig(temporaryFolder(), { blank, model });
      if (records(model, blank)) await expectBurned(rig);
      else await expect(rig.plan(IMAGE)).rejects.toThrow(/medium-unsupported|incompatible medium/);
    }
  });

  it.each(['bd-rom', 'bd-reader'] as const)('a mere reader records nothing: %s', async (model) => {
    for (const blank of BLANKS) {
      const rig = burnRig(temporaryFolder(), { blank, model });
      await expect(rig.plan(IMAGE)).rejects.toThrow('medium-unsupported');
    }
  });

  it.each([
    ['cd-r', 'append', undefined],
    ['dvd-r', 'append', 'close'],
    ['dvd+r', 'append', 'close'],
    ['bd-r', 'append', 'close'],
    ['dvd+rw', 'erase', 'erase'],
    ['bd-re', 'erase', 'erase'],
  ] as const)(
    'a reader that tells a %s that is begun by its own name alters nothing of it',
    async (blank, onNonBlank, use) => {
      const close = onNonBlank === 'append' ? 'session' : 'disc';
      const writer = burnRig(temporaryFolder(), { blank });
      await writer.burn(IMAGE, { options: { close } });
      await writer.drive.removeMedium();
      const rig = burnRig(temporaryFolder(), { blank, medium: writer.mediumFolder, model: 'bd-reader' });
      expect((await rig.report()).medium).toMatchObject({ kind: blank, contents: 'unknown-data' });
      await expect(rig.plan(IMAGE, { onNonBlank })).rejects.toThrow('medium-unsupported');
      if (use) expect((await useFailure(rig, { do: use })).code).toBe('medium-unsupported');
    },
  );
});

describe('a drive that lies', () => {
  it.each(LIE_NAMES)('is burned well on all the same: %s', async (lie) => {
    for (const blank of BLANKS) await expectBurned(burnRig(temporaryFolder(), { blank, lies: [lie] }));
  });

  it('takes sessions all the same', async () => {
    for (const blank of ['cd-r', 'dvd+r', 'bd-r'] as const) {
      const rig = burnRig(temporaryFolder(), { blank, model: 'lying-writer' });
      for (const close of ['session', 'disc'] as const) {
        const { result } = await rig.burn(IMAGE, { options: { close, onNonBlank: 'append' } });
        expect(result.verified).toEqual({ blocks: 401 });
      }
    }
  });
});

describe('a drive that the configuration knows for something', () => {
  const row = (effect: QuirkRow['effect'], product = '*'): QuirkRow => ({
    vendor: 'spin*',
    product,
    revision: '*',
    effect,
    evidence: 'seen here',
  });
  const opcodes = (rig: Rig): number[] => rig.commands.map(({ cdb }) => cdb[0] ?? 0);

  it('is treated so, and the plan tells of it', async () => {
    const rig = burnRig(temporaryFolder(), {
      blank: 'dvd+r',
      quirks: [row('no-set-streaming'), row('finalize-by-5')],
    });
    const { plan } = await rig.burn(IMAGE);
    expect(plan.warnings).toContainEqual({
      code: 'drive-quirk',
      detail: 'This drive is treated as no-set-streaming: seen here (configuration).',
    });
    expect(opcodes(rig)).not.toContain(0xb6);
    expect(rig.commands.filter(({ cdb }) => cdb[0] === 0x5b).map(({ cdb }) => cdb[2])).toEqual([1, 5]);
  });

  it('is not trusted with what it claims', async () => {
    const simulated = burnRig(temporaryFolder(), { blank: 'cd-r', quirks: [row('no-test-write')] });
    await expect(simulated.plan(IMAGE, { simulate: true })).rejects.toThrow('simulate-unsupported');
    const streamed = burnRig(temporaryFolder(), { blank: 'bd-re', quirks: [row('no-streaming')] });
    await expect(streamed.plan(IMAGE, { onWrite: 'stream' })).rejects.toThrow('streaming-unsupported');
    const unprotected = burnRig(temporaryFolder(), {
      blank: 'cd-r',
      quirks: [row('no-underrun-protection')],
    });
    expect((await unprotected.plan(IMAGE)).warnings.map(({ code }) => code)).toContain(
      'underrun-unprotected',
    );
  });

  it('is not asked for its buffer while it records', async () => {
    const image = randomBytes(6000 * 2048);
    const asks = async (quirks: QuirkRow[]): Promise<boolean> => {
      const rig = burnRig(temporaryFolder(), { blank: 'dvd+r', quirks });
      await rig.burn(image);
      return opcodes(rig).includes(0x5c);
    };
    expect(await asks([])).toBe(true);
    expect(await asks([row('no-buffer-questions')])).toBe(false);
  });

  it('is another one when its name differs', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r', quirks: [row('notice', 'VIRTUAL DVD*')] });
    expect((await rig.plan(IMAGE)).quirks).toEqual([]);
  });
});
