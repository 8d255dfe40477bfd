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
import { type Act, AS_LISTED, SESSION_AT_ONCE, acts, atNext, byte, hexOf } from '../../support/any-act.js';
import { type Told, type ToldTrack, expectCoherent, tell } from '../../support/disc-model.js';
import { unhex } from '../../support/hex.js';
import { keeps, listedFormats, retain } from '../../support/listed-formats.js';
import { FORMAT_UNIT, SYNCHRONIZE_CACHE, endOf, sendRaw, untilReady } from '../../support/raw-command.js';
import { SEED } from '../../support/sample.js';
import { aVirtualDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

type Drive = ReturnType<typeof aVirtualDrive>['drive'];

/** A model that records a medium and knows READ DISC INFORMATION. */
const modelFor = (blank: BlankName): ModelName =>
  MODEL_NAMES.find((name) => {
    const { writes, lacks }: { writes: readonly string[]; lacks?: readonly number[] } = MODELS[name];
    return writes.includes(MEDIA[blank].kind) && lacks === undefined;
  }) ?? 'bd-writer';

/** Whole ECC blocks and clusters, as all media have. */
const CAPACITY = 5120;

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

/** SYNCHRONIZE CACHE, CLOSE TRACK/SESSION. */
const FLUSHES: ReadonlySet<string> = new Set(['35', '5b']);

/** What stays where it is by what BLANK was sent and what the drive told before: MMC-5 §6.2. */
const staysAfterBlank = (cdb: Uint8Array, before: Told | undefined): ((block: number) => boolean) => {
  const type = (cdb[1] ?? 0) & 7;
  const address = ((cdb[4] ?? 0) << 8) | (cdb[5] ?? 0);
  const tracks = before?.tracks ?? [];
  const lies = (block: number, { start, size }: ToldTrack): boolean => block >= start && block < start + size;
  const trackOf = (block: number): ToldTrack | undefined => tracks.find((track) => lies(block, track));
  const lastSession = Math.max(0, ...tracks.filter(({ blank }) => !blank).map(({ session }) => session));
  const gone: readonly ((block: number) => boolean)[] = [
    () => true,
    () => true,
    (block) => trackOf(block)?.number === address,
    () => false,
    (block) => block >= address && trackOf(block) === trackOf(address),
    () => false,
    (block) => (trackOf(block)?.session ?? 0) >= lastSession,
  ];
  return (block) => gone[type]?.(block) === false;
};

/** A drive that can lose its power, with what was recorded as far as its answers tell. */
class Story {
  readonly #blank: BlankName;
  readonly #driveFolder: string;
  #drive: Drive;
  #stamp = 0;
  #testWrite = false;
  /** BD-R: recorded blocks are taken once more, and hold what came last. */
  #pseudoOverwrite = false;
  /** By block, what a WRITE brought that was answered GOOD and then flushed. */
  readonly kept = new Map<number, number>();
  #unflushed = new Map<number, number>();

  constructor(blank: BlankName) {
    this.#blank = blank;
    const { drive, driveFolder } = aVirtualDrive({ blank, model: modelFor(blank), capacity: CAPACITY });
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
    else if (one.do === 'format') await this.#format(one);
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

  /** Where a command goes: at what the drive says comes next, or anywhere else. */
  async #placeOf(where: Extract<Act, { do: 'write' }>['place']): Promise<number> {
    if (where.at === 'block') return where.block;
    const told = await tell(this.#drive);
    return (told?.tracks.find((track) => track.next !== undefined)?.next ?? 0) + where.off;
  }

  async #write({ place, count, how }: Extract<Act, { do: 'write' }>): Promise<void> {
    const first = await this.#placeOf(place);
    this.#stamp = (this.#stamp % 255) + 1;
    const data = new Uint8Array(count * this.#blockBytes).fill(this.#stamp);
    const end = await endOf(this.#drive, writeCdb(how, first, count), data);
    // Without a spare cluster left, pseudo overwrite ends within a command: any block may have either content.
    if (this.#pseudoOverwrite && end !== 'good') this.#forget(first, count);
    if (end === 'good' && !this.#testWrite) this.#written(first, count);
  }

  #written(first: number, count: number): void {
    const once = this.writeOnce && !this.#pseudoOverwrite;
    // What lies before block 0 is a pre-gap, which nobody reads.
    for (let block = Math.max(0, first); block < first + count; block += 1) {
      const again = this.kept.has(block) || this.#unflushed.has(block);
      expect(once && again, `block ${block} is written once`).toBe(false);
      this.#unflushed.set(block, this.#stamp);
    }
  }

  async #send(cdb: string, data: string | undefined): Promise<void> {
    const opcode = cdb.slice(0, 2);
    const bytes = data === undefined ? undefined : unhex(data);
    const before = opcode === 'a1' ? await tell(this.#drive) : undefined;
    const end = await endOf(this.#drive, cdb, bytes ?? (FLUSHES.has(opcode) ? undefined : 256));
    if (end !== 'good') return;
    await untilReady(this.#drive);
    if (opcode === 'a1') this.#erased(staysAfterBlank(unhex(cdb), before));
    else this.#believe(opcode, bytes);
  }

  #forget(first: number, count: number): void {
    const stays = (block: number): boolean => block < first || block >= first + count;
    for (const blocks of [this.kept, this.#unflushed]) retain(blocks, stays);
  }

  /** What a drive lists, it takes. */
  async #format({ row, other, list }: Extract<Act, { do: 'format' }>): Promise<void> {
    const listed = await listedFormats(this.#drive);
    const chosen = listed[row % Math.max(1, listed.length)];
    if (chosen === undefined) return;
    const { blocks, type, subType, parameter } = { ...chosen, ...other };
    const bytes = unhex(`${list} ${blocks} ${byte((type << 2) | subType)} ${parameter}`);
    const end = await endOf(this.#drive, FORMAT_UNIT, bytes);
    if (Object.keys(other).length === 0 && list !== '00 a0 00 08')
      expect(end, `type ${type} of ${blocks} blocks is taken as it is listed`).toBe('good');
    if (end !== 'good') return;
    await untilReady(this.#drive);
    this.#believe('04', bytes);
  }

  /** What a command that was answered GOOD did to the medium. */
  #believe(opcode: string, data: Uint8Array | undefined): void {
    if (opcode === '55') this.#testWrite = ((data?.[10] ?? 0) & 0x10) !== 0;
    if (FLUSHES.has(opcode)) this.#flushed();
    if (opcode === '04') {
      this.#pseudoOverwrite = this.writeOnce && data !== undefined && ((data[8] ?? 0) & 3) === 0;
      this.#erased(data === undefined ? () => false : keeps(data));
    }
  }

  /** By FORMAT UNIT or BLANK. */
  #erased(stays: (block: number) => boolean): void {
    // A BD-R can be formatted while nothing is recorded on it.
    const held = this.kept.size + this.#unflushed.size;
    expect(this.writeOnce && held > 0, 'nothing brings the blocks of a write-once medium back').toBe(false);
    for (const blocks of [this.kept, this.#unflushed]) retain(blocks, stays);
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
        fc.asyncProperty(acts, async (some) => {
          const story = new Story(blank);
          for (const one of some) await story.do(one);
          await story.expectKept();
        }),
        { seed: SEED, numRuns: runs, endOnFailure: false },
      );
    },
  );

  it('have what was written last read, where a BD-R was formatted for pseudo overwrite', async () => {
    const story = new Story('bd-r');
    await story.do(AS_LISTED);
    await story.do(atNext(64));
    for (const block of [0, 17, 60])
      await story.do({ do: 'write', place: { at: 'block', block }, count: 15, how: 0 });
    await story.expectKept();
    expect(new Set(story.kept.values()).size).toBe(4);
  });

  it('has a session at once recorded, where all of its commands come', async () => {
    const story = new Story('cd-r');
    await story.do({ do: 'session', first: SESSION_AT_ONCE.length });
    expect(story.kept.size).toBe(300);
    await story.expectKept();
  });
});
