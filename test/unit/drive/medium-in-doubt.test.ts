import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openDrive } from '../../../src/drive/drive-session.js';
import type { Medium } from '../../../src/drive/medium.js';
import { readMedium } from '../../../src/drive/read-medium.js';
import type { Answer, Command } from '../../../src/transport/transport.js';
import type { BlankName } from '../../../src/virtual/media.js';
import { burnRig, fastTiming, type Rig } from '../../support/burn-rig.js';
import { sense } from '../../support/scripted-transport.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const CAPACITY = 32 * 64;

type Instead = (answer: Answer, command: Command) => Answer;
/** By opcode: what comes instead of what the drive answers. */
type Lies = Readonly<Record<number, Instead>>;

const READ_FORMAT_CAPACITIES = 0x23;
const READ_CAPACITY = 0x25;
const READ_DISC_INFORMATION = 0x51;

const refused: Instead = () => sense('5/20/00');

/** The reply with one byte otherwise. */
const withByte =
  (at: number, change: (byte: number) => number): Instead =>
  (answer) => {
    if (answer.status === 'good') answer.data[at] = change(answer.data[at] ?? 0);
    return answer;
  };

/** MMC-5 §6.24.3.2: the two lowest bits of byte 8 of the reply. */
const descriptorType = (type: number): Instead => withByte(8, (byte) => byte - (byte % 4) + type);

/** READ CAPACITY of a medium of which nothing can be read. */
const nothingReadable: Instead = (answer) => {
  if (answer.status === 'good') answer.data.fill(0, 0, 4);
  return answer;
};

/** More than 32 bits count. */
const uncounted: Instead = (answer) => {
  if (answer.status === 'good') answer.data.fill(0xff, 0, 4);
  return answer;
};

const mediumOf = async ({ drive, report }: Rig, lies: Lies): Promise<Medium> => {
  await report();
  const execute = async (command: Command): Promise<Answer> => {
    const answer = await drive.execute(command);
    return lies[command.cdb[0] ?? 0]?.(answer, command) ?? answer;
  };
  const transport = { execute, close: () => Promise.resolve() };
  return readMedium(openDrive({ transport, timing: fastTiming() }));
};

const rigOf = (blank: BlankName): Rig => burnRig(temporaryFolder(), { blank, capacity: CAPACITY });

/** One that holds something from block 0 on. */
const recorded = async (blank: BlankName): Promise<Rig> => {
  const rig = rigOf(blank);
  await rig.burn(randomBytes(64 * 2048), {
    options: { verify: 'none', ...(blank === 'bd-re' && { spares: 'none' }) },
  });
  return rig;
};

const OVERWRITTEN_IN_PLACE = ['bd-re', 'dvd-ram', 'removable-disk'] as const satisfies BlankName[];

describe.each(OVERWRITTEN_IN_PLACE)('a %s that is full is not taken for blank', (blank) => {
  it.each([
    ['that it has no format, and how much can be read', { [READ_FORMAT_CAPACITIES]: descriptorType(1) }],
    ['of an open session', { [READ_FORMAT_CAPACITIES]: descriptorType(3) }],
    ['nothing of formats', { [READ_FORMAT_CAPACITIES]: refused }],
    ['that it is empty', { [READ_DISC_INFORMATION]: withByte(2, (byte) => byte - (byte % 4)) }],
  ] as const)('where its drive tells %s', async (_, lies) => {
    const medium = await mediumOf(await recorded(blank), lies);
    expect(medium).toMatchObject({ formatted: true, contents: 'unknown-data', readable: CAPACITY });
    expect(medium.blankness).toMatchObject({ physical: false, probable: false });
    expect(medium.states).not.toContain('blank');
  });

  it.each([
    ['a format', {}],
    ['no format', { [READ_FORMAT_CAPACITIES]: descriptorType(1) }],
    ['nothing of formats', { [READ_FORMAT_CAPACITIES]: refused }],
  ] as const)('where its drive tells %s, and not how much can be read', async (_, lies) => {
    const rig = await recorded(blank);
    for (const told of [refused, uncounted]) {
      const medium = await mediumOf(rig, { ...lies, [READ_CAPACITY]: told });
      expect(medium).toMatchObject({ contents: 'unknown-data', readable: 0, readableUnknown: true });
      expect(medium.blankness).toMatchObject({ physical: false, probable: false });
    }
  });

  it('where its drive tells that it has a format, and that nothing can be read', async () => {
    const medium = await mediumOf(await recorded(blank), { [READ_CAPACITY]: nothingReadable });
    expect(medium).toMatchObject({ formatted: true, contents: 'unknown-data', readableUnknown: true });
    expect(medium.blankness.probable).toBe(false);
  });
});

describe('a medium of which nothing is told', () => {
  it('is not taken for blank though zeros come where it is looked at', async () => {
    const rig = rigOf('dvd-ram');
    expect((await mediumOf(rig, {})).blankness.probable).toBe(true);
    const mute = { [READ_FORMAT_CAPACITIES]: refused, [READ_CAPACITY]: refused };
    expect(await mediumOf(rig, mute)).toMatchObject({ contents: 'unknown-data', capacity: 0 });
  });

  it('is blank where its formats tell how large it is, and nothing is found anywhere', async () => {
    const medium = await mediumOf(rigOf('dvd-ram'), { [READ_CAPACITY]: refused });
    expect(medium).toMatchObject({ contents: 'none', capacity: CAPACITY, formatted: true });
    expect(medium.blankness.probable).toBe(true);
  });
});

describe('a medium without a format', () => {
  it('is blank, and no block of it is read', async () => {
    const { report, commands } = rigOf('bd-re');
    const { medium } = await report();
    expect(medium).toMatchObject({ formatted: false, contents: 'none', readable: 0 });
    expect(medium?.blankness).toMatchObject({ physical: true, probable: true });
    expect(commands.filter(({ cdb }) => cdb[0] === 0x28)).toEqual([]);
  });
});

describe('a BD-R that says it can be appended to', () => {
  const formatted = async (): Promise<Rig> => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
    await rig.use({ do: 'format', options: { spareArea: 'minimum' } });
    return rig;
  };

  it('is blank where it was formatted and holds one empty session', async () => {
    expect(await mediumOf(await formatted(), {})).toMatchObject({
      status: 'appendable',
      lastSession: 'empty',
      blankness: { probable: true },
    });
  });

  it('is not where its session is open, or nobody tells how much can be read', async () => {
    const rig = await formatted();
    // MMC-5 §6.22.3.1.1: state of last session, bits 3 and 2 of byte 2.
    const open = withByte(2, (byte) => byte - (byte % 16) + 0b0101);
    expect((await mediumOf(rig, { [READ_DISC_INFORMATION]: open })).blankness.probable).toBe(false);
    for (const told of [refused, uncounted])
      expect((await mediumOf(rig, { [READ_CAPACITY]: told })).blankness.probable).toBe(false);
  });
});
