import { isoSortKey } from './identifier-order.js';
import { type IsoRules, isoRules } from './iso-rules.js';
import type { Naming } from './names.js';
import { withoutBareDot, withoutVersion } from './shown-names.js';

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

/** Readers leave out a dot that ends an identifier; only what has a version can have one more. */
const withoutEndingDot = (identifier: string): string => identifier.replace(/\.$/, '_');

const fileIdentifier = ({ version }: IsoRules, { stem, extension }: FileName): string => {
  if (version) return `${stem}.${extension};1`;
  return extension === '' ? withoutEndingDot(stem) : `${stem}.${extension}`;
};

const isoIdentifier = (rules: IsoRules, name: string, directory: boolean, suffix: string): string => {
  if (!directory) return fileIdentifier(rules, fitFile(rules, split(rules, name), suffix));
  return withoutEndingDot(dotted(rules, name).slice(0, rules.directory - suffix.length) + suffix);
};

/** The longest identifier. */
const WIDTH = 40;

const shown = (identifier: string): string => withoutBareDot(withoutVersion(identifier));

const STRICT = isoRules(3).forbidden.source;

/** Identifiers by ECMA-119 or by rules that are less strict. Strict ones: a file's has a dot and version 1, a directory's neither. */
export const isoNaming = (rules: IsoRules): Naming => {
  const strict = rules.upperCase && !rules.manyDots && rules.forbidden.source === STRICT;
  return {
    plain: (name, directory) => isoIdentifier(rules, name, directory, ''),
    numbered: (name, directory, number) => isoIdentifier(rules, name, directory, String(number)),
    shown,
    key: shown,
    // A dot sorts before every d-character: strict names are in order as they are, without their version.
    sortKey: strict ? withoutVersion : (identifier) => isoSortKey(withoutVersion(identifier), WIDTH),
  };
};

/** ECMA-119 §8.4.7: the volume identifier in d-characters. */
export const volumeIdentifier = (name: string): string => legal(isoRules(3), name).slice(0, 32);
