import { padded, uint16be, uint32both, uint8 } from '../binary/codec.js';
import { bp, fixed, layout } from '../binary/layout.js';
import { BLOCK } from './block.js';

/** SUSP 1.12 §4: signature, length and version of every entry of a system use area. */
export const suspEntry = (signature: string, length: number) => ({
  signature: fixed(bp(1, 2, padded(2)), signature),
  length: fixed(bp(3, 3, uint8), length),
  version: fixed(bp(4, 4, uint8), 1),
});

/** The same for an entry whose length varies. */
export const entryHeader = layout('System Use Entry', 4, {
  signature: bp(1, 2, padded(2)),
  length: bp(3, 3, uint8),
  version: fixed(bp(4, 4, uint8), 1),
});

/** SUSP 1.12 §5.1, CE: the system use area goes on elsewhere. */
export const continuationArea = layout('CE', 28, {
  ...suspEntry('CE', 28),
  block: bp(5, 12, uint32both),
  offset: bp(13, 20, uint32both),
  areaLength: bp(21, 28, uint32both),
});

/** SUSP 1.12 §5.3, SP: first entry of the root's first record; says that SUSP is used, and skips nothing. */
export const sharingProtocol = layout('SP', 7, {
  ...suspEntry('SP', 7),
  check: fixed(bp(5, 6, uint16be), 0xbeef),
  bytesSkipped: bp(7, 7, uint8),
});

/** SUSP 1.12 §5.5, ER, up to its three strings. */
const extensionsReference = layout('ER', 8, {
  head: bp(1, 4, entryHeader),
  identifierLength: bp(5, 5, uint8),
  descriptorLength: bp(6, 6, uint8),
  sourceLength: bp(7, 7, uint8),
  extensionVersion: bp(8, 8, uint8),
});

export interface Extension {
  readonly identifier: string;
  readonly descriptor: string;
  readonly source: string;
  readonly version: number;
}

export const encodeExtensionsReference = ({
  identifier,
  descriptor,
  source,
  version,
}: Extension): Uint8Array => {
  const text = identifier + descriptor + source;
  const encoded = new Uint8Array(extensionsReference.size + text.length);
  extensionsReference.encodeInto(encoded, 0, {
    head: { signature: 'ER', length: encoded.length },
    identifierLength: identifier.length,
    descriptorLength: descriptor.length,
    sourceLength: source.length,
    extensionVersion: version,
  });
  padded(text.length).encodeInto(encoded, extensionsReference.size, text);
  return encoded;
};

/** Entries `from` to `to` (exclusive) of a record, at `offset` of the continuation areas of its directory. */
export interface Continuation {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  /** Of the area, the CE entry at its end included. */
  readonly length: number;
}

export interface Placement {
  /** How many entries stay in the record. */
  readonly inline: number;
  readonly continuations: readonly Continuation[];
  /** The next free offset of the continuation areas. */
  readonly end: number;
}

const sum = (lengths: readonly number[], from: number, to: number): number => {
  let total = 0;
  for (let at = from; at < to; at++) total += lengths[at] ?? 0;
  return total;
};

/** How many of the entries from `from` on fit in `room`: all, or as many as leave room for a CE. */
const fitting = (lengths: readonly number[], from: number, room: number): number => {
  if (sum(lengths, from, lengths.length) <= room) return lengths.length;
  let used = continuationArea.size;
  let at = from;
  while (at < lengths.length && used + (lengths[at] ?? 0) <= room) used += lengths[at++] ?? 0;
  return at;
};

/**
 * Where the entries of one record go: as many as fit in its `room`, the rest in continuation areas from offset `position` of those of its
 * directory. No area crosses a block, since the kernel's isofs refuses that. Entries stay whole and in order.
 */
export const placeEntries = (lengths: readonly number[], room: number, position: number): Placement => {
  const inline = fitting(lengths, 0, room);
  const continuations: Continuation[] = [];
  let end = position;
  for (let from = inline; from < lengths.length;) {
    let to = fitting(lengths, from, BLOCK - (end % BLOCK));
    if (to === from) {
      end += BLOCK - (end % BLOCK);
      to = fitting(lengths, from, BLOCK);
    }
    const length = sum(lengths, from, to) + (to < lengths.length ? continuationArea.size : 0);
    continuations.push({ from, to, offset: end, length });
    end += length;
    from = to;
  }
  return { inline, continuations, end };
};

/** Length of the system use area in the record itself. */
export const inlineLength = (lengths: readonly number[], { inline, continuations }: Placement): number =>
  sum(lengths, 0, inline) + (continuations.length > 0 ? continuationArea.size : 0);
