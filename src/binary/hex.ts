/** Bytes as the spaced, lower-case pairs that plans, errors and transcripts show, e.g. `5b 01 02`. */
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

export const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text === '' ? [] : text.split(' '), (pair) => Number.parseInt(pair, 16));

/** Bytes of pairs that nothing separates. */
export const fromHexDigits = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
