/** What any-commands.test.ts sends a drive, by chance: typed bytes, and rows that the drive lists. */
import fc from 'fast-check';
import { unhex } from './hex.js';
import { FORMAT_UNIT, MODE_SELECT, SYNCHRONIZE_CACHE, closeCommand, writeParameters } from './raw-command.js';

/** Where a WRITE or READ is sent: at what the drive says comes next, or anywhere else. */
type Place = { readonly at: 'next'; readonly off: number } | { readonly at: 'block'; readonly block: number };

/** Eight bytes of a format: MMC-5 §6.24.3.3 and, with the sub-type, §6.5.3. */
export interface Descriptor {
  readonly blocks: string;
  readonly type: number;
  readonly subType: number;
  readonly parameter: string;
}

export type Act =
  | { readonly do: 'write'; readonly place: Place; readonly count: number; readonly how: number }
  | { readonly do: 'raw'; readonly cdb: string; readonly data?: string }
  /** A session at once, or its first commands. */
  | { readonly do: 'session'; readonly first: number }
  /** FORMAT UNIT by a row that READ FORMAT CAPACITIES has then, or nearly. */
  | {
      readonly do: 'format';
      readonly row: number;
      readonly other: Partial<Descriptor>;
      readonly list: string;
    }
  | { readonly do: 'power' | 'eject' | 'reset' };

const place: fc.Arbitrary<Place> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ at: 'next', off: 0 } as const) },
  {
    weight: 1,
    arbitrary: fc.record({ at: fc.constant('next' as const), off: fc.integer({ min: -200, max: 40 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ at: fc.constant('block' as const), block: fc.integer({ min: -151, max: 5000 }) }),
  },
);

const raw = (cdb: string, data?: string): Act => ({ do: 'raw', cdb, ...(data !== undefined && { data }) });
export const byte = (value: number): string => value.toString(16).padStart(2, '0');

const closing = fc
  .tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom(0, 1, 2, 3, 0xff))
  .map(([closeFunction, track]) => raw(closeCommand(closeFunction, track)));
const finishing = fc.constantFrom(raw(closeCommand(1, 0xff)), raw(closeCommand(2)), raw(SYNCHRONIZE_CACHE));
const reserving = fc
  .integer({ min: 0, max: 255 })
  .map((blocks) => raw(`53 00 00 00 00 00 00 01 ${byte(blocks)} 00`));
/** Tracks and blocks, in whole ECC blocks and not; the second one of a session of CD begins at block 452. */
const blanking = fc
  .tuple(
    fc.integer({ min: 0, max: 7 }),
    fc.constantFrom('00 00', '00 01', '00 02', '00 10', '00 20', '01 c4', '01 2c', '04 00'),
  )
  .map(([type, address]) => raw(`a1 0${type} 00 00 ${address} 00 00 00 00 00 00`));
/** What the standard knows, whatever the medium is: 00h, 01h, 10h, 11h, 13h, 15h, 26h, 30h, 31h, 32h, with sub-types. */
const FORMAT_TYPES = unhex('00 01 04 40 44 4c 54 98 c0 c1 c4 c5 c8 c9');
const formatting = fc
  .tuple(
    fc.constantFrom('ff ff ff ff', '00 00 00 00', '00 00 08 00', '00 00 0c 00', '00 00 14 00'),
    fc.constantFrom(...FORMAT_TYPES),
    fc.constantFrom('00 00 00', '00 00 01', '00 00 10', '00 08 00'),
  )
  .map(([blocks, type, parameter]) => raw(FORMAT_UNIT, `00 02 00 08 ${blocks} ${byte(type)} ${parameter}`));
export const AS_LISTED = { do: 'format', row: 0, other: {}, list: '00 02 00 08' } as const;
const formattingAsListed: fc.Arbitrary<Act> = fc
  .record({
    row: fc.nat(9),
    other: fc.constantFrom<Partial<Descriptor>[]>(
      {},
      {},
      {},
      { subType: 1 },
      { subType: 2 },
      { subType: 3 },
      { blocks: '00 00 08 00' },
      { blocks: '00 00 00 10' },
      { blocks: '00 00 00 00' },
      { blocks: '00 00 07 ff' },
      { parameter: '00 00 01' },
    ),
    // Immediate or not; without certification.
    list: fc.constantFrom('00 02 00 08', '00 00 00 08', '00 a0 00 08'),
  })
  .map((choice) => ({ do: 'format' as const, ...choice }));
const jumping = (format: string, blocks: string): Act =>
  raw(`bf 00 00 00 00 00 00 ${format} 00 0c 00 00`, `00 0a 00 00 00 00 00 00 ${blocks}`);
const structure = fc.constantFrom(
  raw('bf 00 00 00 00 00 00 20 00 0c 00 00', '00 0a 00 00 00 00 00 00 00 00 04 00'),
  raw('bf 00 00 00 00 00 00 20 00 0c 00 00', '00 0a 00 00 00 00 00 00 00 00 04 01'),
  raw('bf 00 00 00 00 00 00 c0 00 08 00 00', '00 06 00 00 02 00 00 00'),
  raw('bf 00 00 00 00 00 00 c0 00 08 00 00', '00 06 00 00 00 00 00 00'),
  // Layer jumps of a DVD-R DL: every 16, 1,024 or no blocks; behind block 31 or 1,023; and what is no place for one.
  ...['00 00 00 10', '00 00 04 00', '00 00 00 00', '00 00 00 0f'].map((blocks) => jumping('22', blocks)),
  ...['00 00 00 1f', '00 00 03 ff', '00 00 00 20', '00 10 00 0f'].map((block) => jumping('23', block)),
);
export const hexOf = (bytes: Uint8Array): string => [...bytes].map(byte).join(' ');
const parameters = fc
  .tuple(
    fc.constantFrom(0x41, 0x42, 0x51, 0x40, 0x52, 0x44, 0x04),
    fc.constantFrom(0x04, 0xc4, 0x00, 0xe5),
    fc.constantFrom(8, 0),
  )
  .map(([b2, b3, b4]) => raw(MODE_SELECT, hexOf(writeParameters(b2, b3, b4))));
const cueOf = (end: string): Act =>
  raw(
    '5d 00 00 00 00 00 00 00 20 00',
    `41 00 00 14 00 00 00 00 41 01 00 10 00 00 00 00 41 01 01 10 00 00 02 00 41 aa 01 14 00 ${end}`,
  );
/** One track of 300 sectors of mode 1 and its pre-gap, the times those of cdrskin's sheets; and one that is too short. */
const cueSheet = fc.constantFrom('00 06 00', '00 05 00').map(cueOf);
export const atNext = (count: number): Act => ({ do: 'write', place: { at: 'next', off: 0 }, count, how: 0 });
export const SESSION_AT_ONCE: readonly Act[] = [
  raw(MODE_SELECT, hexOf(writeParameters(0x42, 0xc4, 8))),
  cueOf('00 06 00'),
  atNext(150),
  atNext(300),
  raw(SYNCHRONIZE_CACHE),
];
const sessionAtOnce = fc
  .integer({ min: 1, max: SESSION_AT_ONCE.length })
  .map((first): Act => ({ do: 'session', first }));
const repairing = fc
  .constantFrom(0, 1, 2, 0xff)
  .map((track) => raw(`58 00 00 00 00 ${byte(track)} 00 00 00 00`));
/** Anything at all, so that no handler is left alone. */
const OPCODES = unhex('00 03 15 23 25 2e 35 43 46 4a 51 52 53 54 55 58 5a 5b 5c 5d a1 ac b6 bb bf ad aa');
const nonsense = fc
  .tuple(fc.constantFrom(...OPCODES), fc.uint8Array({ minLength: 11, maxLength: 11 }))
  .map(([opcode, rest]) => raw(hexOf(Uint8Array.of(opcode, ...rest))));

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      place,
      count: fc.constantFrom(1, 15, 16, 32, 150, 300),
      how: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 6, arbitrary: finishing },
  { weight: 2, arbitrary: closing },
  { weight: 1, arbitrary: reserving },
  { weight: 1, arbitrary: blanking },
  { weight: 1, arbitrary: formatting },
  { weight: 2, arbitrary: formattingAsListed },
  { weight: 1, arbitrary: structure },
  { weight: 2, arbitrary: parameters },
  { weight: 1, arbitrary: cueSheet },
  { weight: 2, arbitrary: sessionAtOnce },
  { weight: 1, arbitrary: repairing },
  { weight: 2, arbitrary: nonsense },
  { weight: 1, arbitrary: fc.constantFrom<Act>({ do: 'power' }, { do: 'eject' }, { do: 'reset' }) },
);

/** Of media that are formatted at all, half are at first; a BD-R can be only then. */
export const acts: fc.Arbitrary<Act[]> = fc
  .tuple(fc.option(formattingAsListed, { freq: 1 }), fc.array(act, { minLength: 5, maxLength: 25 }))
  .map(([first, others]) => (first === null ? others : [first, ...others]));
