import { jolietName, numberedJolietName } from './joliet-names.js';

/** How one file system names the entries of a directory. */
export interface Naming {
  /** The name as it is recorded when no other entry wants it. */
  readonly plain: (name: string, directory: boolean) => string;
  /** The same with a number in it, for all but the first of those that want it. */
  readonly numbered: (name: string, directory: boolean, number: number) => string;
  /** What of an identifier a person sees and asks for. */
  readonly shown: (identifier: string) => string;
  /** Unlike for any two entries of a directory: identifiers of one key would be one name to readers. */
  readonly key: (identifier: string) => string;
  /** Identifiers stand in a directory in the order of their keys, compared unit by unit. */
  readonly sortKey: (identifier: string) => string;
}

/** Joliet identifiers, without version as others write them. */
export const jolietNaming = (length: number): Naming => ({
  plain: (name) => jolietName(name, length),
  numbered: (name, _directory, number) => numberedJolietName(name, length, number),
  shown: (identifier) => identifier,
  key: (identifier) => identifier,
  sortKey: (identifier) => identifier,
});

/** `name` for readers that know no other characters than the printed ones of ASCII. */
export const asciiText = (name: string): string => name.replaceAll(/[^ -~]/gu, '_');

/** A naming for such readers. */
export const inAscii = (naming: Naming): Naming => ({
  ...naming,
  plain: (name, directory) => naming.plain(asciiText(name), directory),
  numbered: (name, directory, number) => naming.numbered(asciiText(name), directory, number),
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
        if (taken.has(naming.key(candidate))) continue;
        taken.add(naming.key(candidate));
        return candidate;
      }
      if (power > 1e9) throw new Error(`no number makes ${wanted} unique`);
    }
  };
};

/**
 * Identifiers for the entries of one directory, unlike each other to readers, in their order. The first that wants a name gets it, but one that has
 * it already goes before all others. The same entries in the same order get the same identifiers.
 */
export const nameEntries = (entries: readonly Named[], naming: Naming): string[] => {
  const wanted = entries.map(({ name, directory }) => naming.plain(name, directory));
  const keys = wanted.map(naming.key);
  if (new Set(keys).size === keys.length) return wanted;
  const owners = new Map<string, number>();
  for (const [index, key] of keys.entries())
    if (!owners.has(key) || naming.shown(wanted[index] ?? '') === entries[index]?.name)
      owners.set(key, index);
  const numbered = numberer(new Set(keys), naming);
  return entries.map((entry, index) => {
    const identifier = wanted[index] ?? '';
    return owners.get(keys[index] ?? '') === index ? identifier : numbered(entry, identifier);
  });
};

/** The order of strings by their UTF-16 units, which is that of bytes for d-characters and of Joliet identifiers. */
export const compareStrings = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
