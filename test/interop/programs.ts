import { expect } from 'vitest';

import type { BlankName } from '../../src/virtual/media.js';
import type { ModelName } from '../../src/virtual/models.js';
import { type BurnBench, DEVICE } from './burn-programs.js';

/** Runs a program that must succeed; what it said. */
export const succeed = async (bench: BurnBench, program: string, ...argv: string[]): Promise<string> => {
  const { status, output } = await bench.run(program, ...argv);
  expect(status, `${program} ${argv.join(' ')}\n${output}`).toBe(0);
  return output;
};

/** What a program recorded is what lies at the beginning; programs and media add blocks behind it. */
export const expectRecorded = (recorded: Buffer, image: Buffer): void => {
  expect(recorded.length).toBeGreaterThanOrEqual(image.length);
  expect(recorded.subarray(0, image.length).equals(image), 'recorded bytes equal the image').toBe(true);
};

/** Programs with the command line of cdrecord, and what each wants before the rest of it. */
const CDRECORDS = {
  wodim: ['gracetime=2'],
  cdrskin: [],
  // It pads by itself otherwise.
  xorriso: ['-as', 'cdrecord', 'padsize=0'],
} as const;
export type Cdrecord = keyof typeof CDRECORDS;

/** What each of them records a way on, as its manual says. */
export type Claims = Partial<Record<Cdrecord, readonly BlankName[]>>;

export const CDRECORD_NAMES = Object.keys(CDRECORDS) as Cdrecord[];

const cdrecordArguments = (program: Cdrecord, argv: readonly string[]): string[] => [
  ...CDRECORDS[program],
  '-v',
  `dev=${DEVICE}`,
  ...argv,
];

export const cdrecord = (bench: BurnBench, program: Cdrecord, ...argv: string[]): Promise<string> =>
  succeed(bench, program, ...cdrecordArguments(program, argv));

/** What it says where its status is of no matter. */
export const cdrecordSays = async (bench: BurnBench, program: Cdrecord, ...argv: string[]): Promise<string> =>
  (await bench.run(program, ...cdrecordArguments(program, argv))).output;

/** Where the last session begins and where the next one would, as `-msinfo` says for genisoimage's -C. */
export const msinfo = async (bench: BurnBench, program: Cdrecord): Promise<[number, number]> => {
  const output = await cdrecordSays(bench, program, '-msinfo');
  const [, last, next] = /^(\d+),(\d+)$/m.exec(output) ?? [];
  expect(next, output).toBeDefined();
  return [Number(last), Number(next)];
};

/** A drive that knows the blank: XL wants one of its own. */
export const modelFor = (blank: BlankName): ModelName => (blank.includes('xl') ? 'bdxl-writer' : 'bd-writer');

/** xorriso's own commands. */
export const xorriso = (bench: BurnBench, ...argv: string[]): Promise<string> =>
  succeed(bench, 'xorriso', '-abort_on', 'FAILURE', ...argv);

/** Its exit code is that of the last reply that it did not like. */
export const mediainfo = async (bench: BurnBench): Promise<string> =>
  (await bench.run('dvd+rw-mediainfo', DEVICE)).output;

/** xorriso reads files of the last session and compares them with those in the bench's folder. */
export const expectFiles = async (bench: BurnBench, ...names: string[]): Promise<void> => {
  const compared = names.flatMap((name) => ['-compare', name, `/${name}`]);
  const output = await xorriso(bench, '-indev', DEVICE, '-lsl', '/', ...compared);
  for (const name of names) expect(output).toContain(`'/${name}'`);
  expect(output).not.toMatch(/differ/i);
};
