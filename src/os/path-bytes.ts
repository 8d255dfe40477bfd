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
