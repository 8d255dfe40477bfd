import { uint16be, uint32both, uint8 } from '../binary/codec.js';
import { bp, layout } from '../binary/layout.js';

/** An entry of a system use area, whole: signature, length and version included. */
export interface SystemUseEntry {
  readonly signature: string;
  readonly bytes: Uint8Array;
}

const HEADER = 4;
const SHORTEST = HEADER;

/**
 * SUSP 1.12 §4: the entries of one area. It ends at its end, at ST, at a zero, or where an entry does not fit; the last is told by
 * `whole`, since what follows is lost.
 */
export const systemUseEntries = (
  area: Uint8Array,
): { readonly entries: SystemUseEntry[]; readonly whole: boolean } => {
  const entries: SystemUseEntry[] = [];
  for (let at = 0; at + HEADER <= area.length;) {
    const [first = 0, second = 0, length = 0] = area.subarray(at);
    if (first === 0) break;
    const signature = String.fromCharCode(first, second);
    if (signature === 'ST') break;
    if (length < SHORTEST || at + length > area.length) return { entries, whole: false };
    entries.push({ signature, bytes: area.subarray(at, at + length) });
    at += length;
  }
  return { entries, whole: true };
};

/** SUSP 1.12 §5.1, CE, wherever it comes from. */
export const foreignContinuation = layout('CE', 28, {
  block: bp(5, 12, uint32both),
  offset: bp(13, 20, uint32both),
  areaLength: bp(21, 28, uint32both),
});

/** SUSP 1.12 §5.3, SP. */
export const foreignSharing = layout('SP', 7, { check: bp(5, 6, uint16be), bytesSkipped: bp(7, 7, uint8) });

export const SHARING_CHECK = 0xbeef;
