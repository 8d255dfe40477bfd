/** Identifiers as a person sees them: without version, and without the dot that ends a name without extension. */

const VERSION = /;(?<version>\d{1,5})$/;

/** Joliet: big-endian UTF-16; what is no character becomes U+FFFD, since a lone surrogate stands for a byte elsewhere. */
export const jolietText = (identifier: Uint8Array): string => {
  let text = '';
  for (let at = 0; at + 1 < identifier.length; at += 2)
    text += String.fromCharCode(((identifier[at] ?? 0) << 8) | (identifier[at + 1] ?? 0));
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
};

export const withoutVersion = (name: string): string => name.replace(VERSION, '');

/** ECMA-119 §7.5.1: what has no version counts as the first one. */
export const versionOf = (name: string): number => Number(VERSION.exec(name)?.groups?.['version'] ?? 1);

export const withoutBareDot = (name: string): string =>
  name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;
