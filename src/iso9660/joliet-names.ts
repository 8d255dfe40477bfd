import { type Codec, refuse } from '../binary/codec.js';

/**
 * Joliet specification: `* / : ; ? \` and controls are not allowed in identifiers; half a pair of surrogates and what stands for
 * bytes that are no UTF-8 would be no character.
 */
// eslint-disable-next-line no-control-regex -- the standard forbids control characters
const FORBIDDEN = /[\u0000-\u001f*/:;?\\]|\p{Surrogate}|\ufffd/gu;

/** UTF-16 units of an identifier: 64 by the specification; 103 fill a directory record and are read everywhere we know. */
export const JOLIET_LENGTH = { standard: 64, long: 103 } as const;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** At most `length` units of `name`, never half of a pair. */
const cut = (name: string, length: number): string => {
  if (name.length <= length) return name;
  return name.slice(0, isHighSurrogate(name.charCodeAt(length - 1)) ? length - 1 : length);
};

/** The extension with its dot, where it is short enough to be worth keeping. */
const extensionOf = (name: string): string => {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
};

const shorten = (name: string, length: number, suffix: string): string => {
  const extension = extensionOf(name);
  const stem = name.slice(0, name.length - extension.length);
  return cut(stem, length - extension.length - suffix.length) + suffix + extension;
};

/** Windows, for which Joliet was made, cannot open a name that ends in a dot or a space; 7-Zip leaves such an end out. */
const withoutBareEnd = (name: string): string => name.replace(/[. ]$/, '_');

const legal = (name: string): string => name.replaceAll(FORBIDDEN, '_');

/** `name` as Joliet can hold it in `length` UTF-16 units; two names may become one. */
export const jolietName = (name: string, length: number): string =>
  withoutBareEnd(name.length <= length ? legal(name) : shorten(legal(name), length, ''));

/** A name that no other has: the number stands before the extension. */
export const numberedJolietName = (name: string, length: number, number: number): string =>
  withoutBareEnd(shorten(legal(name), length, `~${number}`));

/** Big-endian UTF-16 of an identifier. */
export const encodeUcs2 = (target: Uint8Array, offset: number, text: string): void => {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    target[offset + 2 * at] = unit >> 8;
    target[offset + 2 * at + 1] = unit;
  }
};

/** Text of a Joliet descriptor, filled with UCS-2 spaces; a field of odd size ends in a byte 0. */
export const jolietText = (size: number): Codec<string> => {
  const units = Math.floor(size / 2);
  return {
    size,
    encodeInto: (target, offset, value) => {
      if (value.length > units) refuse(`"${value}" is longer than ${units} characters`);
      target.fill(0, offset, offset + size);
      encodeUcs2(target, offset, value.padEnd(units, ' '));
    },
    decode: (source, offset = 0) => {
      const codes = Array.from(
        { length: units },
        (_, at) => ((source[offset + 2 * at] ?? 0) << 8) | (source[offset + 2 * at + 1] ?? 0),
      );
      return String.fromCharCode(...codes).replace(/[ \0]+$/, '');
    },
  };
};

/** What a volume of this name is called in the Joliet descriptor: 16 units. */
export const jolietVolumeIdentifier = (name: string): string =>
  cut(name.replaceAll(/\p{Surrogate}/gu, '_'), 16);
