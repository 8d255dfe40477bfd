import type { Codec } from './codec.js';

/** Entries of equal size, one after the other. */
export const encodeList = <I>(codec: Codec<unknown, I>, entries: readonly I[]): Uint8Array => {
  const bytes = new Uint8Array(codec.size * entries.length);
  entries.forEach((entry, index) => {
    codec.encodeInto(bytes, index * codec.size, entry);
  });
  return bytes;
};

/** The whole entries in `bytes`; one that is cut off at the end is dropped. */
export const decodeList = <T>(codec: Codec<T, never>, bytes: Uint8Array): T[] =>
  Array.from({ length: Math.floor(bytes.length / codec.size) }, (_, index) =>
    codec.decode(bytes, index * codec.size),
  );

export const concatenate = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
