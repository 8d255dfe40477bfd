/**
 * Names are bytes to the kernel and strings here. A byte that is not part of UTF-8 is the lone surrogate
 * U+DC00 + byte (as in Python's PEP 383), so that every name survives; JSON keeps such strings too.
 */
const ESCAPED = /([\udc80-\udcff]+)/u;

const utf8 = new TextEncoder();

/** The bytes of a path or name that came from src/os. */
export const pathBytes = (path: string): Uint8Array =>
  ESCAPED.test(path)
    ? Uint8Array.from(
        path
          .split(ESCAPED)
          .flatMap((piece, index) =>
            index % 2 === 0
              ? [...utf8.encode(piece)]
              : Array.from(piece, (escaped) => escaped.charCodeAt(0) & 0xff),
          ),
      )
    : utf8.encode(path);

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Bytes of the character that begins here, by its first byte; 1 where it begins none. */
const sequenceLength = (first: number): number => {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc2 ? 2 : 1;
};

const character = (bytes: Uint8Array): string | undefined => {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
};

const escaping = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    let length = sequenceLength(first);
    while (length > 1 && !isContinuation(bytes[at + length - 1])) length--;
    const decoded = character(bytes.subarray(at, at + length));
    if (decoded === undefined) length = 1;
    text += decoded ?? String.fromCharCode(0xdc00 + first);
    at += length;
  }
  return text;
};

/** Bytes of a name that come from elsewhere than src/os, as src/os would give them. */
export const pathText = (bytes: Uint8Array): string => character(bytes) ?? escaping(bytes);
