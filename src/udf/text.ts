import { type Codec, padded, refuse, uint8 } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';

/** OSTA UDF 2.1.1: compression ids, one or two bytes per character. */
const BYTES = 8;
const WORDS = 16;

/** OSTA UDF 2.1.2, CS0: the only character set there is. */
export const characterSet = layout('charspec', 64, {
  type: fixed(rbp(0, 1, uint8), 0),
  information: fixed(rbp(1, 63, padded(63, 0)), 'OSTA Compressed Unicode'),
});

const isLatin1 = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
};

/** Bytes that a text takes, with its compression id; none has none. */
export const textBytes = (text: string): number => {
  if (text === '') return 0;
  return 1 + (isLatin1(text) ? text.length : 2 * text.length);
};

/** Writes OSTA compressed unicode, UDF 2.1.1: the compression id, then a byte or a big-endian UTF-16 unit per character. */
export const writeText = (target: Uint8Array, offset: number, text: string): void => {
  if (text === '') return;
  const narrow = isLatin1(text);
  target[offset] = narrow ? BYTES : WORDS;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (narrow) target[offset + 1 + at] = unit;
    else {
      target[offset + 1 + 2 * at] = unit >> 8;
      target[offset + 2 + 2 * at] = unit;
    }
  }
};

/** What OSTA compressed unicode says, compression id included; empty where the id is none that is known. */
export const readText = (source: Uint8Array): string => {
  const id = source[0];
  // OSTA UDF 2.00 2.1.1: 254 and 255 are those of names that were deleted.
  const width = id === WORDS || id === 255 ? 2 : id === BYTES || id === 254 ? 1 : 0;
  let text = '';
  for (let at = 1; width > 0 && at + width <= source.length; at += width) {
    const high = width === 2 ? (source[at] ?? 0) * 256 : 0;
    text += String.fromCharCode(high + (source[at + width - 1] ?? 0));
  }
  return text;
};

/** ECMA-167 1/7.2.12, dstring: the last byte says how many are used. */
export const dstring = (size: number): Codec<string> => ({
  size,
  encodeInto: (target, offset, value) => {
    const used = textBytes(value);
    if (used > size - 1) refuse(`"${value}" needs ${used} bytes of ${size - 1}`);
    target.fill(0, offset, offset + size);
    writeText(target, offset, value);
    target[offset + size - 1] = used;
  },
  decode: (source, offset = 0) => {
    const width = source[offset] === WORDS ? 2 : 1;
    const used = source[offset + size - 1] ?? 0;
    let text = '';
    for (let at = offset + 1; at + width <= offset + used; at += width) {
      const high = width === 2 ? (source[at] ?? 0) * 256 : 0;
      text += String.fromCharCode(high + (source[at + width - 1] ?? 0));
    }
    return text;
  },
});

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** As much of a text as fits `bytes` with its compression id, never half of a pair of surrogates. */
export const cutText = (text: string, bytes: number): string => {
  if (textBytes(text) <= bytes) return text;
  for (let length = Math.min(text.length, bytes); ; length--) {
    const cut = text.slice(0, length);
    if (textBytes(cut) <= bytes && !isHighSurrogate(cut.charCodeAt(length - 1))) return cut;
  }
};
