import type { ClaimedImage } from './claims.js';
import { BLOCK, both32, given, need, zero } from './rules.js';

/** What SUSP and RRIP say of a record. */
export interface Posix {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly target: string | undefined;
  readonly device: readonly [number, number] | undefined;
  readonly child: number | undefined;
  readonly parent: number | undefined;
  readonly moved: boolean;
  /** Bits of TF. */
  readonly times: number;
  /** Whether there is SP, which a root has. */
  readonly announced: boolean;
}

const signatureOf = (entry: Buffer): string => entry.toString('latin1', 0, 2);

/** SUSP 4: the entries of one area, one after the other. */
const areaEntries = (area: Buffer): Buffer[] => {
  const entries: Buffer[] = [];
  let at = 0;
  while (area.length - at >= 4) {
    const length = area.readUInt8(at + 2);
    need(length >= 4 && at + length <= area.length, 'SUSP 4: entries lie within their area');
    const entry = area.subarray(at, at + length);
    need(entry[3] === 1, 'SUSP 4: version 1');
    entries.push(entry);
    at += length;
  }
  need(zero(area.subarray(at)), 'SUSP 4: what is left of an area is zero');
  return entries;
};

const continuation = (image: ClaimedImage, entry: Buffer): Buffer => {
  const [block, offset, bytes] = [both32(entry, 4, 'CE'), both32(entry, 12, 'CE'), both32(entry, 20, 'CE')];
  need(offset + bytes <= BLOCK, 'isofs: a continuation lies in one block');
  const from = block * BLOCK + offset;
  return image.claim(from, from + bytes, `continuation at ${from}`);
};

/** SUSP 5.1: the entries of an area, and of those that continue it. */
const allEntries = (image: ClaimedImage, area: Buffer, hops = 0): Buffer[] => {
  need(hops < 50, 'SUSP 5.1: areas end');
  const here = areaEntries(area);
  const own = here.filter((entry) => signatureOf(entry) !== 'CE');
  const [next, ...more] = here.filter((entry) => signatureOf(entry) === 'CE');
  need(more.length === 0, 'SUSP 5.1: one CE in an area');
  return next ? [...own, ...allEntries(image, continuation(image, next), hops + 1)] : own;
};

/** All entries but the last say that they are continued. */
const checkContinued = (entries: readonly Buffer[], mask: number, rule: string): void => {
  for (const [index, entry] of entries.entries())
    need((entry.readUInt8(4) & mask) === (index < entries.length - 1 ? 1 : 0), rule);
};

/** RRIP 4.1.3.1: flags of a component that stand for a name: the root, the parent, itself. */
const NAMED: readonly (readonly [number, string])[] = [
  [8, ''],
  [4, '..'],
  [2, '.'],
];

interface Component {
  readonly part: string;
  readonly continues: boolean;
}

const componentsOf = (entry: Buffer): Component[] => {
  const components: Component[] = [];
  for (let at = 5; at < entry.length;) {
    const [flags, length] = [entry.readUInt8(at), entry.readUInt8(at + 1)];
    const text = entry.toString('latin1', at + 2, at + 2 + length);
    const part = NAMED.find(([bit]) => (flags & bit) !== 0)?.[1] ?? text;
    components.push({ part, continues: (flags & 1) !== 0 });
    at += 2 + length;
  }
  return components;
};

/** RRIP 4.1.3. */
const targetOf = (entries: readonly Buffer[]): string | undefined => {
  if (entries.length === 0) return undefined;
  checkContinued(entries, 1, 'RRIP 4.1.3: SL is continued to the last');
  const names: string[] = [];
  let open = false;
  for (const { part, continues } of entries.flatMap(componentsOf)) {
    names.push(open ? `${names.pop() ?? ''}${part}` : part);
    open = continues;
  }
  return names.length === 1 && names[0] === '' ? '/' : names.join('/');
};

/** RRIP 4.1.4. */
const nameOf = (entries: readonly Buffer[]): string => {
  checkContinued(entries, 0xff, 'RRIP 4.1.4: NM is continued to the last');
  return Buffer.concat(entries.map((entry) => entry.subarray(5))).toString('latin1');
};

/** RRIP 4.1.6: the bits of TF. */
const timesOf = (entry: Buffer): number => {
  const times = entry.readUInt8(4);
  const stamps = [1, 2, 4, 8].filter((bit) => (times & bit) !== 0).length;
  need(entry.length === 5 + 7 * stamps, 'RRIP 4.1.6: TF has a stamp for each bit');
  return times;
};

/** RRIP 4.1.1. */
const permissionsOf = (entry: Buffer): Pick<Posix, 'mode' | 'links' | 'uid' | 'gid'> => {
  need(entry.length === 44, 'RRIP 1.12: PX has 44 bytes');
  const field = (at: number): number => both32(entry, at, 'PX');
  return { mode: field(4), links: field(12), uid: field(20), gid: field(28) };
};

export const readSystemUse = (image: ClaimedImage, area: Buffer): Posix | undefined => {
  if (area.length === 0 || (area.length === 1 && area[0] === 0)) return undefined;
  const entries = allEntries(image, area);
  const named = (signature: string): Buffer[] => entries.filter((entry) => signatureOf(entry) === signature);
  const only = (signature: string): Buffer | undefined => {
    const [first, ...more] = named(signature);
    need(more.length === 0, `RRIP: one ${signature}`);
    return first;
  };
  const [cl, pl, pn] = [only('CL'), only('PL'), only('PN')];
  return {
    ...permissionsOf(given(only('PX'), 'RRIP 4.1.1: every record has PX')),
    name: nameOf(named('NM')),
    target: targetOf(named('SL')),
    device: pn && [both32(pn, 4, 'PN'), both32(pn, 12, 'PN')],
    child: cl && both32(cl, 4, 'CL'),
    parent: pl && both32(pl, 4, 'PL'),
    moved: only('RE') !== undefined,
    times: timesOf(given(only('TF'), 'every record has TF')),
    announced: only('SP') !== undefined,
  };
};
