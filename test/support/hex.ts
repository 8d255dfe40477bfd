/** Bytes as spaced hex text, so that a difference can be read. */
export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** Spaced hex text as bytes; line breaks count as spaces. */
export const unhex = (text: string): Uint8Array =>
  Uint8Array.from(text.trim().split(/\s+/), (pair) => {
    if (!/^[0-9a-f]{2}$/i.test(pair)) throw new Error(`"${pair}" is not a byte`);
    return Number.parseInt(pair, 16);
  });
