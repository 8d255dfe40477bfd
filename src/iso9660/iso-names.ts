import { type IsoRules, isoRules } from './iso-rules.js';
import type { Naming } from './names.js';

const MARKS = /\p{M}/gu;
// eslint-disable-next-line no-control-regex -- what is ASCII is not decomposed
const ASCII = /^[\x00-\x7f]*$/;

/**
 * Accents are taken off where there are any, and what the rules forbid becomes an underscore. What consists of accents alone keeps
 * them, so that no name becomes empty.
 */
const legal = ({ forbidden, upperCase }: IsoRules, text: string): string => {
  const bare = ASCII.test(text) ? text : text.normalize('NFKD').replaceAll(MARKS, '');
  const kept = bare === '' ? text : bare;
  return (upperCase ? kept.toUpperCase() : kept).replaceAll(forbidden, '_');
};

/** The same for what may have dots. */
const dotted = (rules: IsoRules, text: string): string =>
  rules.manyDots
    ? text
        .split('.')
        .map((part) => legal(rules, part))
        .join('.')
    : legal(rules, text);

interface FileName {
  readonly stem: string;
  readonly extension: string;
}

/** Splits at the last dot, unless it begins or ends the name. */
const split = (rules: IsoRules, name: string): FileName => {
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || dot === name.length - 1) return { stem: dotted(rules, name), extension: '' };
  return { stem: dotted(rules, name.slice(0, dot)), extension: legal(rules, name.slice(dot + 1)) };
};

const fitFile = (rules: IsoRules, { stem, extension }: FileName, suffix: string): FileName => {
  // A long extension gives way to the stem, but a usual one is kept.
  const kept = extension.slice(
    0,
    Math.min(rules.extension, Math.max(8, rules.file - stem.length - suffix.length)),
  );
  const room = Math.min(rules.stem, rules.file - kept.length);
  return { stem: stem.slice(0, room - suffix.length) + suffix, extension: kept };
};

const fileIdentifier = ({ version }: IsoRules, { stem, extension }: FileName): string => {
  if (version) return `${stem}.${extension};1`;
  return extension === '' ? stem : `${stem}.${extension}`;
};

const isoIdentifier = (rules: IsoRules, name: string, directory: boolean, suffix: string): string => {
  if (!directory) return fileIdentifier(rules, fitFile(rules, split(rules, name), suffix));
  return dotted(rules, name).slice(0, rules.directory - suffix.length) + suffix;
};

const withoutVersion = (identifier: string): string => identifier.replace(/;1$/, '');

/** The longest identifier: what is shorter is compared as if spaces filled it. */
const WIDTH = 40;

/**
 * ECMA-119 §9.3 compares names and then extensions, padded with spaces, and only then versions. All versions are 1, and a dot
 * sorts before every d-character, so that the order of strict names is that of the identifiers without version. (With it `A.T1;1` would
 * stand before `A.T;1`.) Other names may have characters that sort before a dot.
 */
const relaxedSortKey = (identifier: string): string => {
  const bare = withoutVersion(identifier);
  const dot = bare.lastIndexOf('.');
  if (dot === -1) return bare.padEnd(WIDTH);
  return bare.slice(0, dot).padEnd(WIDTH) + bare.slice(dot + 1).padEnd(WIDTH);
};

const STRICT = isoRules(3).forbidden.source;

/** Identifiers by ECMA-119 or by rules that are less strict. Strict ones: a file's has a dot and version 1, a directory's neither. */
export const isoNaming = (rules: IsoRules): Naming => {
  const strict = rules.upperCase && !rules.manyDots && rules.forbidden.source === STRICT;
  return {
    plain: (name, directory) => isoIdentifier(rules, name, directory, ''),
    numbered: (name, directory, number) => isoIdentifier(rules, name, directory, String(number)),
    shown: (identifier) => (rules.version ? identifier.replace(/\.?;1$/, '') : identifier),
    sortKey: strict ? withoutVersion : relaxedSortKey,
  };
};

/** ECMA-119 §8.4.7: the volume identifier in d-characters. */
export const volumeIdentifier = (name: string): string => legal(isoRules(3), name).slice(0, 32);
