import { cutText, textBytes } from './text.js';

/** OSTA UDF 2.3.4.4: the length of a name is a byte, and its compression id counts. */
const LONGEST = 255;

/** What no name may hold: the separator, byte order marks (UDF 2.1.1), and what stands for bytes that are no UTF-8. */
const FORBIDDEN = /[\0/\ufeff\ufffe]|\p{Surrogate}/gu;

const legal = (name: string): string => name.replaceAll(FORBIDDEN, '_');

/** The extension with its dot, where it is short enough to be worth keeping. */
const extensionOf = (name: string): string => {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
};

/** With a suffix before its extension, and as short as it must be. */
const suffixed = (name: string, suffix: string): string => {
  const extension = extensionOf(name);
  const stem = name.slice(0, name.length - extension.length);
  const end = suffix + extension;
  if (textBytes(stem + end) <= LONGEST) return stem + end;
  // A character of two bytes anywhere makes all of them two bytes long.
  for (let room = LONGEST; ; room--) {
    const shortened = cutText(stem, room) + end;
    if (textBytes(shortened) <= LONGEST) return shortened;
  }
};

const plain = (name: string): string => {
  const allowed = legal(name);
  return textBytes(allowed) <= LONGEST ? allowed : suffixed(allowed, '');
};

/** How UDF names the entries of a directory: as they are, where that is possible. In the manner of src/iso9660/names.ts. */
export const udfNaming = {
  plain,
  numbered: (name: string, _directory: boolean, number: number): string =>
    suffixed(legal(name), `~${number}`),
  shown: (identifier: string): string => identifier,
  key: (identifier: string): string => identifier,
  sortKey: (identifier: string): string => identifier,
} as const;
