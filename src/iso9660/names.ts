import { jolietName, numberedJolietName } from './joliet-names.js';

/** ECMA-119 §10: interchange levels; level 3 has the names of level 2 and files of several extents. */
export type Level = 1 | 2 | 3;

/** How one file system names the entries of a directory. */
export interface Naming {
  /** The name as it is recorded when no other entry wants it. */
  readonly plain: (name: string, directory: boolean) => string;
  /** The same with a number in it, for all but the first of those that want it. */
  readonly numbered: (name: string, directory: boolean, number: number) => string;
  /** What of an identifier a person sees and asks for. */
  readonly shown: (identifier: string) => string;
  /** Identifiers stand in a directory in the order of their keys, compared unit by unit. */
  readonly sortKey: (identifier: string) => string;
}

/** ECMA-119 §7.4.1: d-characters. */
const NOT_D_CHARACTER = /[^A-Z0-9_]/gu;
const MARKS = /\p{M}/gu;
// eslint-disable-next-line no-control-regex -- what is ASCII is not decomposed
const ASCII = /^[\x00-\x7f]*$/;

/**
 * Upper case, accents taken off where there are any, everything else that is no d-character an underscore. What consists of accents
 * alone keeps them, so that no name becomes empty.
 */
const dCharacters = (text: string): string => {
  const bare = ASCII.test(text) ? text : text.normalize('NFKD').replaceAll(MARKS, '');
  return (bare === '' ? text : bare).toUpperCase().replaceAll(NOT_D_CHARACTER, '_');
};

interface FileName {
  readonly stem: string;
  readonly extension: string;
}

/** Splits at the last dot, unless it begins or ends the name. */
const split = (name: string): FileName => {
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || dot === name.length - 1) return { stem: dCharacters(name), extension: '' };
  return { stem: dCharacters(name.slice(0, dot)), extension: dCharacters(name.slice(dot + 1)) };
};

/** ECMA-119 §7.5.1 and §10.1: 8 and 3 at level 1, else 30 together. */
const fitFile = (level: Level, { stem, extension }: FileName, suffix: string): FileName => {
  const most = level === 1 ? { extension: 3, all: 11 } : { extension: 30, all: 30 };
  // A long extension gives way to the stem, but a usual one is kept.
  const kept = extension.slice(
    0,
    Math.min(most.extension, Math.max(8, most.all - stem.length - suffix.length)),
  );
  const room = level === 1 ? 8 : most.all - kept.length;
  return { stem: stem.slice(0, room - suffix.length) + suffix, extension: kept };
};

const fileIdentifier = ({ stem, extension }: FileName): string => `${stem}.${extension};1`;

/** ECMA-119 §7.6.3 and §10.1. */
const directoryLength = (level: Level): number => (level === 1 ? 8 : 31);

const isoIdentifier = (level: Level, name: string, directory: boolean, suffix: string): string => {
  if (!directory) return fileIdentifier(fitFile(level, split(name), suffix));
  return dCharacters(name).slice(0, directoryLength(level) - suffix.length) + suffix;
};

/**
 * ECMA-119 §9.3 compares names and then extensions, padded with spaces, and only then versions. All versions are 1 and a dot
 * sorts before every d-character, so that the order is that of the identifiers without version. (With it `A.T1;1` would
 * stand before `A.T;1`.)
 */
const withoutVersion = (identifier: string): string =>
  identifier.endsWith(';1') ? identifier.slice(0, -2) : identifier;

/** Strict ECMA-119 identifiers: a file's has a dot and version 1, a directory's neither. */
export const isoNaming = (level: Level): Naming => ({
  plain: (name, directory) => isoIdentifier(level, name, directory, ''),
  numbered: (name, directory, number) => isoIdentifier(level, name, directory, String(number)),
  shown: (identifier) => identifier.replace(/\.?;1$/, ''),
  sortKey: withoutVersion,
});

/** Joliet identifiers, without version as others write them. */
export const jolietNaming = (length: number): Naming => ({
  plain: (name) => jolietName(name, length),
  numbered: (name, _directory, number) => numberedJolietName(name, length, number),
  shown: (identifier) => identifier,
  sortKey: (identifier) => identifier,
});

interface Named {
  readonly name: string;
  readonly directory: boolean;
}

/**
 * Hands out numbers so that a search never begins anew: where ten thousand names of one directory want the same
 * eight characters, looking from 1 on each time would take a hundred million looks.
 */
const numberer = (taken: Set<string>, naming: Naming): ((entry: Named, wanted: string) => string) => {
  const next = new Map<string, number>();
  const count = (key: string, from: number): number => Math.max(next.get(key) ?? 0, from);
  return ({ name, directory }, wanted) => {
    for (let power = 1; ; power *= 10) {
      const key = naming.numbered(name, directory, power);
      for (let number = count(key, power); number < power * 10; number++) {
        const candidate = naming.numbered(name, directory, number);
        next.set(key, number + 1);
        if (taken.has(candidate)) continue;
        taken.add(candidate);
        return candidate;
      }
      if (power > 1e9) throw new Error(`no number makes ${wanted} unique`);
    }
  };
};

/**
 * Identifiers for the entries of one directory, unlike each other, in their order. The first that wants a name gets it, but one that has
 * it already goes before all others. The same entries in the same order get the same identifiers.
 */
export const nameEntries = (entries: readonly Named[], naming: Naming): string[] => {
  const wanted = entries.map(({ name, directory }) => naming.plain(name, directory));
  if (new Set(wanted).size === wanted.length) return wanted;
  const owners = new Map<string, number>();
  for (const [index, identifier] of wanted.entries())
    if (!owners.has(identifier) || naming.shown(identifier) === entries[index]?.name)
      owners.set(identifier, index);
  const numbered = numberer(new Set(wanted), naming);
  return entries.map((entry, index) => {
    const identifier = wanted[index] ?? '';
    return owners.get(identifier) === index ? identifier : numbered(entry, identifier);
  });
};

/** ECMA-119 §8.4.7: the volume identifier in d-characters. */
export const volumeIdentifier = (name: string): string => dCharacters(name).slice(0, 32);

/** The order of strings by their UTF-16 units, which is that of bytes for d-characters and of Joliet identifiers. */
export const compareStrings = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
