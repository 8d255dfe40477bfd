/**
 * sg3-utils, which are nobody's burn programs, look at our virtual drives: their decoders and ours share no code. Where they differ, and the
 * fault is not ours, the line that leaves it out says why.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeFeatures } from '../../src/drive/describe-features.js';
import { openDrive } from '../../src/drive/drive-session.js';
import { REAL_TIMING } from '../../src/drive/timing.js';
import { serveSocket } from '../../src/transport/serve-socket.js';
import type { Answer, Command } from '../../src/transport/transport.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { DEVICE, burnBench, runProgram } from './burn-programs.js';
import { CASES, able, benchOf, named, sessionOf, succeed } from './sg3-bench.js';
import { LABELS, NOT_COMPARED, dumpedBytes, plain, profileNumbers, toldConfiguration } from './sg3-told.js';

/** Fields of a feature that both show, as it labels them. */
const comparable = (
  code: number,
  fields: Readonly<Record<string, string>>,
): Record<string, number | string> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([label]) => !NOT_COMPARED[code]?.includes(label))
      .map(([label, value]) => [label, plain(value)]),
  );

const inTheirWords = (
  code: number,
  fields: Readonly<Record<string, string>>,
  decoded: Readonly<Record<string, unknown>> | undefined,
): Record<string, number | string> =>
  Object.fromEntries(
    Object.keys(comparable(code, fields)).map((label) => [
      label,
      plain(decoded?.[LABELS[code]?.[label] ?? '']),
    ]),
  );

interface FeatureHead {
  readonly code: number;
  readonly version: number;
  readonly persistent: boolean;
  readonly current: boolean;
}
const headOf = ({ code, version, persistent, current }: FeatureHead): FeatureHead => ({
  code,
  version,
  persistent,
  current,
});

describe.skipIf(!able)('[sg3-utils gcc] sg_get_config', () => {
  let numbers: ReadonlyMap<string, number>;
  beforeAll(() => {
    numbers = profileNumbers(execFileSync('sg_get_config', ['--list'], { encoding: 'utf8' }));
  });

  it.each(CASES.map((one) => [named(one), one] as const))('tells what we tell: %s', async (_, one) => {
    const bench = await benchOf(one);
    // Features that are late are told by now.
    await describeFeatures(sessionOf(bench));
    const ours = await describeFeatures(sessionOf(bench));
    const theirs = toldConfiguration(await succeed(bench, 'sg_get_config'));
    expect(numbers.get(theirs.currentProfile)).toBe(ours.currentProfile);
    expect(theirs.profiles.map(({ name, current }) => [numbers.get(name), current])).toEqual(
      ours.profiles.map(({ number, current }) => [number, current]),
    );
    expect(theirs.features.map(headOf)).toEqual(ours.features.map(headOf));
    for (const { code, fields } of theirs.features)
      expect([code, comparable(code, fields)]).toEqual([
        code,
        inTheirWords(code, fields, ours.features.find((feature) => feature.code === code)?.decoded),
      ]);
    if (one.medium === undefined) expect(theirs.currentProfile).toBe('No current profile');
  });

  it('dumps the bytes that we pass on', async () => {
    const bench = await benchOf({ model: 'bd-writer', medium: 'bd-r' });
    const { features } = await describeFeatures(sessionOf(bench));
    const dump = dumpedBytes(await succeed(bench, 'sg_get_config', '--hex'));
    expect(dump.slice('00 00 00 00 00 00 00 00 '.length)).toBe(features.map(({ raw }) => raw).join(' '));
  });

  it('sees nothing of a drive that is late but what is always current', async () => {
    const bench = await burnBench({ blank: 'bd-re', model: 'lying-writer' });
    const first = toldConfiguration(await succeed(bench, 'sg_get_config')).features;
    for (const { code, persistent, current } of first) expect([code, current]).toEqual([code, persistent]);
    const asked = toldConfiguration(await succeed(bench, 'sg_get_config', '--current')).features;
    expect(asked.map(({ code }) => code)).toEqual(
      first.filter(({ current }) => current).map(({ code }) => code),
    );
    const later = toldConfiguration(await succeed(bench, 'sg_get_config', '--current')).features;
    expect(later.map(({ code }) => code)).toEqual(expect.arrayContaining([0x20, 0x40, 0x41]));
  });
});

/** 36 bytes of a drive that has no name. */
const INQUIRY_DATA = [0x05, 0x80, 0x00, 0x32, 0x1f, ...Array<number>(31).fill(0x20)];

/**
 * A descriptor whose bits are numbered from 1, and set where the number has this bit. In all rounds together no two bits are alike, so that
 * who takes another bit for a field tells another value.
 */
const patterned = (code: number, size: number, round: number): Uint8Array => {
  const descriptor = Uint8Array.from({ length: size }, (_, byte) =>
    Array.from({ length: 8 }, (_, bit) => (((byte * 8 + bit + 1) >> round) & 1) << bit).reduce(
      (a, b) => a | b,
    ),
  );
  descriptor.set([code >> 8, code & 0xff, descriptor[2]!, size - 4]);
  return descriptor;
};
/** 32 bytes have bit 256 as the last one. */
const ROUNDS = Array.from({ length: 9 }, (_, round) => round);

/**
 * Bytes of the descriptors whose fields are numbers and flags, MMC-5 §5.3; words and text are left to the test above. For sg_get_config BD Write is
 * as long as BD Read, with bitmaps for a BD-ROM, which nobody writes, and it shows nothing of a shorter one; MMC-5 and the ntddmmc.h
 * of Windows have 24 bytes.
 */
const SIZES: readonly (readonly [number, number])[] = [
  [0x0002, 8],
  [0x0004, 8],
  [0x0010, 12],
  [0x001e, 8],
  [0x001f, 8],
  [0x0020, 16],
  [0x0023, 12],
  [0x0024, 8],
  [0x002a, 8],
  [0x002b, 8],
  [0x002c, 8],
  [0x002d, 8],
  [0x002e, 8],
  [0x002f, 8],
  [0x0037, 8],
  [0x003a, 8],
  [0x003b, 8],
  [0x0040, 32],
  [0x0041, 32],
  [0x0105, 8],
  [0x0107, 8],
];

describe.skipIf(!able)('[sg3-utils gcc] a drive that says anything', () => {
  it.each(ROUNDS)('is understood by sg_get_config as by us: pattern %i', async (round) => {
    const features = SIZES.map(([code, size]) => patterned(code, size, round));
    const list = Buffer.concat(features);
    const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(4 + list.length);
    const configuration = Buffer.concat([head, list]);
    const execute = (command: Command): Promise<Answer> => {
      const reply = command.cdb[0] === 0x46 ? configuration : Buffer.from(INQUIRY_DATA);
      const asked = command.direction === 'from-drive' ? command.length : 0;
      const data = reply.subarray(0, asked);
      return Promise.resolve({ status: 'good', data, moved: data.length });
    };
    const folder = temporaryFolder();
    const socket = join(folder, 's');
    const server = await serveSocket(socket, { execute });
    onTestFinished(() => server.close());
    const { status, output } = await runProgram(folder, socket, 'sg_get_config', [DEVICE]);
    expect(status, output).toBe(0);
    const transport = { execute, close: () => Promise.resolve() };
    const ours = await describeFeatures(openDrive({ transport, timing: REAL_TIMING }));
    const theirs = toldConfiguration(output).features;
    expect(theirs.map(({ code }) => code)).toEqual(SIZES.map(([code]) => code));
    expect(theirs.map(headOf)).toEqual(ours.features.map(headOf));
    for (const { code, fields } of theirs) {
      const our = ours.features.find((feature) => feature.code === code);
      expect([code, comparable(code, fields)]).toEqual([code, inTheirWords(code, fields, our?.decoded)]);
      expect(Object.keys(LABELS[code] ?? {}).sort()).toEqual(Object.keys(comparable(code, fields)).sort());
    }
  });
});
