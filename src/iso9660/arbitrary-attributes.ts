import { uint8 } from '../binary/codec.js';
import { bp, flag, layout } from '../binary/layout.js';

/*
 * AL, by which AAIP of libisofs keeps ACLs and extended attributes beside Rock Ridge: behind its head come components, as those of a link have
 * it, each of which may be continued; names and values take turns. The ACL has no name, others begin with a byte that stands for their
 * namespace (observed in discs of xorriso 1.5.4).
 */

const HEAD_BYTES = 5;
const component = layout('AL component', 2, { continues: flag(0, 0), length: bp(2, 2, uint8) });

/** What libisofs notes for itself of a session, as checksums are, which the next one has no use for. */
const OF_THE_WRITER = 4;

/** First bytes of names and values, in their order; an empty one has none. */
function* beginnings(entries: readonly Uint8Array[]): Generator<number | undefined> {
  let begun = false;
  for (const entry of entries)
    for (let at = HEAD_BYTES; at + component.size <= entry.length;) {
      const { continues, length } = component.decode(entry, at);
      if (!begun) yield length > 0 ? entry[at + component.size] : undefined;
      begun = continues;
      at += component.size + length;
    }
}

/** Whether entries AL of one record have an attribute that is not the writer's own. */
export const hasAttributesOfOthers = (entries: readonly Uint8Array[]): boolean => {
  let isName = true;
  for (const first of beginnings(entries)) {
    if (isName && first !== OF_THE_WRITER) return true;
    isName = !isName;
  }
  return false;
};
