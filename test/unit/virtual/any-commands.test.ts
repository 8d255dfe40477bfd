/**
 * Whatever commands come, in whatever order: what a virtual drive says of its medium is so, and what was once recorded on
 * a write-once medium is never another. The model knows nothing of src/virtual: it believes what was answered GOOD, and
 * reads replies by the standard's offsets (test/support/disc-model.ts). SPINDLE_SEED repeats a run.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BLANK_NAMES, type BlankName, KINDS, MEDIA } from '../../../src/virtual/media.js';
import type { MediumSpec } from '../../../src/virtual/media/specification.js';
import { MODELS, MODEL_NAMES, type ModelName } from '../../../src/virtual/models.js';
import { type Told, type ToldTrack, expectCoherent, tell } from '../../support/disc-model.js';
import { unhex } from '../../support/hex.js';
import {
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  sendRaw,
  untilReady,
  writeParameters,
} from '../../support/raw-command.js';
import { SEED } from '../../support/sample.js';
import { aVirtualDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

type Drive = ReturnType<typeof aVirtualDrive>['drive'];

/** A model that records a medium and knows READ DISC INFORMATION. */
const modelFor = (blank: BlankName): ModelName =>
  MODEL_NAMES.find((name) => {
    const { writes, lacks }: { writes: readonly string[]; lacks?: readonly number[] } = MODELS[name];
    return writes.includes(MEDIA[blank].kind) && lacks === undefined;
  }) ?? 'bd-writer';

/** Where a WRITE or READ is sent: at what the drive says comes next, or anywhere else. */
type Place = { readonly at: 'next'; readonly off: number } | { readonly at: 'block'; readonly block: number };

type Act =
  | { readonly do: 'write'; readonly place: Place; readonly count: number; readonly how: number }
  | { readonly do: 'raw'; readonly cdb: string; readonly data?: string }
  /** A session at once, or its first commands. */
  | { readonly do: 'session'; readonly first: number }
  | { readonly do: 'power' | 'eject' | 'reset' };

const place: fc.Arbitrary<Place> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ at: 'next', off: 0 } as const) },
  {
    weight: 1,
    arbitrary: fc.record({ at: fc.constant('next' as const), off: fc.integer({ min: -40, max: 40 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ at: fc.constant('block' as const), block: fc.integer({ min: -151, max: 5000 }) }),
  },
);

const raw = (cdb: string, data?: string): Act => ({ do: 'raw', cdb, ...(data !== undefined && { data }) });
const byte = (value: number): string => value.toString(16).padStart(2, '0');

const closing = fc
  .tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom(0, 1, 2, 3, 0xff))
  .map(([closeFunction, track]) => raw(closeCommand(closeFunction, track)));
const finishing = fc.constantFrom(raw(closeCommand(1, 0xff)), raw(closeCommand(2)), raw(SYNCHRONIZE_CACHE));
const reserving = fc
  .integer({ min: 0, max: 255 })
  .map((blocks) => raw(`53 00 00 00 00 00 00 01 ${byte(blocks)} 00`));
const blanking = fc
  .integer({ min: 0, max: 7 })
  .map((type) => raw(`a1 0${type} 00 00 00 00 00 00 00 00 00 00`));
const formatting = fc
  .tuple(
    fc.constantFrom('ff ff ff ff', '00 00 10 00', '00 00 13 88', '00 22 21 20'),
    fc.constantFrom('98', '00', '04', 'c0', 'c4'),
    fc.constantFrom('00 00 00', '00 00 01', '00 08 00'),
  )
  .map(([blocks, type, parameter]) => raw('04 11 00 00 00 00', `00 02 00 08 ${blocks} ${type} ${parameter}`));
const structure = fc.constantFrom(
  raw('bf 00 00 00 00 00 00 20 00 0c 00 00', '00 0a 00 00 00 00 00 00 00 00 04 00'),
  raw('bf 00 00 00 00 00 00 20 00 0c 00 00', '00 0a 00 00 00 00 00 00 00 00 04 01'),
  raw('bf 00 00 00 00 00 00 c0 00 08 00 00', '00 06 00 00 02 00 00 00'),
  raw('bf 00 00 00 00 00 00 c0 00 08 00 00', '00 06 00 00 00 00 00 00'),
);
const hexOf = (bytes: Uint8Array): string => [...bytes].map(byte).join(' ');
const parameters = fc
  .tuple(
    fc.constantFrom(0x41, 0x42, 0x51, 0x40, 0x52),
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
const atNext = (count: number): Act => ({ do: 'write', place: { at: 'next', off: 0 }, count, how: 0 });
const SESSION_AT_ONCE: readonly Act[] = [
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
const OPCODES = unhex('00 03 23 25 2e 35 43 46 4a 51 52 53 54 55 58 5a 5b 5c 5d a1 ac b6 bb bf ad aa');
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
  { weight: 2, arbitrary: formatting },
  { weight: 1, arbitrary: structure },
  { weight: 1, arbitrary: parameters },
  { weight: 1, arbitrary: cueSheet },
  { weight: 2, arbitrary: sessionAtOnce },
  { weight: 1, arbitrary: repairing },
  { weight: 2, arbitrary: nonsense },
  { weight: 1, arbitrary: fc.constantFrom<Act>({ do: 'power' }, { do: 'eject' }, { do: 'reset' }) },
);

const hex32 = (value: number): string => {
  const view = new DataView(new ArrayBuffer(4));
  view.setInt32(0, value);
  return hexOf(new Uint8Array(view.buffer));
};
const writeCdb = (how: number, first: number, count: number): string => {
  const count16 = `${byte(count >> 8)} ${byte(count & 0xff)}`;
  if (how === 1) return `aa 00 ${hex32(first)} 00 00 ${count16} 00 00`;
  return `${how === 2 ? '2e' : '2a'} 00 ${hex32(first)} 00 ${count16} 00`;
};

/** SYNCHRONIZE CACHE, CLOSE TRACK/SESSION; FORMAT UNIT, BLANK. */
const FLUSHES: ReadonlySet<string> = new Set(['35', '5b']);
const ERASES: ReadonlySet<string> = new Set(['04', 'a1']);

/** A drive that can lose its power, with what was recorded as far as its answers tell. */
class Story {
  readonly #blank: BlankName;
  readonly #driveFolder: string;
  #drive: Drive;
  #stamp = 0;
  #testWrite = false;
  /** By block, what a WRITE brought that was answered GOOD and then flushed. */
  readonly kept = new Map<number, number>();
  #unflushed = new Map<number, number>();

  constructor(blank: BlankName) {
    this.#blank = blank;
    const { drive, driveFolder } = aVirtualDrive({ blank, model: modelFor(blank), capacity: 5000 });
    this.#drive = drive;
    this.#driveFolder = driveFolder;
  }

  get writeOnce(): boolean {
    return !KINDS[MEDIA[this.#blank].kind].erasable;
  }

  get #blockBytes(): number {
    const spec: MediumSpec = MEDIA[this.#blank];
    return spec.blockBytes ?? 2048;
  }

  async do(one: Act): Promise<void> {
    await untilReady(this.#drive);
    if (one.do === 'write') await this.#write(one);
    else if (one.do === 'raw') await this.#send(one.cdb, one.data);
    else if (one.do === 'session')
      for (const part of SESSION_AT_ONCE.slice(0, one.first)) await this.do(part);
    else await this.#happen(one.do);
    await this.look();
  }

  /** What the drive says now must be so. */
  async look(): Promise<Told> {
    await untilReady(this.#drive);
    const told = await tell(this.#drive);
    if (told === undefined) throw new Error('a drive that is ready does not tell of its medium');
    if (KINDS[MEDIA[this.#blank].kind].recording === 'random') await this.#expectCapacity(told);
    else {
      expectCoherent(told);
      for (const track of told.tracks) this.#expectBehindRecording(track);
    }
    return told;
  }

  /** READ CAPACITY of a formatted medium goes as far as its one track. */
  async #expectCapacity({ disc, tracks }: Told): Promise<void> {
    expect(tracks.map(({ number, start }) => [number, start])).toEqual([[1, 0]]);
    expect(tracks[0]?.blank, 'no format, no recording').toBe(disc.status === 0);
    const answer = await sendRaw(this.#drive, '25 00 00 00 00 00 00 00 00 00', 8);
    const last = answer.status === 'good' ? [...answer.data.subarray(0, 4)] : [];
    const size = disc.status === 0 ? 1 : (tracks[0]?.size ?? 0);
    expect(hexOf(Uint8Array.from(last))).toBe(hex32(size - 1));
  }

  /** Everything that was flushed reads as it was written. */
  async expectKept(): Promise<void> {
    await this.#send(SYNCHRONIZE_CACHE, undefined);
    for (const [block, stamp] of this.kept) {
      const answer = await sendRaw(this.#drive, `28 00 ${hex32(block)} 00 00 01 00`, this.#blockBytes);
      const same = answer.status === 'good' && answer.data.every((value) => value === stamp);
      expect(same, `block ${block} reads as it was written`).toBe(true);
    }
  }

  async #write({ place: where, count, how }: Extract<Act, { do: 'write' }>): Promise<void> {
    const told = await tell(this.#drive);
    const next = told?.tracks.find((track) => track.next !== undefined)?.next ?? 0;
    const first = where.at === 'next' ? next + where.off : where.block;
    this.#stamp = (this.#stamp % 255) + 1;
    const data = new Uint8Array(count * this.#blockBytes).fill(this.#stamp);
    const end = await endOf(this.#drive, writeCdb(how, first, count), data);
    if (end !== 'good' || this.#testWrite) return;
    // What lies before block 0 is a pre-gap, which nobody reads.
    for (let block = Math.max(0, first); block < first + count; block += 1) {
      if (this.writeOnce)
        expect(this.kept.has(block) || this.#unflushed.has(block), `block ${block} is written once`).toBe(
          false,
        );
      this.#unflushed.set(block, this.#stamp);
    }
  }

  async #send(cdb: string, data: string | undefined): Promise<void> {
    const opcode = cdb.slice(0, 2);
    const bytes = data === undefined ? undefined : unhex(data);
    const end = await endOf(this.#drive, cdb, bytes ?? (FLUSHES.has(opcode) ? undefined : 256));
    if (end !== 'good') return;
    await untilReady(this.#drive);
    this.#believe(opcode, bytes);
  }

  /** What a command that was answered GOOD did to the medium. */
  #believe(opcode: string, data: Uint8Array | undefined): void {
    if (opcode === '55') this.#testWrite = ((data?.[10] ?? 0) & 0x10) !== 0;
    if (FLUSHES.has(opcode)) this.#flushed();
    if (!ERASES.has(opcode)) return;
    // A BD-R can be formatted while nothing is recorded on it.
    const held = this.kept.size + this.#unflushed.size;
    expect(this.writeOnce && held > 0, 'nothing brings the blocks of a write-once medium back').toBe(false);
    this.kept.clear();
    this.#unflushed.clear();
  }

  #flushed(): void {
    for (const [block, stamp] of this.#unflushed) this.kept.set(block, stamp);
    this.#unflushed.clear();
  }

  async #happen(what: 'power' | 'eject' | 'reset'): Promise<void> {
    if (what === 'eject') {
      await endOf(this.#drive, '1b 00 00 00 02 00');
      await endOf(this.#drive, '1b 00 00 00 03 00');
      return;
    }
    if (what === 'power') {
      await this.#drive.losePower();
      this.#drive = reopenVirtualDrive(this.#driveFolder);
    } else {
      await this.#drive.setFaults([{ when: { opcode: 0 }, do: { action: 'reset' } }]);
      await endOf(this.#drive, '00 00 00 00 00 00');
      await this.#drive.setFaults([]);
    }
    // What was not flushed may be there or not; nothing is asked of it. Page 05h is as it was at first.
    for (const block of this.#unflushed.keys()) this.kept.delete(block);
    this.#unflushed.clear();
    this.#testWrite = false;
  }

  /** A next writable address lies behind all that is known to be recorded in its track. */
  #expectBehindRecording({ number, next, start, size }: ToldTrack): void {
    if (next === undefined || !this.writeOnce) return;
    for (const block of this.kept.keys())
      if (block >= start && block < start + size)
        expect(block, `track ${number} goes on behind what is recorded`).toBeLessThan(next);
  }
}

const runs = Number(process.env['SPINDLE_RUNS'] ?? 6);

describe(`any commands in any order, SPINDLE_SEED=${SEED}`, () => {
  it.each(BLANK_NAMES)(
    'leave a drive with a %s that tells the truth',
    { timeout: 120_000 },
    async (blank) => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
          const story = new Story(blank);
          for (const one of acts) await story.do(one);
          await story.expectKept();
        }),
        { seed: SEED, numRuns: runs, endOnFailure: false },
      );
    },
  );

  it('has a session at once recorded, where all of its commands come', async () => {
    const story = new Story('cd-r');
    await story.do({ do: 'session', first: SESSION_AT_ONCE.length });
    expect(story.kept.size).toBe(300);
    await story.expectKept();
  });
});
