import { uint32both, uint8 } from '../binary/codec.js';
import { bp, layout } from '../binary/layout.js';
import { date17, date7 } from './dates.js';
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
  readonly creationNs?: bigint;
  readonly modifiedNs?: bigint;
  readonly accessedNs?: bigint;
  readonly attributesNs?: bigint;
  /** CL: block of the directory that stands elsewhere. */
  readonly childBlock?: number;
  /** PL: block of the true parent. */
  readonly parentBlock?: number;
  /** RE: the directory was moved here and belongs elsewhere. */
  readonly relocated?: true;
  /** ZF as it stands: the content is compressed, and readers that know how show what it was before. */
  readonly compression?: Uint8Array;
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

const concatenate = (one: Uint8Array | undefined, other: Uint8Array): Uint8Array => {
  if (one === undefined) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
};

/** RRIP 1.12 §4.1.4, NM: flags for this and the parent directory name nothing. */
const NAME_IS_SPECIAL = 0x26;

/** RRIP 1.12 §4.1.3: of an SL, and of its components. */
const CONTINUES = 1;
const COMPONENT_TEXT: Readonly<Record<number, string>> = { 2: '.', 4: '..', 8: '' };
const ROOT_COMPONENT = 8;
const SLASH = 0x2f;

/** A target as far as its components were read: whether the next one begins a name of its own. */
interface Target {
  readonly bytes: Uint8Array;
  readonly open: boolean;
  readonly begun: boolean;
}

const utf8 = new TextEncoder();

const withComponent = ({ bytes, open, begun }: Target, flags: number, text: Uint8Array): Target => {
  const special = COMPONENT_TEXT[flags & ~CONTINUES];
  const content = special === undefined ? text : utf8.encode(special);
  const rooted = bytes.length === 1 && bytes[0] === SLASH;
  const separator = open || !begun || rooted ? new Uint8Array() : Uint8Array.of(SLASH);
  const added = flags === ROOT_COMPONENT ? Uint8Array.of(SLASH) : concatenate(separator, content);
  return { bytes: concatenate(bytes, added), open: (flags & CONTINUES) !== 0, begun: true };
};

const withLink = (target: Target, entry: Uint8Array): Target => {
  let result = target;
  for (let at = flagged.size; at + 2 <= entry.length;) {
    const [flags = 0, length = 0] = entry.subarray(at);
    if (at + 2 + length > entry.length) break;
    result = withComponent(result, flags, entry.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return result;
};

/** RRIP 1.12 §4.1.6, TF: stamps in the order of their flags, of seven or seventeen bytes. */
const STAMPS = [
  'creationNs',
  'modifiedNs',
  'accessedNs',
  'attributesNs',
  undefined,
  undefined,
  undefined,
] as const;
const LONG_FORM = 0x80;

const NS = 1_000_000_000n;

const stampOf = (entry: Uint8Array, at: number, long: boolean): bigint | undefined => {
  if (long) return date17.decode(entry, at)?.ns;
  const seconds = date7.decode(entry, at);
  return seconds === null ? undefined : BigInt(seconds) * NS;
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
    if (stamp !== undefined && ns !== undefined) found[stamp] = ns;
    at += size;
  }
};

const NO_TARGET: Target = { bytes: new Uint8Array(), open: false, begun: false };

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
    NM: {
      size: flagged.size,
      read: (found, entry) => {
        if ((flagged.decode(entry).flags & NAME_IS_SPECIAL) === 0)
          found.name = concatenate(found.name, entry.subarray(flagged.size));
      },
    },
    TF: { size: flagged.size, read: readTimes },
    CL: { size: blockLink.size, read: (found, entry) => (found.childBlock = blockLink.decode(entry).block) },
    PL: { size: blockLink.size, read: (found, entry) => (found.parentBlock = blockLink.decode(entry).block) },
    RE: { size: 4, read: (found) => (found.relocated = true) },
    ZF: { size: COMPRESSION_BYTES, read: (found, entry) => (found.compression = entry.slice()) },
  };

/** What the entries of one record say, those of its continuation areas included. */
export const readRockRidge = (entries: readonly SystemUseEntry[]): RockRidge => {
  const found: Mutable = {};
  let target = NO_TARGET;
  for (const { signature, bytes } of entries) {
    const reader = READERS[signature];
    if (reader !== undefined && bytes.length >= reader.size) reader.read(found, bytes);
    if (signature === 'SL' && bytes.length >= flagged.size) target = withLink(target, bytes);
  }
  if (target.begun) found.target = target.bytes;
  return found;
};
