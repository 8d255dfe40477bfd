import type { Naming } from './names.js';

/** ISO 9660:1999 §7.5: bytes of an identifier, a directory's and a file's alike. */
const LONGEST = 207;

/** Whether a byte of UTF-8 goes on with a character. */
const continues = (byte: string): boolean => byte >= '\x80' && byte <= '\xbf';

/** At most `length` bytes, never part of a character. */
const cut = (bytes: string, length: number): string => {
  if (bytes.length <= length) return bytes;
  let end = Math.max(length, 0);
  while (end > 0 && continues(bytes[end] ?? '')) end--;
  return bytes.slice(0, end);
};

const extensionOf = (bytes: string): string => {
  const dot = bytes.lastIndexOf('.');
  return dot > 0 && bytes.length - dot <= 12 ? bytes.slice(dot) : '';
};

const shorten = (bytes: string, suffix: string): string => {
  const extension = extensionOf(bytes);
  const stem = bytes.slice(0, bytes.length - extension.length);
  return cut(stem, LONGEST - extension.length - suffix.length) + suffix + extension;
};

/** Identifiers of ISO 9660:1999, a character per byte. `encode` gives the bytes of a name, `decode` reads them. */
export const enhancedNaming = (
  encode: (name: string) => Uint8Array,
  decode: (bytes: Uint8Array) => string,
): Naming => {
  const bytesOf = (name: string): string => String.fromCharCode(...encode(name));
  return {
    plain: (name) => {
      const bytes = bytesOf(name);
      return bytes.length <= LONGEST ? bytes : shorten(bytes, '');
    },
    numbered: (name, _directory, number) => shorten(bytesOf(name), `~${number}`),
    shown: (identifier) => decode(Uint8Array.from(identifier, (byte) => byte.charCodeAt(0))),
    key: (identifier) => identifier,
    sortKey: (identifier) => identifier,
  };
};
