import { secondsOfNs } from '../binary/calendar.js';
import { deviceNumber, type TimeStamps, timeStampsLength, writeTimeStamps } from '../iso9660/rrip.js';
import { STAT } from '../os/stat.js';
import { ON_MEDIUM } from './kept-attributes.js';
import type { Tree } from './tree.js';

/** Times beside that of the modification. */
const OTHERS = [STAT.birthtimeNs, STAT.atimeNs, STAT.ctimeNs];

const DEVICE_ON_MEDIUM = Number(ON_MEDIUM);

/** Whether a time beside that of the modification is to be read: a client said it, or an earlier session has one of its own. */
const isTimeKept = (tree: Tree, entry: number, word: number): boolean => {
  if (tree.said.has(entry, word)) return true;
  if (tree.number(entry, STAT.device) !== DEVICE_ON_MEDIUM) return false;
  const time = tree.timeNs(entry, word);
  return time !== 0n && time !== tree.mtimeNs(entry);
};

/** Whether a time beside that of the modification is recorded: where it is to be read, or where `all` that the source knows were asked for. */
export const isTimeRecorded = (tree: Tree, entry: number, word: number, all: boolean): boolean => {
  const knows = (asked: number): boolean => tree.timeNs(entry, asked) !== 0n;
  return (
    isTimeKept(tree, entry, word) ||
    (all && knows(STAT.ctimeNs) && (word !== STAT.birthtimeNs || knows(word)))
  );
};

/** Which times are recorded beside that of the modification, and in which zone. */
export interface RecordedTimes {
  readonly all: boolean;
  readonly zoneMinutes: number;
}

/** The TF entry of an entry. */
interface Times {
  length(entry: number): number;
  encodeInto(target: Uint8Array, offset: number, entry: number): void;
  encode(entry: number): Uint8Array;
}

/**
 * Times of Rock Ridge: that of the modification, what a client said and what an earlier session has, or all that the source knows. A directory that no source gives has
 * only the former.
 */
export const timesOf = (tree: Tree, { all, zoneMinutes }: RecordedTimes): Times => {
  const stamp = (entry: number, word: number): number => secondsOfNs(tree.timeNs(entry, word));
  const isRecorded = (entry: number, word: number): boolean => isTimeRecorded(tree, entry, word, all);
  const stampsOf = (entry: number): TimeStamps => ({
    modified: stamp(entry, STAT.mtimeNs),
    ...(isRecorded(entry, STAT.birthtimeNs) && { created: stamp(entry, STAT.birthtimeNs) }),
    ...(isRecorded(entry, STAT.atimeNs) && { accessed: stamp(entry, STAT.atimeNs) }),
    ...(isRecorded(entry, STAT.ctimeNs) && { changed: stamp(entry, STAT.ctimeNs) }),
    ...tree.kept.get(entry)?.times,
  });
  const furtherTimes = (entry: number): number => Object.keys(tree.kept.get(entry)?.times ?? {}).length;
  const length = (entry: number): number =>
    timeStampsLength(1 + OTHERS.filter((word) => isRecorded(entry, word)).length + furtherTimes(entry));
  return {
    length,
    encodeInto: (target, offset, entry) =>
      void writeTimeStamps(target, offset, { times: stampsOf(entry), zoneMinutes }),
    encode: (entry) => {
      const encoded = new Uint8Array(length(entry));
      writeTimeStamps(encoded, 0, { times: stampsOf(entry), zoneMinutes });
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
