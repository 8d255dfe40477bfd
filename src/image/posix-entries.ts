import { secondsOfNs } from '../binary/calendar.js';
import { deviceNumber, fourTimes, modificationTime, threeTimes } from '../iso9660/rrip.js';
import { STAT } from '../os/stat.js';
import type { Tree } from './tree.js';

/** The TF entry of an entry. */
interface Times {
  length(entry: number): number;
  encodeInto(target: Uint8Array, offset: number, entry: number): void;
  encode(entry: number): Uint8Array;
}

/** Times of Rock Ridge: that of the modification, or all that the source knows. A directory that no source gives has only the former. */
export const timesOf = (tree: Tree, all: boolean): Times => {
  const at = (entry: number, word: number): number => secondsOfNs(tree.timeNs(entry, word));
  const knows = (entry: number, word: number): boolean => all && tree.timeNs(entry, word) !== 0n;
  const layoutFor = (entry: number) => {
    if (!knows(entry, STAT.ctimeNs)) return modificationTime;
    return knows(entry, STAT.birthtimeNs) ? fourTimes : threeTimes;
  };
  const encodeInto = (target: Uint8Array, offset: number, entry: number): void => {
    const modified = at(entry, STAT.mtimeNs);
    const layout = layoutFor(entry);
    if (layout === modificationTime) {
      modificationTime.encodeInto(target, offset, { modified });
      return;
    }
    const times = { modified, accessed: at(entry, STAT.atimeNs), changed: at(entry, STAT.ctimeNs) };
    if (layout === threeTimes) threeTimes.encodeInto(target, offset, times);
    else fourTimes.encodeInto(target, offset, { ...times, created: at(entry, STAT.birthtimeNs) });
  };
  return {
    length: (entry) => layoutFor(entry).size,
    encodeInto,
    encode: (entry) => {
      const encoded = new Uint8Array(layoutFor(entry).size);
      encodeInto(encoded, 0, entry);
      return encoded;
    },
  };
};

export const isDevice = (tree: Tree, entry: number): boolean => {
  const kind = tree.kind(entry);
  return kind === 'character-device' || kind === 'block-device';
};

const WORD = 2 ** 32;

/** Where major and minor number have eight bits, all systems have the number alike. */
const SIMPLE = 0xffff;

/**
 * RRIP wants both halves of the number as the system has it, and libarchive and libisofs read it so. The kernel's isofs takes the halves for major and
 * minor number unless the high one is 0, and understands the low one then only where both have eight bits: larger ones are
 * written for it, taken from how glibc's makedev puts them together.
 */
export const encodeDevice = (device: number): Uint8Array => {
  if (device <= SIMPLE) return deviceNumber.encode({ high: 0, low: device });
  const [low, high] = [device % WORD, Math.floor(device / WORD)];
  const minor = (low % 0x100) + Math.floor(low / 0x10_0000) * 0x100;
  const major = (Math.floor(low / 0x100) % 0x1000) + high * 0x1000;
  return deviceNumber.encode({ high: major, low: minor });
};

/**
 * The number that PN says: its low half alone, or major and minor number as the kernel and genisoimage have them. A true high half
 * of a number needs a major number above 4,095 and is taken for the latter.
 */
export const decodeDevice = ({ high, low }: { readonly high: number; readonly low: number }): number => {
  if (high === 0) return low;
  const minor = (low % 0x100) + Math.floor(low / 0x100) * 0x10_0000;
  return minor + (high % 0x1000) * 0x100 + Math.floor(high / 0x1000) * WORD;
};
