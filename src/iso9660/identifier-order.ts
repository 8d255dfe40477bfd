import { compareStrings } from './names.js';
import { versionOf, withoutVersion } from './shown-names.js';

/** The order in which identifiers stand in a directory, as standards have it. */
export type CompareIdentifiers = (one: Uint8Array, other: Uint8Array) => number;

/** Joliet and ISO 9660:1999: byte by byte, the shorter first. */
export const compareBytes: CompareIdentifiers = (one, other) => {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
};

/**
 * ECMA-119 §9.3 compares names and then extensions, as if spaces filled both. What may not be, more dots than one, is split at the last.
 * `identifier` has no version, `width` is that of the longest one to compare with.
 */
export const isoSortKey = (identifier: string, width: number): string => {
  const dot = identifier.lastIndexOf('.');
  if (dot === -1) return identifier.padEnd(width);
  return identifier.slice(0, dot).padEnd(width) + identifier.slice(dot + 1).padEnd(width);
};

/** ECMA-119 §9.3: by name and extension, then versions, the highest first. */
export const compareIso: CompareIdentifiers = (one, other) => {
  const width = Math.max(one.length, other.length);
  const [a, b] = [String.fromCharCode(...one), String.fromCharCode(...other)];
  const key = (text: string): string => isoSortKey(withoutVersion(text), width);
  return compareStrings(key(a), key(b)) || versionOf(b) - versionOf(a);
};
