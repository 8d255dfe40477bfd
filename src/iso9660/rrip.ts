import { uint32both, uint8 } from '../binary/codec.js';
import { bp, layout } from '../binary/layout.js';
import { date7 } from './dates.js';
import { encodeExtensionsReference, entryHeader, suspEntry } from './susp.js';

/** RRIP 1.12 §4.1.1, PX: POSIX attributes, with the serial number that 1.12 added. */
export const posixAttributes = layout('PX', 44, {
  ...suspEntry('PX', 44),
  mode: bp(5, 12, uint32both),
  links: bp(13, 20, uint32both),
  userId: bp(21, 28, uint32both),
  groupId: bp(29, 36, uint32both),
  serial: bp(37, 44, uint32both),
});

/** RRIP 1.12 §4.1.6, TF, up to its stamps. */
const timeStamps = layout('TF', 5, { head: bp(1, 4, entryHeader), flags: bp(5, 5, uint8) });

/** Stamps of TF in their order, by their flags. */
const STAMPS = [
  ['created', 1],
  ['modified', 2],
  ['accessed', 4],
  ['changed', 8],
  ['backup', 16],
  ['expiration', 32],
  ['effective', 64],
] as const;

/** Seconds since 1970 of what is recorded; what is absent is not. */
export type TimeStamps = Readonly<Partial<Record<(typeof STAMPS)[number][0], number>>>;

/** Those of them that no file of POSIX has. */
export type FurtherTimes = Pick<TimeStamps, 'backup' | 'expiration' | 'effective'>;

/** Length of a TF entry with so many stamps of seven bytes. */
export const timeStampsLength = (stamps: number): number => timeStamps.size + stamps * date7.size;

/** Writes a TF entry of times in one zone, and returns its end. */
export const writeTimeStamps = (
  target: Uint8Array,
  offset: number,
  { times, zoneMinutes }: { readonly times: TimeStamps; readonly zoneMinutes: number },
): number => {
  let [flags, end] = [0, offset + timeStamps.size];
  for (const [name, flag] of STAMPS) {
    const seconds = times[name];
    if (seconds === undefined) continue;
    date7.encodeInto(target, end, { seconds, zoneMinutes });
    flags += flag;
    end += date7.size;
  }
  timeStamps.encodeInto(target, offset, { head: { signature: 'TF', length: end - offset }, flags });
  return end;
};

/** RRIP 1.12 §4.1.2, PN: which device a device node stands for. */
export const deviceNumber = layout('PN', 20, {
  ...suspEntry('PN', 20),
  high: bp(5, 12, uint32both),
  low: bp(13, 20, uint32both),
});

/** RRIP 1.12 §4.1.5.1, CL: stands where a relocated directory was. */
export const childLink = layout('CL', 12, { ...suspEntry('CL', 12), block: bp(5, 12, uint32both) });

/** RRIP 1.12 §4.1.5.2, PL: in the `..` of a relocated directory, its true parent. */
export const parentLink = layout('PL', 12, { ...suspEntry('PL', 12), block: bp(5, 12, uint32both) });

/** RRIP 1.12 §4.1.5.3, RE: on the record of a directory that was relocated. */
export const relocated = layout('RE', 4, suspEntry('RE', 4));

/** NM and SL begin alike: header, then flags of which bit 0 says that the next entry continues this one. */
const continued = layout('NM or SL', 5, { head: bp(1, 4, entryHeader), flags: bp(5, 5, uint8) });

const CONTINUES = 1;

/** An entry is at most 255 bytes long. */
const MOST_CONTENT = 255 - continued.size;

const encodeContinued = (signature: 'NM' | 'SL', content: Uint8Array, flags: number): Uint8Array => {
  const encoded = new Uint8Array(continued.size + content.length);
  continued.encodeInto(encoded, 0, { head: { signature, length: encoded.length }, flags });
  encoded.set(content, continued.size);
  return encoded;
};

/** RRIP 1.12 §4.1.4, NM: the name, in as many entries as it takes. */
export const encodeName = (name: Uint8Array): Uint8Array[] => {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < name.length; at += MOST_CONTENT) {
    const last = at + MOST_CONTENT >= name.length;
    entries.push(encodeContinued('NM', name.subarray(at, at + MOST_CONTENT), last ? 0 : CONTINUES));
  }
  return entries;
};

/** Length of the NM entry of a name that fits in one. */
export const nameEntryLength = (nameBytes: number): number => continued.size + nameBytes;

/** Writes the NM entry of a name of ASCII characters that fits in a record, and so in one entry. */
export const writeAsciiName = (target: Uint8Array, offset: number, name: string): void => {
  continued.encodeInto(target, offset, {
    head: { signature: 'NM', length: nameEntryLength(name.length) },
    flags: 0,
  });
  for (let at = 0; at < name.length; at++) target[offset + continued.size + at] = name.charCodeAt(at);
};

/** RRIP 1.12 §4.1.3.1: flags of a component of a link. */
const COMPONENT = { text: 0, continues: 1, current: 2, parent: 4, root: 8 } as const;

/** Bytes of components in one SL entry: two are kept for the empty beginning of the next name. */
const MOST_COMPONENTS = MOST_CONTENT - 2;

const SLASH = 0x2f;
const DOT = 0x2e;

/** Splits at slashes; a leading slash gives an empty first name. */
const splitPath = (path: Uint8Array): Uint8Array[] => {
  const names: Uint8Array[] = [];
  for (let from = 0; from <= path.length;) {
    const slash = path.indexOf(SLASH, from);
    const to = slash === -1 ? path.length : slash;
    names.push(path.subarray(from, to));
    from = to + 1;
  }
  return names;
};

const component = (flags: number, text: Uint8Array): Uint8Array => Uint8Array.of(flags, text.length, ...text);

/** A name of a link's target, in as many components as it takes; most fit one. */
const components = (name: Uint8Array): Uint8Array[] => {
  const dots = name.length <= 2 && name.every((byte) => byte === DOT) ? name.length : 0;
  if (dots === 1) return [component(COMPONENT.current, new Uint8Array())];
  if (dots === 2) return [component(COMPONENT.parent, new Uint8Array())];
  const most = MOST_COMPONENTS - 2;
  return Array.from({ length: Math.max(1, Math.ceil(name.length / most)) }, (_, index) => {
    const piece = name.subarray(index * most, (index + 1) * most);
    const isLast = (index + 1) * most >= name.length;
    return component(isLast ? COMPONENT.text : COMPONENT.continues, piece);
  });
};

/**
 * RRIP 1.12 §4.1.3, SL: the target of a symbolic link, byte by byte as it is, in as many entries as it takes. Each but the last ends in
 * the empty beginning of its next name: libarchive sets no slash between names of two entries (observed with 3.6.2), the kernel and
 * libisofs do, and a name that is continued they all read alike.
 */
export const encodeSymbolicLink = (target: Uint8Array): Uint8Array[] => {
  const absolute = target[0] === SLASH;
  const parts = splitPath(absolute ? target.subarray(1) : target).flatMap(components);
  if (absolute) parts.unshift(component(COMPONENT.root, new Uint8Array()));
  const areas: Uint8Array[][] = [[]];
  let used = 0;
  for (const part of parts) {
    if (used + part.length > MOST_COMPONENTS) {
      areas.at(-1)?.push(component(COMPONENT.continues, new Uint8Array()));
      areas.push([]);
      used = 0;
    }
    areas.at(-1)?.push(part);
    used += part.length;
  }
  return areas.map((area, index) =>
    encodeContinued(
      'SL',
      Uint8Array.from(area.flatMap((part) => [...part])),
      index < areas.length - 1 ? CONTINUES : 0,
    ),
  );
};

/** RRIP 1.12 §4.3: the ER entry that announces Rock Ridge. */
export const rockRidgeReference: Uint8Array = encodeExtensionsReference({
  identifier: 'IEEE_P1282',
  descriptor: 'THE IEEE P1282 PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS',
  source: 'PLEASE CONTACT THE IEEE STANDARDS DEPARTMENT, PISCATAWAY, NJ, USA FOR THE P1282 SPECIFICATION',
  version: 1,
});
