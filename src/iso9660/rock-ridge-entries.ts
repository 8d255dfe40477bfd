import { uint32both, uint8 } from '../binary/codec.js';
import { bp, layout } from '../binary/layout.js';
import { hasAttributesOfOthers } from './arbitrary-attributes.js';
import { date17, date7 } from './dates.js';
import { nameText, targetText } from './rock-ridge-text.js';
import type { SystemUseEntry } from './system-use.js';

/** What Rock Ridge says of one record; absent where it says nothing. Times are nanoseconds since 1970. */
export interface RockRidge {
  readonly mode?: number;
  readonly links?: number;
  readonly userId?: number;
  readonly groupId?: number;
  readonly serial?: number;
  readonly device?: { readonly high: number; readonly low: number };
  /** Bytes of the name. */
  readonly name?: Uint8Array;
  /** Bytes of a link's target. */
  readonly target?: Uint8Array;
  /** Which of both goes on for longer than any system takes it; no more of it is there. */
  readonly tooLong?: 'name' | 'target';
  readonly creationNs?: bigint;
  readonly modifiedNs?: bigint;
  readonly accessedNs?: bigint;
  readonly attributesNs?: bigint;
  readonly backupNs?: bigint;
  readonly expirationNs?: bigint;
  readonly effectiveNs?: bigint;
  /** CL: block of the directory that stands elsewhere. */
  readonly childBlock?: number;
  /** PL: block of the true parent. */
  readonly parentBlock?: number;
  /** RE: the directory was moved here and belongs elsewhere. */
  readonly relocated?: true;
  /** ZF as it stands: the content is compressed, and readers that know how show what it was before. */
  readonly compression?: Uint8Array;
  /** SF: the content is tables, and what was recorded of the file. */
  readonly sparse?: true;
  /** Signatures of entries that are neither of SUSP nor of Rock Ridge, such as AL, by which AAIP of libisofs keeps ACLs and attributes. */
  readonly others?: readonly string[];
}

type Mutable = { -readonly [K in keyof RockRidge]: RockRidge[K] };

/** RRIP 1.12 §4.1.1, PX: without the serial number that 1.12 added, and with it. */
const attributes = layout('PX', 36, {
  mode: bp(5, 12, uint32both),
  links: bp(13, 20, uint32both),
  userId: bp(21, 28, uint32both),
  groupId: bp(29, 36, uint32both),
});
const attributesWithSerial = layout('PX', 44, { serial: bp(37, 44, uint32both) });

/** RRIP 1.12 §4.1.2, PN. */
const deviceNumber = layout('PN', 20, { high: bp(5, 12, uint32both), low: bp(13, 20, uint32both) });

/** RRIP 1.12 §4.1.5, CL and PL. */
const blockLink = layout('CL or PL', 12, { block: bp(5, 12, uint32both) });

/** What Linux calls ZF (zisofs): algorithm, header and block size, and the size of what was compressed. */
const COMPRESSION_BYTES = 16;

const flagged = layout('entry with flags', 5, { flags: bp(5, 5, uint8) });

/** RRIP 1.12 §4.1.6, TF: stamps in the order of their flags, of seven or seventeen bytes. */
const STAMPS = [
  'creationNs',
  'modifiedNs',
  'accessedNs',
  'attributesNs',
  'backupNs',
  'expirationNs',
  'effectiveNs',
] as const;
const LONG_FORM = 0x80;

const NS = 1_000_000_000n;

const stampOf = (entry: Uint8Array, at: number, long: boolean): bigint | undefined => {
  if (long) return date17.decode(entry, at)?.ns;
  const moment = date7.decode(entry, at);
  return moment === null ? undefined : BigInt(moment.seconds) * NS;
};

const readTimes = (found: Mutable, entry: Uint8Array): void => {
  const { flags } = flagged.decode(entry);
  const long = (flags & LONG_FORM) !== 0;
  const size = long ? date17.size : date7.size;
  let at = flagged.size;
  for (const [bit, stamp] of STAMPS.entries()) {
    if ((flags & (1 << bit)) === 0) continue;
    if (at + size > entry.length) return;
    const ns = stampOf(entry, at, long);
    if (ns !== undefined) found[stamp] = ns;
    at += size;
  }
};

/** One reader a signature; each is given entries that are long enough. */
const READERS: Readonly<Record<string, { size: number; read: (found: Mutable, entry: Uint8Array) => void }>> =
  {
    PX: {
      size: attributes.size,
      read: (found, entry) => {
        Object.assign(found, attributes.decode(entry));
        if (entry.length >= attributesWithSerial.size)
          found.serial = attributesWithSerial.decode(entry).serial;
      },
    },
    PN: { size: deviceNumber.size, read: (found, entry) => (found.device = deviceNumber.decode(entry)) },
    TF: { size: flagged.size, read: readTimes },
    CL: { size: blockLink.size, read: (found, entry) => (found.childBlock = blockLink.decode(entry).block) },
    PL: { size: blockLink.size, read: (found, entry) => (found.parentBlock = blockLink.decode(entry).block) },
    RE: { size: 4, read: (found) => (found.relocated = true) },
    // RRIP 1.12 §4.1.7. That it is there is enough: editions before have another form of it, and no reader that we know follows the tables.
    SF: { size: 4, read: (found) => (found.sparse = true) },
    ZF: { size: COMPRESSION_BYTES, read: (found, entry) => (found.compression = entry.slice()) },
  };

/** SUSP 1.12 §5, RRIP 1.09 and 1.12 §4.1, and ZF. */
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(READERS),
  ...['SP', 'CE', 'PD', 'ST', 'ER', 'ES', 'RR', 'NM', 'SL'],
]);

const ARBITRARY = 'AL';

/** SUSP 1.12 §4.1 leaves them open, and all that are known are two letters; what an entry of a wrong length leads to seldom is. */
const SIGNATURE = /^[A-Z]{2}$/;

const othersOf = (entries: readonly SystemUseEntry[]): string[] => {
  const others = new Set(
    entries
      .map(({ signature }) => signature)
      .filter((signature) => SIGNATURE.test(signature) && !KNOWN.has(signature)),
  );
  if (others.has(ARBITRARY)) {
    const arbitrary = entries.filter(({ signature }) => signature === ARBITRARY);
    if (!hasAttributesOfOthers(arbitrary.map(({ bytes }) => bytes))) others.delete(ARBITRARY);
  }
  return [...others];
};

const readEntry = (found: Mutable, signature: string, bytes: Uint8Array): void => {
  const reader = READERS[signature];
  if (reader !== undefined && bytes.length >= reader.size) reader.read(found, bytes);
};

/** What the entries of one record say, those of its continuation areas included. */
export const readRockRidge = (entries: readonly SystemUseEntry[]): RockRidge => {
  const found: Mutable = {};
  const texts = { NM: nameText(), SL: targetText() } as const;
  for (const { signature, bytes } of entries) {
    readEntry(found, signature, bytes);
    if (signature === 'NM' || signature === 'SL') texts[signature].add(bytes);
  }
  const others = othersOf(entries);
  if (others.length > 0) found.others = others;
  const { NM: name, SL: target } = texts;
  if (name.begun) found.name = name.pieces.joined();
  if (target.begun) found.target = target.pieces.joined();
  if (name.pieces.isTooLong) found.tooLong = 'name';
  else if (target.pieces.isTooLong) found.tooLong = 'target';
  return found;
};
